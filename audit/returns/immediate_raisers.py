"""Telling the person who raised an immediate action, and its owner, what becomes of it: each time in a new message."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit.access import ANSWERING, Actor, coordinators, require_answering
from audit.delivery import ledger
from audit.pasted import comparable_name
from audit.returns import immediate_text
from audit.returns.immediate_text import Immediate
from audit.role_in_force import in_force
from storage.cases import Case, Involvement
from storage.clock import now
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind
from storage.people import Person, Role
from storage.returns import Return
from storage.trail import TrailEntry

RAISE = "immediate.raise"
"""The trail's name for raising an immediate action."""


def tell(session: Session, row: ImmediateAction, event: str) -> None:
    """Tell those who raised or own an immediate action of this `event`, once each.

    Coordinators get other messages.
    """
    for person_id in _concerned(session, row) - set(coordinators(session)):
        key = f"{MessageKind.IMMEDIATE_RAISED}:{row.id}:{event}:{person_id}"
        ledger.insert(session, MessageKind.IMMEDIATE_RAISED, row.cycle_id, row.id, person_id=person_id, key=key)


def _concerned(session: Session, row: ImmediateAction) -> set[str]:
    """The ids of the person who raised it, and of those who answer for its agency and have its owner's label."""
    raised = select(TrailEntry.person_id).where(TrailEntry.subject_id == row.id, TrailEntry.verb == RAISE)
    owner = comparable_name(immediate_text.kept(session, row).asked.owner)
    agency_id, area_id = _place(session, row)
    answering = session.execute(
        select(Person.id, Person.label)
        .join(Role, Role.person_id == Person.id)
        .where(
            Role.kind.in_(ANSWERING),
            Role.agency_id == agency_id,
            or_(Role.area_id.is_(None), Role.area_id == area_id),
            in_force(now(session)),
            Person.active,
        )
    )
    owners = {person_id for person_id, label in answering if comparable_name(label) == owner}
    return owners | {person_id for person_id in session.scalars(raised) if person_id}


def _place(session: Session, row: ImmediateAction) -> tuple[str, str]:
    """The ids of the agency that raised it and of its case's area."""
    agency_id, area_id = session.execute(
        select(Involvement.agency_id, Case.area_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Return, Return.involvement_id == Involvement.id)
        .where(Return.id == row.return_id)
    ).one()
    return agency_id, area_id


def for_message(session: Session, who: Actor, message: Message) -> Immediate | None:
    """What such a message says: the action as it is now; NotAllowed if the person no longer answers for the agency.

    None if there is a later message, as this one is then left as it is, or not sent.
    """
    row = session.get_one(ImmediateAction, message.subject_id)
    require_answering(who, *_place(session, row), row.return_id)
    if ledger.later(session, message):
        return None
    return immediate_text.actions_where(session, ImmediateAction.id == row.id)[0]
