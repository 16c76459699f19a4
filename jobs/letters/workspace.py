"""Messages about problems in the Slack workspace, to coordinators."""

from sqlalchemy.orm import Session

from audit import access
from audit.delivery import slack_conditions
from audit.people import departures
from jobs.letters.kind import Kind, addressee
from storage.messages import Message, MessageKind
from views.delivery import slack_conditions as slack_conditions_view
from views.parts import Content
from views.people import departures as departures_view


def _channel(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "channels.read", row.cycle_id)
    view = slack_conditions.channel(session, row.subject_id, row.cycle_id)
    return None if view.over and row.ts is None else slack_conditions_view.message(view)


def _person(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "people.edit", row.cycle_id)
    view = departures.departure(session, row.subject_id)
    return None if view.over and row.ts is None else departures_view.message(view)


KINDS = (
    Kind(MessageKind.CHANNEL_CONDITION, _channel),
    Kind(MessageKind.PERSON_CONDITION, _person),
)
