"""Owners of actions: who gets an action's messages, and who counts as its owner under the rules."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from audit.access import ANSWERING, Actor, coordinators
from audit.delivery import ledger
from audit.errors import NotFound
from audit.role_in_force import in_force
from storage.actions import Action
from storage.cases import Case
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.people import Cover, Person, Role, RoleKind


@dataclass(frozen=True)
class Owner:
    """The owner of an action: a named person, an agency, both or neither. `area_id`: of the action's case, if any.

    An action of a recommendation belongs to the agency's people in every area; one of a case to those in its area.
    """

    action_id: str
    agency_id: str | None
    area_id: str | None
    person_id: str | None

    def is_named(self, who: Actor) -> bool:
        """Whether `who` is the person named as the owner."""
        return who.person_id == self.person_id

    def leads(self, who: Actor) -> bool:
        """Whether `who` is a lead or deputy of the owning agency, in the case's area if there is one."""
        if self.agency_id is None:
            return False
        if self.area_id is None:
            return who.answers_somewhere_for(self.agency_id)
        return who.answers_for(self.agency_id, self.area_id)

    def owns(self, who: Actor) -> bool:
        """Whether `who` is the named person, or a lead or deputy as `leads` has it."""
        return self.is_named(who) or self.leads(who)

    def is_of(self, who: Actor) -> bool:
        """Whether `who` is the named person, or answers for the agency in any area: they may not verify the action."""
        return self.is_named(who) or (self.agency_id is not None and who.answers_somewhere_for(self.agency_id))


def of(session: Session, scope: ColumnElement[bool]) -> tuple[Owner, ...]:
    """The owners of the actions in `scope` (conditions on Action)."""
    rows = session.execute(
        select(Action.id, Action.agency_id, Case.area_id, Action.owner_id)
        .outerjoin(Case, Case.id == Action.case_id)
        .where(scope)
    )
    return tuple(Owner(*row) for row in rows)


def owner(session: Session, action_id: str) -> Owner:
    """The owner of an action. NotFound if the action doesn't exist."""
    owners = of(session, Action.id == action_id)
    if not owners:
        raise NotFound("This action no longer exists.")
    return owners[0]


def owned_by(who: Actor) -> ColumnElement[bool]:
    """A condition on Action: this person owns it, as defined by `Owner.owns`."""
    mine = [Action.owner_id == who.person_id]
    for grant in who.grants:
        if grant.kind in ANSWERING and grant.agency_id:
            elsewhere = exists().where(Case.id == Action.case_id, Case.area_id != grant.area_id)
            mine.append((Action.agency_id == grant.agency_id) & (~elsewhere if grant.area_id else true()))
    return or_(*mine)


def reached(session: Session, owners: Iterable[Owner]) -> dict[str, tuple[str, ...]]:
    """Action id -> ids of the people who get its messages now.

    They are the person named; without one (or if that person has left) the agency's leads and those who cover for them;
    without any of those, the coordinators.
    """
    active = set(session.scalars(select(Person.id).where(Person.active)))
    leads, everybody = _leads(session, active), coordinators(session)
    person_ids = {}
    for action_owner in owners:
        named = [action_owner.person_id] if action_owner.person_id in active and action_owner.person_id else []
        leading = sorted({
            person_id
            for agency_id, area_id, person_id in leads
            if agency_id == action_owner.agency_id and (area_id is None or action_owner.area_id in (None, area_id))
        })  # fmt: skip
        person_ids[action_owner.action_id] = tuple(named or leading or everybody)
    return person_ids


def recipients(session: Session, action_id: str) -> tuple[str, ...]:
    """The ids of the people who get this action's messages now. NotFound if it doesn't exist."""
    (people,) = reached(session, [owner(session, action_id)]).values()
    return people


def tell(session: Session, row: Action, before: Collection[str]) -> None:
    """Insert a message for each person whom a changed action reaches now, unless they were in `before` and have one.

    A former owner gets a new message too, because the old one says by now that somebody else owns the action.
    """
    session.flush()
    about = select(Message.person_id).where(Message.kind == MessageKind.ACTION, Message.subject_id == row.id)
    informed = set(before) & set(session.scalars(about))
    for person_id in recipients(session, row.id):
        if person_id not in informed:
            key = f"{MessageKind.ACTION}:{row.id}:{person_id}:{row.version}"
            ledger.insert(session, MessageKind.ACTION, row.cycle_id, row.id, person_id=person_id, key=key)


def _leads(session: Session, active: set[str]) -> list[tuple[str | None, str | None, str]]:
    """(agency id, area id or None for all, person id) of each lead, and of each person who covers for a lead."""
    moment = now(session)
    held = [Role.kind == RoleKind.AGENCY_LEAD, in_force(moment)]
    leading = select(Role.agency_id, Role.area_id, Role.person_id).where(*held)
    covering = select(Role.agency_id, Role.area_id, Cover.person_id).join(Cover, Cover.role_id == Role.id)
    rows = [*session.execute(leading), *session.execute(covering.where(*held, Cover.until > moment))]
    return [(agency_id, area_id, person_id) for agency_id, area_id, person_id in rows if person_id in active]
