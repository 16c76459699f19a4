"""Digests: on the days when agencies are reminded, coordinators get a message about the state of the cycle."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from audit.access import coordinators
from audit.calendar import deadline, in_hours, in_london
from audit.chasing.reminders import reminded_on, running, step_due
from audit.delivery import ledger
from audit.delivery.ledger import Due
from audit.people.answering import Covered, Unanswered, audience, unanswered
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind, MessageState
from storage.people import Person
from storage.returns import Decline, Return, ReturnState


@dataclass(frozen=True)
class Gap:
    """An agency with unanswered returns. `areas`: (area, number of such returns)."""

    agency: str
    areas: tuple[tuple[str, int], ...]

    @property
    def returns(self) -> int:
        """The number of unanswered returns in all areas."""
        return sum(number for _, number in self.areas)


@dataclass(frozen=True)
class Digest:
    """The state of a cycle in numbers and labels. `asked` counts returns; `answered`, those of them that are answered.

    `reminded`: the people reminded on the digest's day. `snoozing`: (person, day until which they snooze).
    `without_lead`: (agency, area). `immediate` counts immediate actions that aren't closed; `declines`, requests not to
    answer that await a decision; `set_aside`, messages that couldn't be delivered.
    """

    cycle_id: str
    cycle_name: str
    day: date
    now: datetime
    due_at: datetime
    asked: int
    answered: int
    gaps: tuple[Gap, ...]
    reminded: tuple[str, ...]
    snoozing: tuple[tuple[str, date], ...]
    covered: tuple[Covered, ...]
    without_lead: tuple[tuple[str, str], ...]
    immediate: int
    declines: int
    set_aside: int


def due(session: Session) -> tuple[Due, ...]:
    """The digests to send now: one per coordinator, cycle and reminder step, in working hours."""
    moment = now(session)
    if not in_hours(moment):
        return ()
    today = in_london(moment).date()
    days = {cycle.cycle_id: turn[1] for cycle in running(session) if (turn := step_due(cycle, today))}
    people = coordinators(session) if days else ()
    kind, about = MessageKind.DIGEST, today.isoformat()
    dues = (
        Due(cycle_id, kind, about, person_id=person_id, key=f"{kind}:{cycle_id}:{day}:{person_id}")
        for cycle_id, day in days.items()
        for person_id in people
    )
    return ledger.missing(session, dues)


def digest(session: Session, cycle_id: str, day: date) -> Digest | None:
    """The digest of that day; None if it would have nothing for a coordinator to do."""
    cycle = session.get_one(Cycle, cycle_id)
    recipients = audience(session, cycle_id, deputies=True)
    gaps = tuple(_gaps(unanswered(session, cycle_id)))
    immediate, declines, set_aside = (
        _immediate(session, cycle_id),
        _declines(session, cycle_id),
        _aside(session, cycle_id),
    )
    if not (gaps or immediate or declines or set_aside):
        return None
    asked, answered = _counted(session, cycle_id)
    return Digest(
        cycle_id=cycle_id,
        cycle_name=cycle.name,
        day=day,
        now=now(session),
        due_at=deadline(cycle.due_on),
        asked=asked,
        answered=answered,
        gaps=gaps,
        reminded=_labels(session, reminded_on(session, cycle_id, day)),
        snoozing=tuple((each.label, each.snoozed_until) for each in recipients.reached if each.snoozed_until),
        covered=recipients.covered,
        without_lead=tuple((place.agency, place.area) for place in recipients.without_lead),
        immediate=immediate,
        declines=declines,
        set_aside=set_aside,
    )


def _gaps(waiting: Iterable[Unanswered]) -> Iterable[Gap]:
    agencies: dict[str, dict[str, int]] = {}
    for each in waiting:
        areas = agencies.setdefault(each.place.agency, {})
        areas[each.place.area] = areas.get(each.place.area, 0) + 1
    return (Gap(agency, tuple(areas.items())) for agency, areas in agencies.items())


def _counted(session: Session, cycle_id: str) -> tuple[int, int]:
    """The number of returns asked for, and how many of them are answered."""
    rows = session.execute(
        select(Return.state, func.count())
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle_id, *ASKED)
        .group_by(Return.state)
    )
    counts = dict(rows.all())
    waiting = counts.get(ReturnState.REQUESTED, 0) + counts.get(ReturnState.DRAFTED, 0)
    return sum(counts.values()), sum(counts.values()) - waiting


def _immediate(session: Session, cycle_id: str) -> int:
    return _number(session, ImmediateAction.cycle_id == cycle_id, ImmediateAction.closed_at.is_(None))


def _aside(session: Session, cycle_id: str) -> int:
    return _number(session, Message.cycle_id == cycle_id, Message.state == MessageState.SET_ASIDE)


def _declines(session: Session, cycle_id: str) -> int:
    asked = (
        select(func.count())
        .select_from(Decline)
        .join(Return, Return.id == Decline.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle_id, Decline.decided_at.is_(None))
    )
    return session.scalars(asked).one()


def _number(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count()).where(*conditions)).one()


def _labels(session: Session, people: set[str]) -> tuple[str, ...]:
    return tuple(session.scalars(select(Person.label).where(Person.id.in_(people)).order_by(Person.label)))
