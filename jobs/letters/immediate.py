"""Messages about immediate actions; they go on after a cycle is cancelled, until somebody closes the action."""

from sqlalchemy.orm import Session

from audit import access
from audit.returns import immediate, immediate_raisers
from jobs.letters.kind import Kind, addressee
from storage.clock import now
from storage.messages import Message, MessageKind
from views.parts import Content
from views.returns import immediate as immediate_view


def _immediate(session: Session, row: Message) -> Content:
    access.require_coordinator(addressee(session, row), "immediate.read", row.subject_id)
    return immediate_view.message(immediate.by_id(session, row.subject_id), now(session))


def _immediate_due(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "immediate.read", row.subject_id)
    reminded = immediate.reminder(session, row)
    return immediate_view.reminder(reminded, now(session)) if reminded else None


def _immediate_raised(session: Session, row: Message) -> Content | None:
    view = immediate_raisers.for_message(session, addressee(session, row), row)
    return immediate_view.raiser_message(view, now(session)) if view else None


KINDS = (
    Kind(MessageKind.IMMEDIATE, _immediate),
    Kind(MessageKind.IMMEDIATE_DUE, _immediate_due, due=immediate.due),
    Kind(MessageKind.IMMEDIATE_RAISED, _immediate_raised),
)
