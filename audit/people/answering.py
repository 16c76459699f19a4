"""Returns that are still to be sent, and the people who can send them: leads, deputies and those who cover for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import ANSWERING
from audit.calendar import in_london
from audit.moment import OPEN
from audit.role_in_force import in_force
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Agency, Area, Cover, Person, Role, RoleKind
from storage.returns import UNANSWERED, Decline, Return
from storage.snoozes import Snooze


@dataclass(frozen=True)
class AgencyInArea:
    """An agency in one area: the unit for which leads and deputies answer."""

    agency_id: str
    agency: str
    area_id: str
    area: str


@dataclass(frozen=True)
class Unanswered:
    """A return that hasn't been sent yet and still can be."""

    return_id: str
    place: AgencyInArea


@dataclass(frozen=True)
class Reached:
    """A person to be reminded, with the ids of the unanswered returns that they can send.

    `snoozed_until`: the day until which they have snoozed reminders, or None.
    """

    person_id: str
    label: str
    returns: frozenset[str]
    snoozed_until: date | None = None


@dataclass(frozen=True)
class Covered:
    """A person for whom `by` (a label) answers until `until`."""

    person_id: str
    label: str
    by: str
    until: datetime


@dataclass(frozen=True)
class WhoHears:
    """The people to be reminded of unanswered returns, those covered for, and the places that have no lead."""

    reached: tuple[Reached, ...]
    covered: tuple[Covered, ...]
    without_lead: tuple[AgencyInArea, ...]


@dataclass(frozen=True)
class _Holder:
    """An active person's role as a lead or deputy, and the person who covers it now (`by`), if any."""

    kind: str
    person_id: str
    label: str
    agency_id: str
    area_id: str | None
    by_id: str | None
    by: str | None
    until: datetime | None

    def answers_in(self, place: AgencyInArea) -> bool:
        return self.agency_id == place.agency_id and self.area_id in (None, place.area_id)


def unanswered(session: Session, cycle_id: str) -> tuple[Unanswered, ...]:
    """The returns that an open cycle still waits for, by agency and area.

    Returns that are locked or withdrawn, that an agency has asked to decline, or whose meeting has begun, are left out.
    """
    declining = select(Decline.return_id).where(Decline.decided_at.is_(None))
    rows = session.execute(
        select(Return.id, Agency.id, Agency.label, Area.id, Area.label)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Area, Area.id == Case.area_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(CycleArea, CycleArea.id == Case.place_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(
            Cycle.id == cycle_id,
            Cycle.state.in_(OPEN),
            *ASKED,
            Return.state.in_(UNANSWERED),
            Return.locked_at.is_(None),
            Return.id.not_in(declining),
            Meeting.starts_at > now(session),
        )
        .order_by(Agency.label, Area.label, Case.reference)
    )
    return tuple(
        Unanswered(return_id, AgencyInArea(agency_id, agency, area_id, area))
        for return_id, agency_id, agency, area_id, area in rows
    )


def audience(session: Session, cycle_id: str, *, deputies: bool) -> WhoHears:
    """The people to be reminded now: leads; also deputies with `deputies`, or in places without a lead."""
    waiting = unanswered(session, cycle_id)
    if not waiting:  # the sweep calls this each second while a reminder that nobody is left to get is due
        return WhoHears((), (), ())
    holders = _holders(session)
    theirs: dict[str, set[str]] = {}
    labels: dict[str, str] = {}
    covered: dict[str, Covered] = {}
    for holder, return_ids in _shares(waiting, holders, deputies=deputies):
        person_id = holder.by_id or holder.person_id
        labels[person_id] = holder.by or holder.label
        theirs.setdefault(person_id, set()).update(return_ids)
        if holder.by and holder.until:
            covered[holder.person_id] = Covered(holder.person_id, holder.label, holder.by, holder.until)
    snoozes = _snoozes(session, cycle_id)
    reached = (
        Reached(person_id, labels[person_id], frozenset(ids), snoozes.get(person_id))
        for person_id, ids in theirs.items()
    )
    return WhoHears(
        tuple(sorted(reached, key=lambda each: (each.label, each.person_id))),
        tuple(sorted(covered.values(), key=lambda each: (each.label, each.person_id))),
        tuple(place for place in _places(waiting) if not _led(place, holders)),
    )


def _shares(
    waiting: Sequence[Unanswered], holders: Sequence[_Holder], *, deputies: bool
) -> Iterable[tuple[_Holder, list[str]]]:
    """The holders to be reminded, each with the ids of their returns."""
    led = {place: _led(place, holders) for place in _places(waiting)}
    for holder in holders:
        hears = deputies or holder.kind == RoleKind.AGENCY_LEAD
        ids = [each.return_id for each in waiting if holder.answers_in(each.place) and (hears or not led[each.place])]
        if ids:
            yield holder, ids


def _places(waiting: Sequence[Unanswered]) -> tuple[AgencyInArea, ...]:
    return tuple(dict.fromkeys(each.place for each in waiting))


def _led(place: AgencyInArea, holders: Sequence[_Holder]) -> bool:
    return any(holder.kind == RoleKind.AGENCY_LEAD and holder.answers_in(place) for holder in holders)


def _holders(session: Session) -> tuple[_Holder, ...]:
    moment = now(session)
    covers = {
        role_id: (person_id, label, until)
        for role_id, person_id, label, until in session.execute(
            select(Cover.role_id, Person.id, Person.label, Cover.until)
            .join(Person, Person.id == Cover.person_id)
            .where(Cover.until > moment, Person.active)
        )
    }
    rows = session.execute(
        select(Role.id, Role.kind, Person.id, Person.label, Role.agency_id, Role.area_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind.in_(ANSWERING), in_force(moment), Person.active)
        .order_by(Role.id)
    )
    return tuple(
        _Holder(kind, person_id, label, agency_id, area_id, *covers.get(role_id, (None, None, None)))
        for role_id, kind, person_id, label, agency_id, area_id in rows
        if agency_id
    )


def _snoozes(session: Session, cycle_id: str) -> dict[str, date]:
    """Person id -> the day until which they have snoozed this cycle's reminders; only snoozes still in effect."""
    today = in_london(now(session)).date()
    snoozing = select(Snooze.person_id, Snooze.until).where(Snooze.cycle_id == cycle_id, Snooze.until > today)
    return dict(session.execute(snoozing).all())
