"""What Home shows a person: what waits for them, what they may read, and what they run."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from audit import actions, archive, covers, declines, deliveries, handovers, immediate, returns
from audit.access import ANSWERING, OVERSEEING, Actor
from audit.actions import ActionView
from audit.alerts import Immediate
from audit.archive import CaseLine, CycleSection
from audit.covers import CoverView
from audit.declines import DeclineView
from audit.deliveries import Delivery
from audit.moments import OPEN
from audit.returns import Waiting
from audit.schedule import in_london
from audit.status import Status, status
from storage.clock import now
from storage.cycles import Cycle
from storage.people import RoleKind
from storage.reminders import Snooze

MOST_ACTIONS = 12
"""As many as Home has room for; all of a cycle's are beside its recommendations."""


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
    `older`: there are audits for them to look at beside these. `attention`: coordinators only.
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
    older: bool
    attention: Attention | None

    @property
    def coordinates(self) -> bool:
        """Whether this is a coordinator's."""
        return self.attention is not None


def home(session: Session, who: Actor) -> Home:
    """Everything on this person's Home."""
    answers, oversees = who.has(*ANSWERING), who.has(*OVERSEEING)
    shown = archive.on_home(session) if answers or oversees else ()
    return Home(
        person_id=who.person_id,
        label=who.label,
        now=now(session),
        waiting=returns.waiting(session, who),
        handed=handovers.mine(session, who),
        rests=_rests(session, who) if answers else (),
        covers=covers.mine(session, who),
        coverable=answers and covers.coverable(session, who.person_id),
        released=archive.released(session, who, shown) if answers else (),
        actions=actions.on_home(session, who, MOST_ACTIONS),
        cycles=archive.sections(session, who, shown) if oversees else (),
        older=archive.older(session, who, shown) if answers or oversees else False,
        attention=_attention(session) if who.has(RoleKind.COORDINATOR) else None,
    )


def _attention(session: Session) -> Attention:
    return Attention(
        immediate.open_ones(session), declines.waiting(session), deliveries.problems(session), status(session)
    )


def _rests(session: Session, who: Actor) -> tuple[Rest, ...]:
    snoozed = and_(Snooze.cycle_id == Cycle.id, Snooze.person_id == who.person_id, Snooze.until > _today(session))
    under_way = (
        select(Cycle.id, Cycle.number, Cycle.title, Snooze.until)
        .outerjoin(Snooze, snoozed)
        .where(Cycle.state.in_(OPEN))
        .order_by(Cycle.number)
    )
    return tuple(Rest(*row) for row in session.execute(under_way))


def _today(session: Session) -> date:
    return in_london(now(session)).date()
