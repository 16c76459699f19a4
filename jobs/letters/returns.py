"""Messages about returns: requests, declines, cover for a colleague, and handovers."""

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.returns import cover, decline, handover
from audit.returns import waiting as waiting_rules
from jobs.letters.kind import Kind, addressee
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.people import RoleKind
from views.parts import Content
from views.returns import cover as cover_view
from views.returns import decline as decline_view
from views.returns import handover as handover_view
from views.returns import request


def _request(session: Session, row: Message) -> Content:
    waiting = waiting_rules.waiting(session, addressee(session, row), row.cycle_id)
    return request.request(cycle_facts.view(session, row.cycle_id), waiting, now(session))


def _decline(session: Session, row: Message) -> Content | None:
    view = decline.look(session, row.subject_id)
    who = addressee(session, row)
    if who.has(RoleKind.COORDINATOR):
        return decline_view.to_coordinators(view)
    return decline_view.asker_message(view) if who.person_id == view.asked_by_id else None


def _cover(session: Session, row: Message) -> Content | None:
    view = cover.view(session, row.subject_id)
    if view.over and row.ts is None:
        return None
    waiting = waiting_rules.waiting(session, addressee(session, row), row.cycle_id)
    return cover_view.message(view, cycle_facts.view(session, row.cycle_id), waiting, now(session))


def _handover(session: Session, row: Message) -> Content | None:
    handed, who = handover.look(session, row.subject_id), addressee(session, row)
    if handed.ended_at is not None and row.ts is None:
        return None
    return (
        handover_view.auditor_message(handed)
        if who.person_id == handed.auditor_id
        else handover_view.lead_message(handed)
    )


KINDS = (
    Kind(MessageKind.REQUEST, _request, called_off=True, while_open=True),
    Kind(MessageKind.DECLINE, _decline, called_off=True),
    Kind(MessageKind.COVER, _cover, due=cover.due),
    Kind(MessageKind.HANDOVER, _handover, called_off=True),
)
