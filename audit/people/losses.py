"""What people lose with a role: the returns that they, or nobody else then, could send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from audit.access import ANSWERING
from audit.moment import OPEN
from audit.people.outside import Place
from audit.people.people import HeldRole
from audit.role_in_force import in_force
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.mappings import by_first
from storage.people import Agency, Area, Person, Role
from storage.returns import UNANSWERED, Return


@dataclass(frozen=True)
class Loss:
    """A role that a person would lose. `waiting`: its unsent returns; `alone`: those that nobody could send then."""

    label: str
    role: HeldRole
    waiting: int
    alone: int


def loss(session: Session, place: Place, person: Person, wanted: Mapping[Place, Sequence[str]] | None = None) -> Loss:
    """What losing the role at `place` means for a person, if (with `wanted`) these people hold roles from then on."""
    kind, agency_id, area_id = place
    agency = session.get_one(Agency, agency_id).label if agency_id else None
    area = session.get_one(Area, area_id).label if area_id else None
    held = HeldRole(kind, agency, area)
    if agency_id is None or kind not in ANSWERING:
        return Loss(person.label, held, 0, 0)
    waiting = _waiting(session, agency_id, area_id)
    unanswerable = sum(
        number
        for where, number in waiting.items()
        if not (
            any(wanted.get((each, agency_id, there)) for each in ANSWERING for there in (None, where))
            if wanted is not None
            else _others(session, agency_id, where, person.id)
        )
    )
    return Loss(person.label, held, sum(waiting.values()), unanswerable)


def _waiting(session: Session, agency_id: str, area_id: str | None) -> dict[str, int]:
    """Area id -> the agency's unsent returns in open cycles; in that area, or (None) in all."""
    counts = (
        select(Case.area_id, func.count())
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Involvement.agency_id == agency_id, Return.state.in_(UNANSWERED), Cycle.state.in_(OPEN))
        .where(*ASKED)
        .group_by(Case.area_id)
    )
    return by_first(session.execute(counts.where(Case.area_id == area_id) if area_id else counts))


def _others(session: Session, agency_id: str, area_id: str, person_id: str) -> bool:
    """Whether another active person answers for the agency in that area."""
    query = select(Role.id).join(Person, Person.id == Role.person_id)
    there = or_(Role.area_id.is_(None), Role.area_id == area_id)
    same = and_(Role.kind.in_(ANSWERING), Role.agency_id == agency_id, there, Role.person_id != person_id)
    return session.scalars(query.where(same, Person.active, in_force(now(session)))).first() is not None
