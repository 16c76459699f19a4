"""Messages about retention: an unsent draft about to be removed, to its owner; due removals, to coordinators."""

from sqlalchemy.orm import Session

from audit.access import require_coordinator
from audit.retention import drafts, monthly_notice
from jobs.letters.kind import Kind, addressee, require_hours
from storage.clock import now
from storage.messages import Message, MessageKind
from views.parts import Content
from views.retention import draft_ends
from views.retention import due as due_view


def _draft_ends(session: Session, row: Message) -> Content | None:
    addressee(session, row)
    ending = drafts.look(session, row.subject_id)
    if ending is None:
        return None
    require_hours(session, row)
    return draft_ends.message(ending, max(ending.ends_at, now(session) + drafts.NOTICE))


def _due(session: Session, row: Message) -> Content | None:
    who = addressee(session, row)
    require_coordinator(who, row.kind, row.cycle_id)
    due = monthly_notice.look(session, row.subject_id)
    if due is None:
        return None
    require_hours(session, row)
    return due_view.message(due)


KINDS = (
    Kind(MessageKind.DRAFT_ENDS, _draft_ends, due=drafts.due, stays=True),
    Kind(MessageKind.RETENTION_DUE, _due, due=monthly_notice.due, stays=True),
)
