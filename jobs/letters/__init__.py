"""The content of each kind of message, built from the database whenever it is delivered."""

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.errors import NotAllowed, Refused
from audit.underway import cancel
from audit.underway.cancel import Cancelled
from jobs.attempts import NeedsPerson
from jobs.letters import actions, chasing, immediate, library, meeting, report, retention, returns, sheet, workspace
from jobs.letters.kind import Kind, addressee
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from views.parts import Content
from views.underway import cancel as cancel_view

KINDS: dict[MessageKind, Kind] = {
    kind.name: kind
    for subject in (meeting, immediate, chasing, returns, actions, report, sheet, library, retention, workspace)
    for kind in subject.KINDS
}


def content(session: Session, row: Message) -> Content | None:
    """What the message should say now, built from the database by its kind; None if there is nothing to say (any more).

    If its person may no longer read it, that is None too; any other refusal sets the message aside (NeedsPerson).
    """
    try:
        kind = KINDS[MessageKind(row.kind)]
        cycle = session.get(Cycle, row.cycle_id)  # keeps the cycle in the session while the message is built
        if kind.called_off and cycle and (cancelled := cancel.cancelled(session, cycle.id)):
            return _called_off(session, row, cancelled)
        if kind.while_open and not _stands(row) and not cycle_facts.is_open(session, row.cycle_id):
            return None
        if kind.stays and row.ts is not None:
            return None
        return kind.says(session, row)
    except NotAllowed:
        return None
    except Refused as refusal:
        raise NeedsPerson(refusal.sentence) from refusal


def _stands(row: Message) -> bool:
    """Whether the message is posted, or may be because an attempt to post it had an unknown outcome."""
    return row.ts is not None or row.intended_at is not None


def _called_off(session: Session, row: Message, cancelled: Cancelled) -> Content | None:
    """A notice that the audit was cancelled, in place of a message that is in Slack; None if it isn't posted."""
    to_person = row.person_id is not None
    if to_person:
        addressee(session, row)
    return cancel_view.cancelled_message(cancelled, to_person=to_person) if row.ts else None
