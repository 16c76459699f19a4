"""Reminders: who is reminded on which day, each once."""

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
"""The step from which deputies are reminded beside their leads."""
STEP, WAKE, NUDGE = "reminder", "snooze", "nudge"
"""How the keys of reminders begin: of a step, of a snooze that is over, of a coordinator's nudge. The subject of each
is the day on which it became due, so that nobody is reminded twice on one."""


@dataclass(frozen=True)
class Running:
    """An open cycle, as far as its calendar goes."""

    cycle_id: str
    due_on: date
    opened_on: date


def due(session: Session) -> tuple[Due, ...]:
    """The reminders to be sent now: only in working hours, to those who haven't answered, and one a day at most."""
    moment = now(session)
    if not in_hours(moment):
        return ()
    today = in_london(moment).date()
    return tuple(each for cycle in running(session) for each in _due(session, cycle, today))


_RUNNING = select(Cycle.id, Cycle.due_on, Cycle.opened_at).where(Cycle.state.in_(OPEN)).order_by(Cycle.number)


def running(session: Session) -> tuple[Running, ...]:
    """The cycles that collect returns, or whose meetings do."""
    rows = plain_rows(session, _RUNNING)
    return tuple(
        Running(cycle_id, due_on, in_london(opened_at).date()) for cycle_id, due_on, opened_at in rows if opened_at
    )


def step_due(cycle: Running, today: date) -> tuple[int, date] | None:
    """The step whose turn it is, and its day; what lay before the opening isn't made up for: the request was sent."""
    step = newest_step(cycle.due_on, today)
    if step is None or step_day(cycle.due_on, step) <= cycle.opened_on:
        return None
    return step, step_day(cycle.due_on, step)


def _due(session: Session, cycle: Running, today: date) -> Iterable[Due]:
    turn = step_due(cycle, today)
    if turn is not None and _sent_since(session, cycle.cycle_id, turn[1]):
        turn = None
    rested = _rested(session, cycle.cycle_id, today)
    woken = _untold(session, cycle.cycle_id, rested)
    if turn is None and not woken:
        return
    done = reminded_on(session, cycle.cycle_id, today)
    if turn is not None:
        for each in _of_step(session, cycle, turn, rested):
            if each.person_id not in done:
                done.add(each.person_id)
                yield _reminder(cycle.cycle_id, each, today, f"{STEP}:{cycle.cycle_id}:{cycle.due_on}:{turn[0]}")
    if woken:
        for each in audience(session, cycle.cycle_id, deputies=True).reached:
            if each.person_id in woken and each.rests_until is None and each.person_id not in done:
                yield _reminder(cycle.cycle_id, each, today, f"{WAKE}:{cycle.cycle_id}:{woken[each.person_id]}")


def _of_step(session: Session, cycle: Running, turn: tuple[int, date], rested: dict[str, date]) -> Iterable[Reached]:
    """The people whom a step reminds: not who rests, nor who rested on its day and is woken instead."""
    step, day = turn
    for each in audience(session, cycle.cycle_id, deputies=step >= _DEPUTIES_FROM).reached:
        if each.rests_until is None and rested.get(each.person_id, day) <= day:
            yield each


def _reminder(cycle_id: str, to: Reached, today: date, key: str) -> Due:
    return Due(cycle_id, MessageKind.REMINDER, today.isoformat(), person_id=to.person_id, key=f"{key}:{to.person_id}")


def _sent_since(session: Session, cycle_id: str, day: date) -> bool:
    """Whether a step was sent on that day or later, of whichever deadline: all its reminders become due together."""
    steps = [Message.kind == MessageKind.REMINDER, Message.key.startswith(f"{STEP}:")]
    return bool(
        session.scalar(
            select(exists().where(Message.cycle_id == cycle_id, *steps, Message.subject_id >= day.isoformat()))
        )
    )


def reminded_on(session: Session, cycle_id: str, day: date) -> set[str]:
    """Who is reminded on that day, by whatever."""
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


def _rested(session: Session, cycle_id: str, today: date) -> dict[str, date]:
    """Person's id -> the day until which their reminders rested: today, or a day shortly before."""
    rows = plain_rows(session, _RESTED, {"cycle_id": cycle_id, "today": today})
    return {person_id: until for person_id, until in rows if still_due(until, today)}


def _untold(session: Session, cycle_id: str, rested: dict[str, date]) -> dict[str, date]:
    """Of those who `rested`, who hasn't been reminded since their rest ended."""
    keys = {f"{WAKE}:{cycle_id}:{until}:{person_id}": person_id for person_id, until in rested.items()}
    told = set(session.scalars(select(Message.key).where(Message.key.in_(keys)))) if keys else set()
    return {person_id: rested[person_id] for key, person_id in keys.items() if key not in told}


def superseded(session: Session, message: Message) -> bool:
    """Whether a newer reminder of the same cycle went, or goes, to the same person."""
    newer = [Message.kind == message.kind, Message.cycle_id == message.cycle_id, Message.id > message.id]
    return bool(session.scalar(select(exists().where(*newer, Message.person_id == message.person_id))))
