"""Messages about actions, to their owners and to the sub-group."""

from sqlalchemy.orm import Session

from audit.actions import reminders
from jobs.letters.kind import Kind, addressee, require_hours
from storage.clock import now
from storage.messages import Message, MessageKind
from views.actions import reminders as reminders_view
from views.parts import Content


def _action(session: Session, row: Message) -> Content | None:
    addressee(session, row)
    view = reminders.for_message(session, row)
    yours = view.theirs and not view.newer
    if row.ts is None and (view.action.closed or not yours):
        return None
    return reminders_view.owner_message(view.action, now(session)) if yours else reminders_view.passed(view)


def _action_due(session: Session, row: Message) -> Content | None:
    addressee(session, row)
    view = reminders.owing(session, row)
    if view is None:
        return None
    require_hours(session, row)
    return reminders_view.reminder(view)


def _actions_digest(session: Session, row: Message) -> Content | None:
    view = reminders.digest(session, row)
    if view is None:
        return None
    require_hours(session, row)
    return reminders_view.digest(view)


KINDS = (
    Kind(MessageKind.ACTION, _action, called_off=True),
    Kind(MessageKind.ACTION_DUE, _action_due, due=reminders.due),
    Kind(MessageKind.ACTIONS_DIGEST, _actions_digest, due=reminders.digests_due),
)
