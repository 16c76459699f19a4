"""Whose an action is: whom its messages reach, and whom the rules take for its owner."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session

from audit.access import Actor, coordinators
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
    """Who owns an action: the person named, if one is, and the agency, if one is; `area_id` of the case it came from.

    An agency's people in every area own what came from a recommendation, and of a case those of its area.
    """

    action_id: str
    agency_id: str | None
    area_id: str | None
    person_id: str | None

    def is_named(self, who: Actor) -> bool:
        """Whether `who` is the person named as the owner."""
        return who.person_id == self.person_id

    def leads(self, who: Actor) -> bool:
        """Whether `who` is a lead or deputy of the agency that owns the action; False where no agency does."""
        if self.agency_id is None:
            return False
        if self.area_id is None:
            return who.answers_somewhere_for(self.agency_id)
        return who.answers_for(self.agency_id, self.area_id)

    def owns(self, who: Actor) -> bool:
        """Whether either is so."""
        return self.is_named(who) or self.leads(who)

    def is_of(self, who: Actor) -> bool:
        """Whether this person is named, or of the agency in any area: then it isn't theirs to verify."""
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
    """The owner of an action; NotFound."""
    found = of(session, Action.id == action_id)
    if not found:
        raise NotFound("This action no longer exists.")
    return found[0]


def theirs(who: Actor) -> ColumnElement[bool]:
    """A condition on Action: this person owns the action, as `Owner.owns` says."""
    mine = [Action.owner_id == who.person_id]
    for grant in who.grants:
        if grant.kind in {RoleKind.AGENCY_LEAD, RoleKind.DEPUTY} and grant.agency_id:
            elsewhere = exists().where(Case.id == Action.case_id, Case.area_id != grant.area_id)
            mine.append((Action.agency_id == grant.agency_id) & (~elsewhere if grant.area_id else true()))
    return or_(*mine)


def reached(session: Session, owners: Iterable[Owner]) -> dict[str, tuple[str, ...]]:
    """Action's id -> the people whom its messages reach now.

    The person named; else the agency's leads, and who covers for one; else the coordinators: nobody leads there, or
    whoever was named has left.
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


def whom(session: Session, action_id: str) -> tuple[str, ...]:
    """The people whom this action's messages reach now; NotFound."""
    (people,) = reached(session, [owner(session, action_id)]).values()
    return people


def tell(session: Session, row: Action, before: Collection[str]) -> None:
    """Tell whom a changed action reaches now, other than `before`, or had no message yet; each in one of its own.

    Somebody who owned it once gets a new message too: the old one says by then that somebody else owns it.
    """
    session.flush()
    about = select(Message.person_id).where(Message.kind == MessageKind.ACTION, Message.subject_id == row.id)
    told = set(before) & set(session.scalars(about))
    for person_id in whom(session, row.id):
        if person_id not in told:
            key = f"{MessageKind.ACTION}:{row.id}:{person_id}:{row.version}"
            ledger.insert(session, MessageKind.ACTION, row.cycle_id, row.id, person_id=person_id, key=key)


def _leads(session: Session, active: set[str]) -> list[tuple[str | None, str | None, str]]:
    """(agency, area or None for all, person) of each lead, and of each who covers for one."""
    moment = now(session)
    held = [Role.kind == RoleKind.AGENCY_LEAD, in_force(moment)]
    leading = select(Role.agency_id, Role.area_id, Role.person_id).where(*held)
    covering = select(Role.agency_id, Role.area_id, Cover.person_id).join(Cover, Cover.role_id == Role.id)
    rows = [*session.execute(leading), *session.execute(covering.where(*held, Cover.until > moment))]
    return [(agency_id, area_id, person_id) for agency_id, area_id, person_id in rows if person_id in active]
