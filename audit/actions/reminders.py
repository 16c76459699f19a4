"""Reminders of actions: who is reminded of which actions on what day, and the monthly digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from audit.action_names import SHOWN_TO_OTHERS
from audit.actions import actions, owner
from audit.actions.actions import NOT_CLOSED, OWED, ActionView
from audit.calendar import (
    OPENING,
    at,
    in_hours,
    in_london,
    month_begun,
    step_day,
    still_due,
    working_days_after,
)
from audit.delivery import ledger
from audit.delivery.ledger import Due
from storage.actions import Action
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.messages import Message, MessageKind
from storage.types import plain_rows

STEPS = (-10, -2, *range(0, 50, 5))
"""When owners are reminded: working days after the due date, or before it if negative. Twelve reminders at most."""
AHEAD = 10
"""A reminder also lists actions that fall due within this many working days."""

_UNDER_WAY = Cycle.state != CycleState.CANCELLED


@dataclass(frozen=True)
class Owing:
    """A person's unfinished actions on the day of a reminder, in order of due date."""

    now: datetime
    actions: tuple[ActionView, ...]


@dataclass(frozen=True)
class ActionsStanding:
    """Actions that aren't closed, overdue first. `cycle_id`: the newest audit that has any."""

    cycle_id: str
    month: date
    now: datetime
    actions: tuple[ActionView, ...]


@lru_cache(maxsize=4096)
def _days(due_on: date) -> tuple[date, ...]:
    return tuple(step_day(due_on, step) for step in STEPS)


def turn(due_on: date, made_on: date, today: date) -> date | None:
    """The day of the latest reminder step; None if it is too late, or the action was made on that day or later."""
    come = [day for day in _days(due_on) if day <= today]
    return come[-1] if come and come[-1] > made_on and still_due(come[-1], today) else None


def due(session: Session) -> tuple[Due, ...]:
    """The reminders to send now: one per person and day, in working hours, whatever the number of actions."""
    moment = now(session)
    if not in_hours(moment):
        return ()
    today = in_london(moment).date()
    turns = {
        action_id: (day, cycle_id)
        for action_id, cycle_id, due_on, made_at in plain_rows(session, _OWED)
        if (day := turn(due_on, in_london(made_at).date(), today))
    }
    if not turns:
        return ()
    people: dict[str, tuple[date, str]] = {}
    reached = owner.reached(session, owner.of(session, Action.id.in_(turns)))
    for action_id, person_ids in reached.items():
        for person_id in person_ids:
            people[person_id] = max(people.get(person_id, turns[action_id]), turns[action_id])
    last = _last_told(session, people)
    return tuple(
        Due(
            cycle_id, MessageKind.ACTION_DUE, today.isoformat(), person_id=person_id,
            key=f"{MessageKind.ACTION_DUE}:{today}:{person_id}",
        )
        for person_id, (day, cycle_id) in sorted(people.items())
        if last.get(person_id, "") < day.isoformat()
    )  # fmt: skip


_OWED = (
    select(Action.id, Action.cycle_id, Action.due_on, Action.made_at)
    .join(Cycle, Cycle.id == Action.cycle_id)
    .where(Action.state.in_(OWED), _UNDER_WAY)
    .order_by(Action.id)
)
"""Selects the actions that aren't done, except in cancelled audits."""


def _last_told(session: Session, people: Iterable[str]) -> dict[str, str]:
    """Person id -> day (ISO) of their newest reminder, which lists everything they owe, whichever action it is for."""
    rows = session.execute(
        select(Message.person_id, func.max(Message.subject_id))
        .where(Message.kind == MessageKind.ACTION_DUE, Message.person_id.in_(list(people)))
        .group_by(Message.person_id)
    )
    return {person_id: day for person_id, day in rows if person_id}


def owing(session: Session, message: Message) -> Owing | None:
    """A reminder: what its person owes now. None if a newer one exists or, before sending, if nothing is owed."""
    newer = [Message.kind == message.kind, Message.person_id == message.person_id, Message.id > message.id]
    if session.scalar(select(exists().where(*newer))):
        return None
    day = date.fromisoformat(message.subject_id)
    soon = working_days_after(day, AHEAD)
    action_ids = [
        action_id
        for action_id, people in owner.reached(session, owner.of(session, _soon(soon))).items()
        if message.person_id in people
    ]
    views = actions.of(session, Action.id.in_(action_ids)) if action_ids else ()
    return Owing(now(session), views) if views or message.ts else None


def _soon(day: date) -> ColumnElement[bool]:
    under_way = Action.cycle_id.in_(select(Cycle.id).where(_UNDER_WAY))
    return Action.state.in_(OWED) & (Action.due_on <= day) & under_way


@dataclass(frozen=True)
class ActionMessage:
    """An action for a message to its owner. `theirs`: they still own it. `newer`: a later message replaces this."""

    action: ActionView
    theirs: bool
    newer: bool


def for_message(session: Session, message: Message) -> ActionMessage:
    """The action that a message is about. Its person may no longer own it; then they may see only its references."""
    about = [Message.kind == message.kind, Message.subject_id == message.subject_id]
    later = [*about, Message.person_id == message.person_id, Message.id > message.id]
    theirs = message.person_id in owner.recipients(session, message.subject_id)
    newer = bool(session.scalar(select(exists().where(*later))))
    return ActionMessage(actions.by_id(session, message.subject_id), theirs, newer)


def digests_due(session: Session) -> tuple[Due, ...]:
    """The monthly digests to send now: one per sub-group channel whose audits have actions that aren't closed.

    An action made after the digest is due waits for the next month's.
    """
    moment = now(session)
    first = month_begun(moment)
    if first is None:
        return ()
    rows = session.execute(
        select(Cycle.sub_group_channel, Cycle.id, Cycle.number)
        .distinct()
        .join(Action, Action.cycle_id == Cycle.id)
        .where(_UNDER_WAY, NOT_CLOSED, Action.made_at < at(first, OPENING), SHOWN_TO_OTHERS)
        .order_by(Cycle.number)
    )
    newest = {channel: cycle_id for channel, cycle_id, _ in rows}
    kind, month = MessageKind.ACTIONS_DIGEST, first.isoformat()[:7]
    found = newest.items()
    dues = (Due(cycle_id, kind, month, channel, key=f"{kind}:{month}:{channel}") for channel, cycle_id in found)
    return ledger.missing(session, dues)


def digest(session: Session, message: Message) -> ActionsStanding | None:
    """What a monthly digest says. None if it has been sent, since it isn't changed later, or if no action is open."""
    if message.ts is not None:
        return None
    cycles = select(Cycle.id).where(_UNDER_WAY, Cycle.sub_group_channel == message.channel)
    views = actions.of(session, Action.cycle_id.in_(cycles) & NOT_CLOSED & SHOWN_TO_OTHERS)
    if not views:
        return None
    moment = now(session)
    today = in_london(moment).date()
    ordered = tuple(sorted(views, key=lambda each: not each.overdue(today)))
    return ActionsStanding(message.cycle_id, date.fromisoformat(f"{message.subject_id}-01"), moment, ordered)
