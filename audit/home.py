"""What Home shows a person: what waits for them, what they may read, and what they run."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from audit import actions, covers, cycles, declines, deliveries, handovers, immediate, progress, returns, snoozes
from audit.access import ANSWERING, OVERSEEING, Actor
from audit.actions import ActionView
from audit.alerts import Immediate
from audit.covers import CoverView
from audit.cycles import CycleView
from audit.declines import DeclineView
from audit.deliveries import Delivery
from audit.messages import OPEN
from audit.progress import Overview
from audit.returns import Waiting
from audit.status import Status, status
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import IN_FORCE, Judgement
from storage.people import Area, RoleKind

MOST_ACTIONS = 12
"""As many as Home has room for; all of a cycle's are beside its recommendations."""


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
    """A cycle on an overseer's Home, with all its cases and how far its returns have come."""

    cycle: CycleView
    cases: tuple[CaseLine, ...]
    overview: Overview


@dataclass(frozen=True)
class Rest:
    """A cycle in which something still waits for this person; `until`: no reminder before that morning."""

    cycle_id: str
    number: int
    title: str
    until: date | None


@dataclass(frozen=True)
class Attention:
    """What a coordinator should look at: open immediate actions, requests not to answer, messages in trouble."""

    immediate: tuple[Immediate, ...]
    declines: tuple[DeclineView, ...]
    problems: tuple[Delivery, ...]
    status: Status


@dataclass(frozen=True)
class Home:
    """A person's Home. Sections that they have no role for are empty.

    `handed`: returns that leads handed to them. `released`: cases of their agency whose summaries they may read.
    `actions`: theirs, or for overseers all that aren't closed, overdue first. `coverable`: somebody may cover for them.
    `attention`: coordinators only.
    """

    person_id: str
    label: str
    now: datetime
    waiting: tuple[Waiting, ...]
    handed: tuple[Waiting, ...]
    rests: tuple[Rest, ...]
    covers: tuple[CoverView, ...]
    coverable: bool
    released: tuple[CaseLine, ...]
    actions: tuple[ActionView, ...]
    cycles: tuple[CycleSection, ...]
    attention: Attention | None

    @property
    def coordinates(self) -> bool:
        """Whether this is a coordinator's."""
        return self.attention is not None


def home(session: Session, who: Actor) -> Home:
    """Everything on this person's Home."""
    answers = who.has(*ANSWERING)
    return Home(
        person_id=who.person_id,
        label=who.label,
        now=now(session),
        waiting=returns.waiting(session, who),
        handed=handovers.mine(session, who),
        rests=_rests(session, who) if answers else (),
        covers=covers.mine(session, who),
        coverable=answers and covers.coverable(session, who.person_id),
        released=_released(session, who),
        actions=actions.on_home(session, who, MOST_ACTIONS),
        cycles=_cycles(session) if who.has(*OVERSEEING) else (),
        attention=_attention(session) if who.has(RoleKind.COORDINATOR) else None,
    )


def _attention(session: Session) -> Attention:
    return Attention(
        immediate.open_ones(session), declines.waiting(session), deliveries.problems(session), status(session)
    )


def _rests(session: Session, who: Actor) -> tuple[Rest, ...]:
    under_way = select(Cycle).where(Cycle.state.in_(OPEN)).order_by(Cycle.number)
    return tuple(
        Rest(cycle.id, cycle.number, cycle.title, snoozes.until(session, who, cycle.id))
        for cycle in session.scalars(under_way)
    )


def _released(session: Session, who: Actor) -> tuple[CaseLine, ...]:
    agencies = {grant.agency_id for grant in who.grants if grant.kind in ANSWERING}
    rows = session.execute(
        select(Case, Area.label, Judgement.grade, Involvement.agency_id)
        .join(Area, Area.id == Case.area_id)
        .join(Involvement, Involvement.case_id == Case.id)
        .outerjoin(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE))
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
        CycleSection(
            cycles.view(session, cycle_id), _case_lines(session, cycle_id), progress.overview(session, cycle_id)
        )
        for cycle_id in session.scalars(select(Cycle.id).order_by(Cycle.number.desc()))
    )


def _case_lines(session: Session, cycle_id: str) -> tuple[CaseLine, ...]:
    rows = session.execute(
        select(Case, Area.label, Judgement.grade)
        .join(Area, Area.id == Case.area_id)
        .outerjoin(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE))
        .where(Case.cycle_id == cycle_id, Case.withdrawn_at.is_(None))
        .order_by(Area.label, Case.reference)
    )
    return tuple(
        CaseLine(case.id, case.reference, area, released=case.released_at is not None, judgement=grade)
        for case, area, grade in rows
    )
