"""Looks up the people of a pasted list in Slack: it takes longer than a click may wait, and keeps to Slack's rates."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from audit.pasted import comparable_name
from audit.people import people_list
from audit.people.people import Profile
from audit.people.people_list_lines import Sought, Way
from audit.people.people_list_matches import Matches, names
from jobs.attempts import FIRST_WAIT, Attempt, NeedsPerson, NotDone, attempt
from jobs.slack_posting import Poster
from storage.engine import Sessions
from storage.people_lists import PeopleList
from views.people import people
from views.people import people_list as people_list_view

_A_PAGE = "200"
"""Number of members requested from Slack at once."""
_LOST = frozenset({"invalid_cursor"})
"""Slack's error for a cursor of its list of members that has expired."""
_NOBODY = frozenset({"users_not_found", "user_not_found", "user_not_visible"})


def look_up(sessions: Sessions, poster: Poster, list_id: str, *, retry: float = FIRST_WAIT) -> None:
    """Ask Slack about everybody in a list not asked about yet, and show the results in the open form.

    Slack's answers are stored even if it stops answering, so that each person is asked about once. A list whose owner
    no longer coordinates is removed.
    """
    with attempt(sessions, PeopleList, list_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            begun.check(session)
            wanted = people_list.wanted(session, list_id)
        if wanted.over:
            with sessions.begin() as session:
                session.delete(begun.row(session))
            return
        asking = _Asking(poster, wanted.team_id, wanted.found)
        try:
            asking.about(wanted.missing)
        except NotDone as trouble:
            _keep(sessions, poster, begun, asking.found, wanted.view_id, trouble.sentence)
            raise
        _keep(sessions, poster, begun, asking.found, wanted.view_id)


def _keep(  # noqa: PLR0917  # what is stored, and where it is shown
    sessions: Sessions, poster: Poster, begun: Attempt[PeopleList], found: Matches, view_id: str, trouble: str = ""
) -> None:
    """Store the results and show them. If the form was closed meanwhile, they are shown when it is opened again."""
    with sessions.begin() as session:
        row = begun.row(session)
        row.error = trouble or None
        sheet = people_list.keep(session, row, found)
        if not trouble:
            begun.finish(row)
    with suppress(NotDone):
        poster.show(view_id, people_list_view.form(sheet))


class _Asking:
    """Questions to Slack about one person after the other; `found` has its answers so far."""

    def __init__(self, poster: Poster, team_id: str, found: Matches) -> None:
        self._poster, self._team_id, self.found = poster, team_id, found
        self._begun_anew = False

    def about(self, missing: Sequence[Sought]) -> None:
        """Ask about these people; NotDone if Slack stops answering."""
        for way in (Way.ID, Way.EMAIL):
            self._each([sought for sought in missing if sought.way is way])
        by_name = names(missing)
        while left := self.found.missing(by_name):
            try:
                self._page(left)
            except NeedsPerson as refusal:
                self.found = self.found.without(left, _reason(refusal))

    def _each(self, missing: Sequence[Sought]) -> None:
        for sought in missing:
            try:
                self.found = self.found.with_person(sought, *self._one(sought))
            except NeedsPerson as refusal:
                self.found = self.found.without([sought], _reason(refusal))

    def _one(self, sought: Sought) -> tuple[Profile, ...]:
        if sought.way is Way.ID:
            answer = self._poster.asked("users.info", _NOBODY, user=sought.text)
        else:
            answer = self._poster.asked("users.lookupByEmail", _NOBODY, email=sought.text)
        return (people.profile(answer["user"], self._team_id),) if answer else ()

    def _page(self, left: Sequence[Sought]) -> None:
        """Read one more page of the list of members, and look for the names in it."""
        cursor = {"cursor": self.found.cursor} if self.found.cursor else {}
        answer = self._poster.asked("users.list", () if self._begun_anew else _LOST, limit=_A_PAGE, **cursor)
        if answer is None:  # the cursor has expired: begin the list again, once
            self._begun_anew, self.found = True, self.found.from_the_start()
            return
        wanted = {comparable_name(each.text): each.key for each in left}
        members: dict[str, tuple[Profile, ...]] = {}
        for user in answer["members"]:
            for key in {wanted[name] for name in _called(user) if name in wanted}:
                members[key] = (*members.get(key, ()), people.profile(user, self._team_id))
        more = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        self.found = self.found.with_page(left, members, more)


def _reason(never: NeedsPerson) -> str:
    """Slack's refusal, as the end of a sentence that begins with “line 3: ”."""
    return f"it can't be looked up. {never.sentence}".rstrip(".")


def _called(user: Mapping[str, Any]) -> set[str]:
    """A member's names in Slack, normalised for comparison."""
    profile = user.get("profile") or {}
    names_in_slack = (user.get("real_name"), profile.get("real_name"), profile.get("display_name"))
    return {comparable_name(each) for each in names_in_slack if each}
