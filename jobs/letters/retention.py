"""Messages about what ends: a draft that was never sent, to who typed it."""

from sqlalchemy.orm import Session

from audit.retention import drafts
from jobs.letters.kind import Kind, addressee, require_hours
from storage.clock import now
from storage.messages import Message, MessageKind
from views.parts import Content
from views.retention import draft_ends


def _draft_ends(session: Session, row: Message) -> Content | None:
    addressee(session, row)
    ending = drafts.look(session, row.subject_id)
    if row.ts is not None or ending is None:  # what was said stays as it was said
        return None
    require_hours(session, row)
    return draft_ends.message(ending, max(ending.ends_at, now(session) + drafts.NOTICE))


KINDS = (Kind(MessageKind.DRAFT_ENDS, _draft_ends, due=drafts.due),)
