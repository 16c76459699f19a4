"""The ledger of messages that must be in Slack."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    bindparam,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from storage import conflicts
from storage.clock import wall
from storage.messages import TROUBLED, Message, MessageKind, MessageState
from storage.types import LOCK, change_rows, new_id

STEPS = (MessageKind.IMMEDIATE_RAISED, MessageKind.IMMEDIATE_DUE)
"""Kinds of message of which a new one replaces an earlier one that isn't sent yet."""


@dataclass(frozen=True)
class Due:
    """A message that the calendar makes due, to a channel or a person. It isn't in the ledger yet."""

    cycle_id: str
    kind: MessageKind
    subject_id: str
    channel: str | None = None
    person_id: str | None = None
    key: str | None = None


def missing(session: Session, dues: Iterable[Due]) -> tuple[Due, ...]:
    """Those of these messages that aren't in the ledger yet. All must have a key."""
    keyed = {each.key: each for each in dues}
    known_keys = set(session.scalars(select(Message.key).where(Message.key.in_(keyed)))) if keyed else set()
    return tuple(each for key, each in keyed.items() if key not in known_keys)


def add(session: Session, dues: Iterable[Due]) -> None:
    """Add messages to the ledger. A key exists only once, so adding one again, even concurrently, does nothing."""
    for due in dues:
        insert(
            session, due.kind, due.cycle_id, due.subject_id,
            channel=due.channel, person_id=due.person_id, key=due.key,
        )  # fmt: skip


def insert(
    session: Session,
    kind: MessageKind,
    cycle_id: str,
    subject_id: str,
    *,
    sheet_id: str | None = None,
    channel: str | None = None,
    person_id: str | None = None,
    key: str | None = None,
) -> None:
    """Add a message unless its key exists. The default key consists of kind, subject and person."""
    by_default = f"{kind}:{subject_id}" + (f":{person_id}" if person_id else "")
    values = {
        "id": new_id(), "key": key or by_default, "kind": kind, "cycle_id": cycle_id, "subject_id": subject_id,
        "sheet_id": sheet_id, "channel": channel, "person_id": person_id, "next_try_at": wall(),
        "created_at": _after(session, kind, subject_id, person_id) if kind in STEPS else wall(),
    }  # fmt: skip
    conflicts.insert_unless_present(session, Message, "key", values)


def _after(session: Session, kind: MessageKind, subject_id: str, person_id: str | None) -> datetime:
    """Now, or later than this person's newest message of this kind and subject: another host's clock may be ahead."""
    same = [Message.kind == kind, Message.subject_id == subject_id, Message.person_id == person_id]
    newest = session.scalar(select(func.max(Message.created_at)).where(*same))
    return wall() if newest is None else max(wall(), newest + timedelta(microseconds=1))


def tell(session: Session, kind: MessageKind, cycle_id: str, subject_id: str, people: Iterable[str]) -> None:
    """Send each of these people a direct message about the subject: once, however often this is called."""
    for person_id in people:
        insert(session, kind, cycle_id, subject_id, person_id=person_id)


def later(session: Session, message: Message) -> bool:
    """Whether the same person has a later message of this kind about the same subject."""
    same = [getattr(Message, name) == getattr(message, name) for name in ("kind", "subject_id", "person_id")]
    return bool(session.scalar(select(exists().where(*same, Message.created_at > message.created_at))))


def redeliver(session: Session, who: Actor | None = None, *only: ColumnElement[bool]) -> int:
    """Try messages in trouble again now, after a person has removed the cause. Returns how many.

    They are those set aside and those waiting for their next attempt. `only`: further conditions on Message.
    """
    wanted = select(Message).where(TROUBLED, *only).order_by(Message.created_at, Message.id)
    aside = session.scalars(wanted.with_for_update(**LOCK)).all()
    for message in aside:
        message.state, message.error, message.next_try_at = MessageState.LIVE, None, wall()
        trail.record(session, who, "message.redeliver", subject_id=message.id, cycle_id=message.cycle_id)
    return len(aside)


_REMINDERS = (
    select(func.max(Message.id))
    .where(
        Message.kind == MessageKind.REMINDER,
        Message.cycle_id == bindparam("cycle"),
        Message.person_id.in_(bindparam("people")),
    )
    .group_by(Message.person_id)
)
_REMINDED = update(Message).where(Message.id.in_(_REMINDERS)).values(wanted=Message.wanted + 1)


def redraw_reminders(session: Session, cycle_id: str, people: Iterable[str]) -> None:
    """Draw again the newest reminder of each of these people."""
    change_rows(session, _REMINDED, {"cycle": cycle_id, "people": [*people]})


_AGAIN = (
    update(Message)
    .where(Message.kind.in_(bindparam("kinds")), Message.subject_id.in_(bindparam("subjects")))
    .values(wanted=Message.wanted + 1)
)


def redraw(session: Session, kind: MessageKind, subject_ids: Iterable[str]) -> None:
    """Draw again every message of this kind about these subjects."""
    redraw_all(session, (kind,), subject_ids)


def redraw_all(session: Session, kinds: Collection[MessageKind], subject_ids: Iterable[str]) -> None:
    """Draw again every message of these kinds about these subjects."""
    if ids := [*subject_ids]:
        change_rows(session, _AGAIN, {"kinds": [*kinds], "subjects": ids})
