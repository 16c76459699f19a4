"""The sweep: rows, and what the calendar makes due, become workflows with ids that can only exist once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update

from audit import messages
from storage.clock import wall
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import Message, MessageState
from storage.promises import Promise
from storage.sheet_state import SheetState

BATCH = 200


@dataclass(frozen=True)
class Delivery:
    """A message to deliver; `lane` keeps what goes to one channel in order and within Slack's rate."""

    workflow_id: str
    message_id: str
    lane: str


@dataclass(frozen=True)
class Redraw:
    """A sheet to redraw, at the end of its bucket of time."""

    workflow_id: str
    cycle_id: str
    in_seconds: float


def take_up(sessions: Sessions) -> None:
    """Turn promises, and what the calendar makes due, into ledger rows."""
    while True:
        with sessions.reading() as session:
            waiting = session.scalar(select(exists().select_from(Promise)))
            due = messages.due(session)
        if not (waiting or due):
            return
        with sessions.begin() as session:
            messages.keep_promises(session)
            messages.add(session, due)
            fault("sweep.mid")
        fault("sweep.after")


def deliveries(sessions: Sessions) -> list[Delivery]:
    """The messages that are behind and may be tried now."""
    with sessions.reading() as session:
        rows = session.execute(
            select(Message.id, Message.wanted, Message.attempt, Message.channel, Message.person_id)
            .where(
                Message.state == MessageState.LIVE,
                Message.delivered < Message.wanted,
                Message.next_try_at <= wall(),
                Message.claim.is_(None),
            )
            .order_by(Message.next_try_at, Message.created_at)
            .limit(BATCH)
        )
        return [
            Delivery(f"message:{message_id}:{wanted}:{tries}", message_id, channel or person_id or message_id)
            for message_id, wanted, tries, channel, person_id in rows
        ]


def renew(sessions: Sessions, delivery: Delivery) -> None:
    """Give a message another workflow id, since the one offered ended and the message is still behind."""
    with sessions.begin() as session:
        session.execute(
            update(Message)
            .where(Message.id == delivery.message_id, Message.delivered < Message.wanted, Message.claim.is_(None))
            .values(attempt=Message.attempt + 1)
        )


def redraws(sessions: Sessions, bucket: float) -> list[Redraw]:
    """The sheets that are behind and may be tried now; all changes within `bucket` seconds share one redraw."""
    moment = wall()
    with sessions.reading() as session:
        behind = session.scalars(
            select(SheetState.cycle_id).where(
                SheetState.delivered < SheetState.wanted, SheetState.next_try_at <= moment, SheetState.claim.is_(None)
            )
        )
        return [_redraw(cycle_id, moment, bucket) for cycle_id in behind]


def _redraw(cycle_id: str, moment: datetime, bucket: float) -> Redraw:
    number, into = divmod(moment.timestamp(), bucket)
    return Redraw(f"redraw:{cycle_id}:{number:.0f}:{bucket:g}", cycle_id, bucket - into)
