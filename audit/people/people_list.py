"""Adding several people at once: a pasted list is looked up in Slack, previewed, and stored once it is confirmed.

A list only gives roles; it never takes any away.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, coordinators, require_coordinator
from audit.errors import Refused
from audit.pasted import Bad, fingerprint
from audit.people import people_list_lines, roles
from audit.people.agencies import everything, take_turns
from audit.people.outside import Place
from audit.people.people import VERB, Profile
from audit.people.people_list_entries import RoleEntry, entered, meant
from audit.people.people_list_lines import Lines, Sought
from audit.people.people_list_matches import Matches
from storage.clock import now, wall
from storage.crypto import seal, seal_any, unseal, unseal_any
from storage.people import Person, Workspace
from storage.people_lists import PeopleList
from storage.types import LOCK

LINES = "lines"
"""The form's only field."""
UNMARKED = "bad"
"""The value in place of a mark for a list that has faults and can't be stored."""
KEPT = timedelta(days=1)
"""For how long a list waits to be confirmed."""


@dataclass(frozen=True)
class PeopleListForm:
    """A list as its form shows it. `id`: "" if no list is waiting. `by_area`: whether there are areas.

    During the lookup in Slack, `looked_up` of `sought` people have been looked up; `error` says what holds it up, or is
    "". After that: `entries`, the lines that can be stored; `bad`, those that can't; `left`, the columns that are
    ignored. `mark`: the mark of what is shown, if it can be stored, or ""; `again`: something has changed since the
    list was last shown; `gained`: how many roles were given, once stored.
    """

    id: str = ""
    text: str = ""
    by_area: bool = True
    sought: int = 0
    looked_up: int = 0
    error: str = ""
    entries: tuple[RoleEntry, ...] = ()
    bad: tuple[Bad, ...] = ()
    left: tuple[str, ...] = ()
    mark: str = ""
    again: bool = False
    gained: int | None = None

    @property
    def waits(self) -> bool:
        """Whether people are still being looked up."""
        return self.looked_up < self.sought


def begin(session: Session, who: Actor) -> PeopleListForm:
    """The coordinator's waiting list, or an empty form."""
    require_coordinator(who, VERB)
    row = _own(session, who)
    return _looked(session, row) if row else PeopleListForm(by_area=bool(everything(session).areas))


def _own(session: Session, who: Actor, *, locked: bool = False) -> PeopleList | None:
    found = select(PeopleList).where(PeopleList.by_id == who.person_id)
    return session.scalar(found.with_for_update(**LOCK) if locked else found)


def submit(session: Session, who: Actor, text: str, view_id: str, seen: str = "") -> PeopleListForm:
    """The list as it was understood; stored once `seen` is the mark of what is shown now.

    Until then it waits, perhaps while people are looked up. `view_id`: the form's id in Slack. Nothing is stored while
    any line is bad. Refused if the list is empty or too long.
    """
    require_coordinator(who, VERB)
    take_turns(session)
    listed = people_list_lines.read(text, everything(session))
    if not (listed.lines or listed.bad):
        raise Refused("There is nobody in it yet: write one person a line.", field=LINES)
    new_list = PeopleList(by_id=who.person_id, wanted=0, delivered=0, next_try_at=wall())
    row = _own(session, who, locked=True) or new_list
    matches, same = _found(session, row).only(listed.sought), unseal_any(session, row, "content") == text
    seal(session, row, "content", text)
    _keep(session, row, matches)
    row.view_id, row.made_at, row.next_try_at = view_id, now(session), max(row.next_try_at, wall())
    row.wanted += bool(matches.missing(listed.sought))
    session.add(row)
    session.flush()
    form = _looked(session, row)
    if not form.mark or form.mark != seen:
        return replace(form, again=same and seen not in ("", UNMARKED))
    gained = _do(session, who, listed, matches)
    session.delete(row)
    return replace(form, gained=gained)


def _do(session: Session, who: Actor, listed: Lines, found: Matches) -> int:
    chosen: dict[Place, list[str]] = {}
    profiles: dict[str, Profile] = {}
    for line in listed.lines:
        profile = meant(line.sought, found)
        profiles[profile.user_id] = profile
        chosen.setdefault(line.place, []).append(profile.user_id)
    unique = {place: tuple(dict.fromkeys(user_ids)) for place, user_ids in chosen.items()}
    return roles.add(session, who, unique, profiles)


def discard(session: Session, who: Actor) -> PeopleListForm:
    """Delete the coordinator's waiting list, if there is one."""
    require_coordinator(who, VERB)
    row = _own(session, who, locked=True)
    if row is not None:
        session.delete(row)
        session.flush()
    return begin(session, who)


@dataclass(frozen=True)
class Wanted:
    """What is to be looked up in Slack for a list: the `missing` people. `found`: the matches so far.

    `team_id`: the workspace in which to look. `view_id`: the form that waits for the result. `over`: the list's owner
    is no longer a coordinator.
    """

    missing: tuple[Sought, ...]
    found: Matches
    team_id: str
    view_id: str
    over: bool = False


def wanted(session: Session, list_id: str) -> Wanted:
    """What is still to be looked up in Slack for a list."""
    row = session.get_one(PeopleList, list_id)
    matches, team_id = _found(session, row), _workspace(session, row.by_id).team_id
    listed = people_list_lines.read(unseal(session, row, "content"), everything(session))
    over = row.by_id not in coordinators(session)
    return Wanted(matches.missing(listed.sought), matches, team_id, row.view_id, over)


def keep(session: Session, row: PeopleList, found: Matches) -> PeopleListForm:
    """Store the matches found in Slack, and return the list as it is shown now."""
    _keep(session, row, found)
    session.flush()
    return _looked(session, row)


def _keep(session: Session, row: PeopleList, found: Matches) -> None:
    seal_any(session, row, "found", found.to_json())


def _found(session: Session, row: PeopleList) -> Matches:
    return Matches.from_json(unseal_any(session, row, "found"))


def _workspace(session: Session, person_id: str) -> Workspace:
    return session.get_one(Workspace, session.get_one(Person, person_id).workspace_id)


def _looked(session: Session, row: PeopleList) -> PeopleListForm:
    """A stored list as its form shows it now: the progress of the lookup, then what each line would do."""
    text, matches, territory = unseal(session, row, "content"), _found(session, row), everything(session)
    listed = people_list_lines.read(text, territory)
    missing = matches.missing(listed.sought)
    form = PeopleListForm(
        row.id, text, bool(territory.areas), len(listed.sought), len(listed.sought) - len(missing),
        error=row.error or "" if missing else "", left=listed.left,
    )  # fmt: skip
    if missing:
        return form
    entries, faulty = entered(session, listed, matches, territory)
    shown = [(each.number, each.label, each.role, each.outcome, each.outsider) for each in entries]
    people_meant = [(key, [each.user_id for each in who]) for key, who in sorted(matches.people.items())]
    mark = "" if faulty else fingerprint("people", row.id, shown, people_meant)
    return replace(form, entries=tuple(entries), bad=tuple(faulty), mark=mark)
