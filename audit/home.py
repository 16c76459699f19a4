"""What Home shows a person: what waits for them, what they may read, and what they run."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cycles, returns
from audit.access import ANSWERING, OVERSEEING, Actor
from audit.cycles import CycleView
from audit.returns import Waiting
from audit.status import Status, status
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import Judgement
from storage.people import Area, RoleKind


@dataclass(frozen=True)
class CaseLine:
    """A case on somebody's Home. `judgement` is the ratified grade's key, or None."""

    case_id: str
    reference: str
    area: str
    released: bool
    judgement: str | None


@dataclass(frozen=True)
class CycleSection:
    """A cycle on an overseer's Home, with all its cases."""

    cycle: CycleView
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True)
class Home:
    """A person's Home. `released`: cases of their agency whose summaries they may read. `status`: coordinators only."""

    label: str
    now: datetime
    waiting: tuple[Waiting, ...]
    released: tuple[CaseLine, ...]
    cycles: tuple[CycleSection, ...]
    coordinates: bool
    status: Status | None


def home(session: Session, who: Actor) -> Home:
    """Everything on this person's Home; sections they have no role for are empty."""
    coordinates = who.has(RoleKind.COORDINATOR)
    return Home(
        label=who.label,
        now=now(session),
        waiting=returns.waiting(session, who),
        released=_released(session, who),
        cycles=_cycles(session) if who.has(*OVERSEEING) else (),
        coordinates=coordinates,
        status=status(session) if coordinates else None,
    )


def _released(session: Session, who: Actor) -> tuple[CaseLine, ...]:
    agencies = {grant.agency_id for grant in who.grants if grant.kind in ANSWERING}
    rows = session.execute(
        select(Case, Area.label, Judgement.grade, Involvement.agency_id)
        .join(Area, Area.id == Case.area_id)
        .join(Involvement, Involvement.case_id == Case.id)
        .outerjoin(Judgement, Judgement.case_id == Case.id)
        .where(
            Involvement.agency_id.in_(agencies),
            Involvement.withdrawn_at.is_(None),
            Case.released_at.is_not(None),
            Case.withdrawn_at.is_(None),
        )
        .order_by(Area.label, Case.reference)
    )
    lines = {
        case.id: CaseLine(case.id, case.reference, area, released=True, judgement=grade)
        for case, area, grade, agency_id in rows
        if who.answers_for(agency_id, case.area_id)
    }
    return tuple(lines.values())


def _cycles(session: Session) -> tuple[CycleSection, ...]:
    return tuple(
        CycleSection(cycles.view(session, cycle_id), _case_lines(session, cycle_id))
        for cycle_id in session.scalars(select(Cycle.id).order_by(Cycle.number.desc()))
    )


def _case_lines(session: Session, cycle_id: str) -> tuple[CaseLine, ...]:
    rows = session.execute(
        select(Case, Area.label, Judgement.grade)
        .join(Area, Area.id == Case.area_id)
        .outerjoin(Judgement, Judgement.case_id == Case.id)
        .where(Case.cycle_id == cycle_id, Case.withdrawn_at.is_(None))
        .order_by(Area.label, Case.reference)
    )
    return tuple(
        CaseLine(case.id, case.reference, area, released=case.released_at is not None, judgement=grade)
        for case, area, grade in rows
    )
