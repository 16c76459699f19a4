"""What Home shows a person: what waits for them, what they may read, and what they run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from audit.access import ANSWERING, CHAIRING, MONITORING, OVERSEEING, Actor
from audit.actions import actions
from audit.actions.actions import ActionView
from audit.calendar import in_london
from audit.delivery import log
from audit.delivery.backlog import Status, status
from audit.delivery.log import Delivery
from audit.home import every_audit, first_run, stages
from audit.home.every_audit import CaseLine, ListedAudit
from audit.home.first_run import FirstRun
from audit.home.stages import AuditStage
from audit.moment import OPEN
from audit.report import sign_off_status
from audit.report.sign_off_status import Awaiting
from audit.returns import cover, decline, handover, immediate
from audit.returns import waiting as waiting_rules
from audit.returns.cover import CoverView
from audit.returns.decline import DeclineView
from audit.returns.immediate_text import Immediate
from audit.returns.waiting import Waiting
from storage.clock import now
from storage.cycles import OVER, Cycle, audit_name
from storage.mappings import grouped
from storage.people import RoleKind
from storage.snoozes import Snooze
from storage.types import plain_rows

_MOST_ACTIONS = 12
"""The most actions that Home has room for. All of a cycle's are listed with its recommendations."""


@dataclass(frozen=True)
class SnoozableAudit:
    """A cycle under way. `until`: no reminder to this person before that morning; None if they don't snooze it."""

    cycle_id: str
    number: int
    title: str
    until: date | None


@dataclass(frozen=True)
class Attention:
    """What needs a coordinator's attention: open immediate actions, requests not to answer, messages in trouble.

    `first_run`: the progress of the board's first audit, until its first return is in the sheet.
    """

    immediate: tuple[Immediate, ...]
    declines: tuple[DeclineView, ...]
    problems: tuple[Delivery, ...]
    status: Status
    first_run: FirstRun | None = None


@dataclass(frozen=True)
class Summaries:
    """The cases of an audit whose summaries a person may read as a lead or deputy."""

    cycle_id: str
    number: int
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True)
class Home:
    """A person's Home. Sections for which they have no role are empty.

    `handed`: returns that leads handed to them. `released`: cases of their agency whose summaries they may read.
    `actions`: their own or, if they oversee audits, all that aren't closed, overdue first. `coverable`: somebody may
    cover for them. `audits`: those under way; `over`: the newest that aren't; `older`: there are more that they may
    look at. `chairs`, `monitors`: they may ratify, and recommend. `attention`: for coordinators only. `to_sign`:
    versions of reports that await their sign-off.
    """

    person_id: str
    label: str
    now: datetime
    waiting: tuple[Waiting, ...]
    handed: tuple[Waiting, ...]
    snoozable: tuple[SnoozableAudit, ...]
    covers: tuple[CoverView, ...]
    coverable: bool
    released: tuple[Summaries, ...]
    actions: tuple[ActionView, ...]
    audits: tuple[AuditStage, ...]
    over: tuple[ListedAudit, ...]
    older: bool
    chairs: bool
    monitors: bool
    attention: Attention | None
    to_sign: tuple[Awaiting, ...] = ()

    @property
    def coordinates(self) -> bool:
        """Whether this Home is a coordinator's."""
        return self.attention is not None


def home(session: Session, who: Actor) -> Home:
    """Everything on this person's Home."""
    answers, oversees = who.has(*ANSWERING), who.has(*OVERSEEING)
    shown = {cycle.id: cycle for cycle in (every_audit.on_home(session) if answers or oversees else ())}
    under_way = [cycle.id for cycle in shown.values() if cycle.state not in OVER]
    over = [cycle for cycle in shown.values() if cycle.state in OVER]
    return Home(
        person_id=who.person_id,
        label=who.label,
        now=now(session),
        waiting=(*waiting_rules.waiting(session, who), *waiting_rules.urgent(session, who)),
        handed=handover.mine(session, who),
        snoozable=_snoozable(session, who) if answers else (),
        covers=cover.mine(session, who),
        coverable=answers and cover.coverable(session, who.person_id),
        released=_released(session, who, shown) if answers else (),
        actions=actions.on_home(session, who, _MOST_ACTIONS),
        audits=stages.standings(session, who, every_audit.sections(session, who, under_way) if oversees else ()),
        over=every_audit.lines(session, who, over) if oversees else (),
        older=every_audit.older(session, who, tuple(shown)) if answers or oversees else False,
        chairs=who.has(*CHAIRING),
        monitors=who.has(*MONITORING),
        attention=_attention(session) if who.has(RoleKind.COORDINATOR) else None,
        to_sign=_to_sign(session, who),
    )


def _to_sign(session: Session, who: Actor) -> tuple[Awaiting, ...]:
    parties = sign_off_status.parties(who)
    awaiting = sign_off_status.awaiting(session) if parties else ()
    return tuple(replace(each, unsigned=each.unsigned & {*parties}) for each in awaiting if each.unsigned & {*parties})


def _attention(session: Session) -> Attention:
    return Attention(
        immediate.open_ones(session),
        decline.waiting(session),
        log.problems(session),
        status(session),
        first_run.first_run(session),
    )


def _released(session: Session, who: Actor, shown: Mapping[str, Cycle]) -> tuple[Summaries, ...]:
    by_cycle = grouped((case.cycle_id, case) for case in every_audit.released(session, who, tuple(shown)))
    return tuple(
        Summaries(cycle_id, cycle.number, tuple(by_cycle[cycle_id]))
        for cycle_id, cycle in shown.items()
        if cycle_id in by_cycle
    )


_SNOOZED = and_(
    Snooze.cycle_id == Cycle.id, Snooze.person_id == bindparam("person_id"), Snooze.until > bindparam("today")
)
_SNOOZABLE = (
    select(Cycle.id, Cycle.number, Cycle.title, Snooze.until)
    .outerjoin(Snooze, _SNOOZED)
    .where(Cycle.state.in_(OPEN))
    .order_by(Cycle.number)
)


def _snoozable(session: Session, who: Actor) -> tuple[SnoozableAudit, ...]:
    rows = plain_rows(session, _SNOOZABLE, {"person_id": who.person_id, "today": _today(session)})
    return tuple(SnoozableAudit(id_, number, audit_name(title, number), until) for id_, number, title, until in rows)


def _today(session: Session) -> date:
    return in_london(now(session)).date()
