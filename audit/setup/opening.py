"""Opening a planned cycle, and what it still lacks: what prevents it from opening, and what is just worth knowing."""

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
    """What prevents a cycle from being opened (`missing`), and how many agencies its opening would reach.

    `missing`: clauses without a capital letter or a full stop. Of the `agencies` involved, `led` have a lead in at
    least one area in which they are; `leaderless`: "agency (area)" for those without a lead, who get no request.
    `unbound`: no sheet is set, which doesn't prevent opening.
    """

    missing: tuple[str, ...]
    agencies: int
    led: int
    leaderless: tuple[str, ...]
    unbound: bool = False


@dataclass(frozen=True)
class Checklist:
    """What opening a cycle needs and does; `warnings` don't prevent it, and are clauses as well."""

    opening: Opening
    warnings: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What prevents the cycle from being opened."""
        return self.opening.missing


def checklist(session: Session, cycle_id: str) -> Checklist:
    """What a cycle lacks before it can be opened, and what its coordinator should know."""
    cycle = session.get_one(Cycle, cycle_id)
    its_opening = openings(session, [cycle_id])[cycle_id]
    without_lead = f"nobody leads {named(its_opening.leaderless)}: a coordinator can enter their returns"
    return Checklist(
        its_opening,
        (
            *days_off(session, cycle),
            *_short_of(session, cycle_id),
            *([without_lead] if its_opening.leaderless else []),
            *_channels(session, cycle_id),
            *(() if cycle.key_holder else (_UNHELD,)),
            *((UNBOUND,) if its_opening.unbound else ()),
        ),
    )


def openings(session: Session, cycle_ids: Collection[str]) -> dict[str, Opening]:
    """Cycle id -> Opening; the number of statements doesn't depend on the number of cycles."""
    dated = select(Cycle.id, Cycle.due_on, SheetState.spreadsheet_id).join(SheetState, SheetState.id == Cycle.id)
    due = session.execute(dated.where(Cycle.id.in_(cycle_ids))).all()
    places, cases = _places(session, cycle_ids), _cases(session, cycle_ids)
    asked, leads = _asked(session, cycle_ids), _leads(session)
    moment = now(session)
    by_cycle = {}
    for cycle_id, due_on, spreadsheet_id in due:
        of_cycle = asked.get(cycle_id, [])
        without = [each for each in of_cycle if not leads & {(each.agency_id, None), (each.agency_id, each.area_id)}]
        passed = deadline(due_on) <= moment
        by_cycle[cycle_id] = Opening(
            missing=tuple(_missing(places.get(cycle_id, {}), cases.get(cycle_id, []), moment, passed=passed)),
            agencies=len({each.agency_id for each in of_cycle}),
            led=len({each.agency_id for each in of_cycle if each not in without}),
            leaderless=tuple(within(each.agency, each.area) for each in without),
            unbound=not spreadsheet_id,
        )
    return by_cycle


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
    """What prevents opening. `places`: place id -> its meeting's time; `passed`: the deadline has passed."""
    missing = [] if places else ["it has no meeting and audit channel yet"]
    missing += [] if cases else ["it has no cases"]
    uninvolved = [case.reference for case in cases if not case.involved]
    if uninvolved:
        missing.append(f"no agency is involved in {named(uninvolved)}")
    if passed:
        missing.append("the deadline for returns has passed")
    late = [case.reference for case in cases if places[case.place_id] <= moment]
    if late:
        missing.append(f"the meeting about {late[0]} has passed")
    return missing


def days_off(session: Session, cycle: Cycle) -> list[str]:
    """Warnings about a deadline or meetings on non-working days, which a cycle file may have without being asked."""
    held = select(Meeting.starts_at).join(CycleArea).where(CycleArea.cycle_id == cycle.id).distinct()
    days = [("the deadline", cycle.due_on)]
    days += [
        ("a meeting", in_london(starts_at).date()) for starts_at in session.scalars(held.order_by(Meeting.starts_at))
    ]
    return [f"{what} is on {on(day)}, {off}" for what, day in dict.fromkeys(days) if (off := day_off(day))]


def _places(session: Session, cycle_ids: Collection[str]) -> dict[str, dict[str, datetime]]:
    """Cycle id -> place id -> the time of its meeting."""
    rows = session.execute(
        select(CycleArea.cycle_id, CycleArea.id, Meeting.starts_at)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id.in_(cycle_ids))
    )
    by_cycle: dict[str, dict[str, datetime]] = {}
    for cycle_id, place_id, starts_at in rows:
        by_cycle.setdefault(cycle_id, {})[place_id] = starts_at
    return by_cycle


def _cases(session: Session, cycle_ids: Collection[str]) -> dict[str, list[_Case]]:
    """Cycle id -> its cases by area and reference, without withdrawn ones."""
    involved = exists().where(Involvement.case_id == Case.id, Involvement.withdrawn_at.is_(None))
    rows = session.execute(
        select(Case.cycle_id, Case.reference, Case.place_id, involved)
        .join(Area, Area.id == Case.area_id)
        .where(Case.cycle_id.in_(cycle_ids), Case.withdrawn_at.is_(None))
        .order_by(Area.label, Case.reference)
    )
    return grouped((cycle_id, _Case(reference, place_id, asked)) for cycle_id, reference, place_id, asked in rows)


def _asked(session: Session, cycle_ids: Collection[str]) -> dict[str, list[_Asked]]:
    """Cycle id -> the agencies that are asked, once for each area of their cases."""
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
    """(agency id, area id or None for all) of all current leads."""
    moment = now(session)
    rows = session.execute(
        select(Role.agency_id, Role.area_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind == RoleKind.AGENCY_LEAD, Person.active, in_force(moment))
    )
    return {(agency_id, area_id) for agency_id, area_id in rows}


def _short_of(session: Session, cycle_id: str) -> list[str]:
    """Areas with fewer cases than their quota, counted over all their meetings, and those without quota or cases."""
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
    """Known faults of the cycle's channels."""
    return [
        f"the channel of {named(found.uses)}: {found.error.rstrip('.')}"
        for found in channels.findings(session, cycle_id)
        if found.error
    ]


def named(names: Sequence[str]) -> str:
    """Up to six names, and how many more there are."""
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left} more" if left > 0 else "")


def open_cycle(session: Session, who: Actor | None, cycle_id: str) -> None:
    """Open a cycle, so that leads get their requests. `who`: None on the command line.

    Refused names what is missing.
    """
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
