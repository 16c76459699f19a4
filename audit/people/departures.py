"""Departures: what happens when a person's Slack account is deactivated, or Slack no longer shows them to the app."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from audit import trail
from audit.delivery import slack_conditions
from audit.people.people import HeldRole, Profile
from audit.role_in_force import in_force
from storage.clock import now
from storage.people import Agency, Area, Cover, Person, Role
from storage.slack_conditions import SlackCondition, SlackConditionKind
from storage.types import LOCK

LEFT = "person.left"
"""The trail's name for a departure."""


@dataclass(frozen=True)
class Departure:
    """A person who is deactivated in Slack, or not visible. `held`: their roles that nobody holds now.

    `over`: each of those roles is held by somebody, or the person takes part or is visible again.
    """

    kind: SlackConditionKind
    label: str
    held: tuple[HeldRole, ...]
    over: bool


def record_lookup(session: Session, person_id: str, found: Profile | str) -> None:
    """Record the result of looking a person up in Slack: their profile, or a sentence why Slack doesn't show them.

    A deactivated person's registration ends. A person who isn't visible stays registered, because a token for the wrong
    workspace would otherwise end everybody's access.
    """
    person = session.get_one(Person, person_id, with_for_update=LOCK)
    if not person.active:
        return
    lost = SlackCondition.kind == SlackConditionKind.LOST
    if isinstance(found, str):
        begun = slack_conditions.begin(session, SlackConditionKind.LOST, person_id=person_id, said=found)
        if begun:
            slack_conditions.tell(session, begun)
        return
    slack_conditions.end(session, SlackCondition.person_id == person_id, lost)
    person.standing = found.standing or person.standing
    if found.deleted:
        _leave(session, person)


def _leave(session: Session, person: Person) -> None:
    """End a person's registration, roles and covers.

    If their account is reactivated, a coordinator has to give them roles again.
    """
    moment = now(session)
    held = session.execute(update(Role).where(Role.person_id == person.id, in_force(moment)).values(until=moment))
    session.execute(update(Cover).where(Cover.person_id == person.id, Cover.until > moment).values(until=moment))
    person.active = False
    trail.record(session, None, LEFT, subject_id=person.id, detail="deactivated in Slack")
    if getattr(held, "rowcount", 0):
        begun = slack_conditions.begin(session, SlackConditionKind.GONE, person_id=person.id, at=moment)
        session.flush()
        settle(session)
        if begun:
            slack_conditions.tell(session, begun)


def settle(session: Session) -> None:
    """End the conditions of people who take part again or whose roles are all held again; update the other messages."""
    gone = select(SlackCondition, Person).join(Person, Person.id == SlackCondition.person_id)
    standing = gone.where(SlackCondition.kind == SlackConditionKind.GONE, SlackCondition.over_at.is_(None))
    for row, person in session.execute(standing).all():
        if person.active or not _unheld(session, row):
            slack_conditions.end(session, SlackCondition.id == row.id)
        else:
            slack_conditions.again(session, row.id)


def _unheld(session: Session, row: SlackCondition) -> Sequence[Role]:
    """The roles that ended when this person left, and that no active person holds now."""
    other = aliased(Role)
    same: list[ColumnElement[bool]] = [other.kind == Role.kind]
    for theirs, ours in ((other.agency_id, Role.agency_id), (other.area_id, Role.area_id)):
        same.append((theirs == ours) | (theirs.is_(None) & ours.is_(None)))
    until = other.until.is_(None) | (other.until > now(session))
    held = exists().where(*same, until, other.person_id == Person.id, Person.active)
    ended = and_(Role.person_id == row.person_id, Role.until == row.found_at)
    return session.scalars(select(Role).where(ended, ~held).order_by(Role.kind, Role.id)).all()


def departure(session: Session, condition_id: str) -> Departure:
    """What to say now about the condition with this id."""
    row = session.get_one(SlackCondition, condition_id)
    person, over = session.get_one(Person, row.person_id), row.over_at is not None
    held = () if over or row.kind == SlackConditionKind.LOST else _unheld(session, row)
    return Departure(SlackConditionKind(row.kind), person.label, tuple(_words(session, role) for role in held), over)


def _words(session: Session, role: Role) -> HeldRole:
    agency = session.get_one(Agency, role.agency_id).label if role.agency_id else None
    area = session.get_one(Area, role.area_id).label if role.area_id else None
    return HeldRole(role.kind, agency, area or None)
