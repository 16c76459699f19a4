"""Opening a planned cycle; and what it still lacks, in words: what keeps it from opening, what is worth knowing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.calendar import day_off, deadline, in_london, on
from audit.delivery import channels
from audit.errors import Refused
from audit.labels import within
from audit.moment import OPEN, require
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.mappings import grouped
from storage.meetings import Meeting
from storage.people import Agency, Area, Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.sheet_state import SheetState

_MOST_NAMED = 6
UNBOUND = "no Google Sheet is set, so there won't be one"
_UNHELD = "nobody is named who holds the key to the references, so leads are told to ask the coordinator"


@dataclass(frozen=True)
class Opening:
    """What keeps a cycle from being opened (`missing`: clauses, without capital and full stop), and whom that reaches.

    `unbound`: no sheet is set, which doesn't keep it from being opened.
    Of the `agencies` that are asked, `led` have a lead in an area in which they are; `leaderless`: "agency (area)",
    where nobody gets a request.
    """

    missing: tuple[str, ...]
    agencies: int
    led: int
    leaderless: tuple[str, ...]
    unbound: bool = False


@dataclass(frozen=True)
class Checklist:
    """What opening a cycle needs and does, and `warnings`: what is only worth knowing, as clauses."""

    opening: Opening
    warnings: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What keeps the cycle from being opened."""
        return self.opening.missing


def checklist(session: Session, cycle_id: str) -> Checklist:
    """What a cycle lacks before it can be opened, and what its coordinator should know."""
    cycle = session.get_one(Cycle, cycle_id)
    found = openings(session, [cycle_id])[cycle_id]
    alone = f"nobody leads {named(found.leaderless)}: a coordinator can enter their returns"
    return Checklist(
        found,
        (
            *days_off(session, cycle),
            *_short_of(session, cycle_id),
            *([alone] if found.leaderless else []),
            *_channels(session, cycle_id),
            *(() if cycle.key_holder else (_UNHELD,)),
            *((UNBOUND,) if found.unbound else ()),
        ),
    )


def openings(session: Session, cycle_ids: Collection[str]) -> dict[str, Opening]:
    """By the ids of these cycles, in as many statements whether it is one or many."""
    dated = select(Cycle.id, Cycle.due_on, SheetState.spreadsheet_id).join(SheetState, SheetState.id == Cycle.id)
    due = session.execute(dated.where(Cycle.id.in_(cycle_ids))).all()
    places, cases = _places(session, cycle_ids), _cases(session, cycle_ids)
    asked, leads = _asked(session, cycle_ids), _leads(session)
    moment = now(session)
    found = {}
    for cycle_id, due_on, spreadsheet_id in due:
        of_cycle = asked.get(cycle_id, [])
        without = [each for each in of_cycle if not leads & {(each.agency_id, None), (each.agency_id, each.area_id)}]
        passed = deadline(due_on) <= moment
        found[cycle_id] = Opening(
            missing=tuple(_missing(places.get(cycle_id, {}), cases.get(cycle_id, []), moment, passed=passed)),
            agencies=len({each.agency_id for each in of_cycle}),
            led=len({each.agency_id for each in of_cycle if each not in without}),
            leaderless=tuple(within(each.agency, each.area) for each in without),
            unbound=not spreadsheet_id,
        )
    return found


@dataclass(frozen=True)
class _Case:
    reference: str
    place_id: str
    involved: bool


@dataclass(frozen=True)
class _Asked:
    agency_id: str
    agency: str
    area_id: str
    area: str


def _missing(places: Mapping[str, datetime], cases: Sequence[_Case], moment: datetime, *, passed: bool) -> list[str]:
    """`places`: place's id -> when its meeting begins; `passed`: the deadline has."""
    missing = [] if places else ["it has no audit channel and meeting yet"]
    missing += [] if cases else ["it has no cases"]
    alone = [case.reference for case in cases if not case.involved]
    if alone:
        missing.append(f"no agency is involved in {named(alone)}")
    if passed:
        missing.append("the deadline for returns has passed")
    late = [case.reference for case in cases if places[case.place_id] <= moment]
    if late:
        missing.append(f"the meeting about {late[0]} has passed")
    return missing


def days_off(session: Session, cycle: Cycle) -> list[str]:
    """A deadline or meetings on days on which nobody works: asked about in forms, but not in a cycle file."""
    held = select(Meeting.starts_at).join(CycleArea).where(CycleArea.cycle_id == cycle.id).distinct()
    days = [("the deadline", cycle.due_on)]
    days += [
        ("a meeting", in_london(starts_at).date()) for starts_at in session.scalars(held.order_by(Meeting.starts_at))
    ]
    return [f"{what} is on {on(day)}, {off}" for what, day in dict.fromkeys(days) if (off := day_off(day))]


def _places(session: Session, cycle_ids: Collection[str]) -> dict[str, dict[str, datetime]]:
    """Cycle's id -> its places' ids -> when the meeting of each begins."""
    rows = session.execute(
        select(CycleArea.cycle_id, CycleArea.id, Meeting.starts_at)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id.in_(cycle_ids))
    )
    found: dict[str, dict[str, datetime]] = {}
    for cycle_id, place_id, starts_at in rows:
        found.setdefault(cycle_id, {})[place_id] = starts_at
    return found


def _cases(session: Session, cycle_ids: Collection[str]) -> dict[str, list[_Case]]:
    """Cycle's id -> its cases by area and reference."""
    involved = exists().where(Involvement.case_id == Case.id, Involvement.withdrawn_at.is_(None))
    rows = session.execute(
        select(Case.cycle_id, Case.reference, Case.place_id, involved)
        .join(Area, Area.id == Case.area_id)
        .where(Case.cycle_id.in_(cycle_ids), Case.withdrawn_at.is_(None))
        .order_by(Area.label, Case.reference)
    )
    return grouped((cycle_id, _Case(reference, place_id, asked)) for cycle_id, reference, place_id, asked in rows)


def _asked(session: Session, cycle_ids: Collection[str]) -> dict[str, list[_Asked]]:
    """Cycle's id -> the agencies that are asked, each in the areas of its cases."""
    rows = session.execute(
        select(Case.cycle_id, Agency.id, Agency.label, Area.id, Area.label)
        .distinct()
        .select_from(Case)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Area, Area.id == Case.area_id)
        .where(Case.cycle_id.in_(cycle_ids), *ASKED)
        .order_by(Agency.label, Area.label)
    )
    return grouped((cycle_id, _Asked(*asked)) for cycle_id, *asked in rows)


def _leads(session: Session) -> set[tuple[str | None, str | None]]:
    """(agency id, area id or None for all) wherever somebody leads."""
    moment = now(session)
    rows = session.execute(
        select(Role.agency_id, Role.area_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind == RoleKind.AGENCY_LEAD, Person.active, in_force(moment))
    )
    return {(agency_id, area_id) for agency_id, area_id in rows}


def _short_of(session: Session, cycle_id: str) -> list[str]:
    """Areas with fewer cases than were to be sampled, at all their meetings together."""
    in_place = and_(Case.place_id == CycleArea.id, Case.withdrawn_at.is_(None))
    rows = session.execute(
        select(Area.label, func.max(CycleArea.quota), func.count(Case.id))
        .select_from(CycleArea)
        .join(Area, CycleArea.area_id == Area.id)
        .outerjoin(Case, in_place)
        .where(CycleArea.cycle_id == cycle_id)
        .group_by(Area.label)
        .order_by(Area.label)
    )
    counts = [(area, quota, count) for area, quota, count in rows]
    short = [f"{area or 'it'} has {count} of {quota} cases" for area, quota, count in counts if quota and count < quota]
    empty = [f"{area} has no cases" for area, quota, count in counts if area and not quota and not count]
    return short + empty


def _channels(session: Session, cycle_id: str) -> list[str]:
    """What is wrong with the channels, as far as anybody has looked."""
    return [
        f"the channel of {named(found.uses)}: {found.error.rstrip('.')}"
        for found in channels.findings(session, cycle_id)
        if found.error
    ]


def named(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def open_cycle(session: Session, who: Actor | None, cycle_id: str) -> None:
    """Begin collecting: the leads get their requests. `who` None is the command line. Refused says what is missing."""
    if who is not None:
        require_coordinator(who, "cycle.open", cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=True)
    if cycle.state in OPEN:
        raise Refused(f"Audit {cycle.number} is open already.")
    require(cycle, (CycleState.PLANNED,), "it can't be opened")
    missing = checklist(session, cycle_id).missing
    if missing:
        raise Refused(f"Audit {cycle.number} can't be opened yet: {'; '.join(missing)}.")
    cycle.state, cycle.opened_at = CycleState.COLLECTING, now(session)
    trail.record(session, who, "cycle.open", subject_id=cycle.id, cycle_id=cycle.id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
