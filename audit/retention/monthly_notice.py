"""A monthly notice to coordinators of what is due to be removed, since nothing is removed without a command."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit.access import coordinators
from audit.calendar import in_london, month_begun
from audit.delivery.ledger import Due
from audit.retention import drafts, purge
from audit.retention.due import STEP, RetentionStanding, periods
from storage.clock import now
from storage.cycles import OVER, Cancellation, Cycle
from storage.messages import Message, MessageKind
from storage.trail import TrailEntry


@dataclass(frozen=True)
class Reminder:
    """What is due: cycles with the kinds not removed yet, and the numbers of drafts, people and trail entries."""

    standings: tuple[RetentionStanding, ...]
    drafts: int
    people: int
    entries: int
    now: datetime


def due(session: Session) -> tuple[Due, ...]:
    """This month's notices, one for each coordinator, if an audit has been over long enough or a draft has ended."""
    first = month_begun(now(session))
    if first is None:
        return ()
    month = first.isoformat()[:7]
    told = exists().where(Message.kind == MessageKind.RETENTION_DUE, Message.subject_id == month)
    if session.scalar(select(told)):
        return ()
    of = periods(session)
    since = now(session) - timedelta(days=min(of.texts, of.posts, of.drafts))
    stepped = exists().where(TrailEntry.subject_id == Cycle.id, TrailEntry.verb == STEP, TrailEntry.at > since)
    cancelled = exists().where(Cancellation.cycle_id == Cycle.id, Cancellation.at > since)
    long_over = (Cycle.state.in_(OVER), ~stepped, ~cancelled)
    cycle_id = session.scalar(select(Cycle.id).where(*long_over).order_by(Cycle.number.desc()).limit(1))
    if cycle_id is None:  # a draft may be due though its audit is still open
        cycle_id = next((each.cycle_id for each in drafts.ended(session)[0]), None)
    if cycle_id is None:
        return ()
    return tuple(Due(cycle_id, MessageKind.RETENTION_DUE, month, person_id=each) for each in coordinators(session))


def look(session: Session, month: str) -> Reminder | None:
    """What is due and not removed yet; None if nothing is, or if `month` ("2026-03") isn't the current month."""
    if in_london(now(session)).date().isoformat()[:7] != month:
        return None
    plan = purge.plan(session, {})
    left = (replace(each, due=tuple(kind for kind in each.due if kind not in each.whole)) for each in plan.standings)
    reminder = Reminder(tuple(each for each in left if each.due), plan.drafts, plan.people, plan.entries, now(session))
    return reminder if any((reminder.standings, reminder.drafts, reminder.people, reminder.entries)) else None
