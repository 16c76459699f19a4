"""Reminders: who is reminded on which day, and never twice on one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from audit.calendar import in_hours, in_london, newest_step, step_day, still_due
from audit.delivery.ledger import Due
from audit.moment import OPEN
from audit.people.answering import Reached, audience
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.snoozes import Snooze
from storage.types import plain_rows

_DEPUTIES_FROM = -2
"""The reminder step from which deputies are reminded as well as leads."""
STEP, WAKE, NUDGE = "reminder", "snooze", "nudge"
"""How the keys of reminders begin: of a step, of a snooze that has ended, of a coordinator's nudge.

A reminder's subject is the day when it became due, so that nobody is reminded twice on one day.
"""


@dataclass(frozen=True)
class Running:
    """A cycle that is under way, with its dates."""

    cycle_id: str
    due_on: date
    opened_on: date


def due(session: Session) -> tuple[Due, ...]:
    """The reminders to send now: in working hours, to people who haven't answered, at most one each per day."""
    moment = now(session)
    if not in_hours(moment):
        return ()
    today = in_london(moment).date()
    return tuple(each for cycle in running(session) for each in _due(session, cycle, today))


_RUNNING = select(Cycle.id, Cycle.due_on, Cycle.opened_at).where(Cycle.state.in_(OPEN)).order_by(Cycle.number)


def running(session: Session) -> tuple[Running, ...]:
    """The cycles that are collecting returns or at their meetings."""
    rows = plain_rows(session, _RUNNING)
    return tuple(
        Running(cycle_id, due_on, in_london(opened_at).date()) for cycle_id, due_on, opened_at in rows if opened_at
    )


def step_due(cycle: Running, today: date) -> tuple[int, date] | None:
    """The latest reminder step that is due, and its day; None if there is none, or it isn't after the opening day."""
    step = newest_step(cycle.due_on, today)
    if step is None or step_day(cycle.due_on, step) <= cycle.opened_on:
        return None
    return step, step_day(cycle.due_on, step)


def _due(session: Session, cycle: Running, today: date) -> Iterable[Due]:
    turn = step_due(cycle, today)
    if turn is not None and _sent_since(session, cycle.cycle_id, turn[1]):
        turn = None
    snoozed = _snoozed(session, cycle.cycle_id, today)
    woken = _untold(session, cycle.cycle_id, snoozed)
    if turn is None and not woken:
        return
    done = reminded_on(session, cycle.cycle_id, today)
    if turn is not None:
        for person in _of_step(session, cycle, turn, snoozed):
            if person.person_id not in done:
                done.add(person.person_id)
                yield _reminder(cycle.cycle_id, person, today, f"{STEP}:{cycle.cycle_id}:{cycle.due_on}:{turn[0]}")
    if woken:
        for person in audience(session, cycle.cycle_id, deputies=True).reached:
            if person.person_id in woken and person.snoozed_until is None and person.person_id not in done:
                yield _reminder(cycle.cycle_id, person, today, f"{WAKE}:{cycle.cycle_id}:{woken[person.person_id]}")


def _of_step(session: Session, cycle: Running, turn: tuple[int, date], snoozed: dict[str, date]) -> Iterable[Reached]:
    """The people whom a step reminds. Those who are snoozing, or whose snooze ended after its day, are left out."""
    step, day = turn
    for person in audience(session, cycle.cycle_id, deputies=step >= _DEPUTIES_FROM).reached:
        if person.snoozed_until is None and snoozed.get(person.person_id, day) <= day:
            yield person


def _reminder(cycle_id: str, to: Reached, today: date, key: str) -> Due:
    return Due(cycle_id, MessageKind.REMINDER, today.isoformat(), person_id=to.person_id, key=f"{key}:{to.person_id}")


def _sent_since(session: Session, cycle_id: str, day: date) -> bool:
    """Whether any step's reminder was sent on that day or later. All reminders of a step become due together."""
    steps = [Message.kind == MessageKind.REMINDER, Message.key.startswith(f"{STEP}:")]
    return bool(
        session.scalar(
            select(exists().where(Message.cycle_id == cycle_id, *steps, Message.subject_id >= day.isoformat()))
        )
    )


def reminded_on(session: Session, cycle_id: str, day: date) -> set[str]:
    """The ids of the people who have a reminder of that day, of any kind."""
    return set(
        session.scalars(
            select(Message.person_id).where(
                Message.cycle_id == cycle_id,
                Message.kind == MessageKind.REMINDER,
                Message.subject_id == day.isoformat(),
                Message.person_id.is_not(None),
            )
        )
    )


_RESTED = select(Snooze.person_id, Snooze.until).where(
    Snooze.cycle_id == bindparam("cycle_id"), Snooze.until <= bindparam("today")
)


def _snoozed(session: Session, cycle_id: str, today: date) -> dict[str, date]:
    """Person id -> the day when their snooze ended: today or shortly before."""
    rows = plain_rows(session, _RESTED, {"cycle_id": cycle_id, "today": today})
    return {person_id: until for person_id, until in rows if still_due(until, today)}


def _untold(session: Session, cycle_id: str, snoozed: dict[str, date]) -> dict[str, date]:
    """The entries of `snoozed` whose people haven't had the reminder for the end of their snooze."""
    keys = {f"{WAKE}:{cycle_id}:{until}:{person_id}": person_id for person_id, until in snoozed.items()}
    sent = set(session.scalars(select(Message.key).where(Message.key.in_(keys)))) if keys else set()
    return {person_id: snoozed[person_id] for key, person_id in keys.items() if key not in sent}


def superseded(session: Session, message: Message) -> bool:
    """Whether the same person has a newer reminder of the same cycle."""
    newer = [Message.kind == message.kind, Message.cycle_id == message.cycle_id, Message.id > message.id]
    return bool(session.scalar(select(exists().where(*newer, Message.person_id == message.person_id))))
