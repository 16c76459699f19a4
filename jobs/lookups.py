"""Look people up in Slack for a list that somebody pasted: longer than a click may wait, and within Slack's rates."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from audit.pasted import plain
from audit.people import people_list
from audit.people.people import Profile
from audit.people.people_list_lines import Sought, Way
from audit.people.people_list_matches import Matches, names
from jobs.attempts import FIRST_WAIT, Attempt, Never, NotDone, attempt
from jobs.slack_posting import Poster
from storage.engine import Sessions
from storage.people_lists import PeopleList
from views.people import people
from views.people import people_list as people_list_view

_A_PAGE = "200"
"""Members that Slack is asked for at once."""
_LOST = frozenset({"invalid_cursor"})
"""Slack doesn't know any more how far its list of members was read."""
_NOBODY = frozenset({"users_not_found", "user_not_found", "user_not_visible"})


def look_up(sessions: Sessions, poster: Poster, list_id: str, *, retry: float = FIRST_WAIT) -> None:
    """Ask Slack about everybody in a list of whom it wasn't asked, and show what was found in the form that waits.

    What Slack said is kept also where it doesn't go on, so that each is asked about once. A list of
    somebody who doesn't coordinate any more is removed.
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


def _keep(  # noqa: PLR0917  # what is kept, and where it is shown
    sessions: Sessions, poster: Poster, begun: Attempt[PeopleList], found: Matches, view_id: str, trouble: str = ""
) -> None:
    """Keep what was found, and show it. Where the form was closed meanwhile, it is shown when it is opened again."""
    with sessions.begin() as session:
        row = begun.row(session)
        row.error = trouble or None
        sheet = people_list.keep(session, row, found)
        if not trouble:
            begun.finish(row)
    with suppress(NotDone):
        poster.show(view_id, people_list_view.form(sheet))


class _Asking:
    """Slack asked about one after the other; `found` is what it said so far."""

    def __init__(self, poster: Poster, team_id: str, found: Matches) -> None:
        self._poster, self._team_id, self.found = poster, team_id, found
        self._begun_anew = False

    def about(self, missing: Sequence[Sought]) -> None:
        """Ask about these; NotDone if Slack doesn't go on."""
        for way in (Way.ID, Way.EMAIL):
            self._each([sought for sought in missing if sought.way is way])
        by_name = names(missing)
        while left := self.found.missing(by_name):
            try:
                self._page(left)
            except Never as never:
                self.found = self.found.without(left, _reason(never))

    def _each(self, missing: Sequence[Sought]) -> None:
        for sought in missing:
            try:
                self.found = self.found.with_person(sought, *self._one(sought))
            except Never as never:
                self.found = self.found.without([sought], _reason(never))

    def _one(self, sought: Sought) -> tuple[Profile, ...]:
        if sought.way is Way.ID:
            answer = self._poster.asked("users.info", _NOBODY, user=sought.text)
        else:
            answer = self._poster.asked("users.lookupByEmail", _NOBODY, email=sought.text)
        return (people.profile(answer["user"], self._team_id),) if answer else ()

    def _page(self, left: Sequence[Sought]) -> None:
        """One more page of the list of members, in which the names are looked for."""
        cursor = {"cursor": self.found.cursor} if self.found.cursor else {}
        answer = self._poster.asked("users.list", () if self._begun_anew else _LOST, limit=_A_PAGE, **cursor)
        if answer is None:  # it was read long ago: once the list is read from its beginning
            self._begun_anew, self.found = True, self.found.from_the_start()
            return
        wanted = {plain(each.text): each.key for each in left}
        members: dict[str, tuple[Profile, ...]] = {}
        for user in answer["members"]:
            for key in {wanted[name] for name in _called(user) if name in wanted}:
                members[key] = (*members.get(key, ()), people.profile(user, self._team_id))
        more = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        self.found = self.found.with_page(left, members, more)


def _reason(never: Never) -> str:
    """A sentence of Slack's refusal, as it fits behind “line 3: ”."""
    return f"it can't be looked up. {never.sentence}".rstrip(".")


def _called(user: Mapping[str, Any]) -> set[str]:
    """What somebody is called in Slack, as names are compared."""
    profile = user.get("profile") or {}
    found = (user.get("real_name"), profile.get("real_name"), profile.get("display_name"))
    return {plain(each) for each in found if each}
