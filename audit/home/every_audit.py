"""All audits, page by page, as far as each person's roles let them see. Home has room for the newest only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select, true
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import (
    CHAIRING,
    MONITORING,
    OVERSEEING,
    RELEASED,
    Actor,
    answered_by,
    counted_for,
    require_audit,
    sees_all,
)
from audit.chasing import progress
from audit.chasing.progress import Overview
from audit.cycle_facts import CycleView
from audit.errors import NotFound
from audit.retention import due
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import OVER, UNDER_WAY, Cycle, CycleArea
from storage.meetings import IN_FORCE, Judgement, Meeting
from storage.people import Area, RoleKind
from storage.types import plain_rows

PAGE = 10
"""Audits on one page."""
_MOST_PAGES = 1_000
MOST_UNDER_WAY, NEWEST = 8, 3
"""How many audits Home shows: those under way, and the newest of those that are over."""


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. `judgement`: the ratified grade's key; None if there is none, or the reader may not see it."""

    cycle_id: str
    case_id: str
    reference: str
    area: str
    meeting_at: datetime
    released: bool
    judgement: str | None


@dataclass(frozen=True)
class CycleSection:
    """A cycle for people who oversee audits, with all its cases and the progress of its returns."""

    cycle: CycleView
    cases: tuple[CaseLine, ...]
    overview: Overview


@dataclass(frozen=True)
class ListedAudit:
    """An audit in the list. `cases`: how many of its cases the reader may open.

    `released`, `ratified`: how many of those are. Only coordinators have unreleased cases counted as ratified.
    """

    cycle_id: str
    number: int
    title: str
    theme: str
    state: str
    cases: int
    released: int
    ratified: int


@dataclass(frozen=True)
class Audits:
    """A page (from 0) of the list, newest audit first. `more`: whether there is another page."""

    audits: tuple[ListedAudit, ...]
    page: int
    more: bool


@dataclass(frozen=True)
class AuditForReader:
    """One audit. `cycle`: None for readers who don't oversee audits; they see its `released` cases only.

    `chairs`: they may ratify its cases. `monitors`: they may make recommendations. `removed`: the texts about it were
    removed.
    """

    cycle_id: str
    number: int
    title: str
    theme: str
    state: str
    now: datetime
    cycle: CycleSection | None
    released: tuple[CaseLine, ...]
    coordinates: bool
    chairs: bool
    monitors: bool
    removed: bool


_ON_HOME = tuple(
    select(Cycle).where(Cycle.state.in_(states)).order_by(Cycle.number.desc()).limit(most)
    for states, most in ((UNDER_WAY, MOST_UNDER_WAY), (OVER, NEWEST))
)


def on_home(session: Session) -> tuple[Cycle, ...]:
    """The audits that Home shows: those under way, then those that are over, the newest first in each."""
    return tuple(cycle for each in _ON_HOME for cycle in session.scalars(each))


def sections(session: Session, who: Actor, cycle_ids: Collection[str]) -> tuple[CycleSection, ...]:
    """Audits with their cases, the newest first."""
    case_lines, overviews = _lines(session, who, cycle_ids), progress.overviews(session, cycle_ids, who)
    return tuple(
        CycleSection(cycle, tuple(case_lines.get(cycle.id, ())), overviews[cycle.id])
        for cycle in cycle_facts.views(session, cycle_ids)
    )


def released(session: Session, who: Actor, cycle_ids: Collection[str]) -> tuple[CaseLine, ...]:
    """The released cases of these audits that this person may read as a lead or deputy, by area and reference."""
    theirs = exists().where(*_theirs(who))
    case_lines = _lines(session, who, cycle_ids, RELEASED, theirs)
    return tuple(
        sorted((each for some in case_lines.values() for each in some), key=lambda each: (each.area, each.reference))
    )


def _theirs(who: Actor) -> tuple[ColumnElement[bool], ...]:
    return Involvement.case_id == Case.id, Involvement.withdrawn_at.is_(None), answered_by(who)


_LINES = (
    select(Case.cycle_id, Case.id, Case.reference, Area.label, Meeting.starts_at, Case.released_at, Judgement.grade)
    .join(Area, Area.id == Case.area_id)
    .join(CycleArea, CycleArea.id == Case.place_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .outerjoin(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE))
    .where(Case.withdrawn_at.is_(None), Case.cycle_id.in_(bindparam("cycle_ids")))
    .order_by(Area.label, Case.reference)
)


def _lines(
    session: Session, who: Actor, cycle_ids: Collection[str], *which: ColumnElement[bool]
) -> dict[str, list[CaseLine]]:
    """Cycle id -> its cases that fulfil the conditions and aren't withdrawn, by area and reference."""
    by_cycle, every = dict[str, list[CaseLine]](), sees_all(who)
    rows = plain_rows(session, _LINES.where(*which), {"cycle_ids": [*cycle_ids]})
    for cycle_id, case_id, reference, area, starts_at, released_at, grade in rows:
        out = released_at is not None
        visible_grade = grade if every or out else None
        line = CaseLine(cycle_id, case_id, reference, area, starts_at, released=out, judgement=visible_grade)
        by_cycle.setdefault(cycle_id, []).append(line)
    return by_cycle


def _seen(who: Actor) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Case: this person may open it. Without a role, nobody may."""
    if who.has(*OVERSEEING):
        return (Case.withdrawn_at.is_(None),)
    return Case.withdrawn_at.is_(None), RELEASED, exists().where(*_theirs(who))


def _visible(who: Actor) -> ColumnElement[bool]:
    """A condition on Cycle: this person oversees all audits, or may open one of its cases."""
    return true() if who.has(*OVERSEEING) else exists().where(Case.cycle_id == Cycle.id, *_seen(who))


def older(session: Session, who: Actor, shown: Collection[str]) -> bool:
    """Whether this person may look at other audits than those `shown`."""
    return bool(session.scalar(select(exists().where(Cycle.id.not_in(shown), _visible(who)))))


def page_of_audits(session: Session, who: Actor, page: int = 0) -> Audits:
    """A page of the audits that this person may look at. A page after the last is empty."""
    page = min(page, _MOST_PAGES)
    wanted = select(Cycle).where(_visible(who)).order_by(Cycle.number.desc())
    cycles = session.scalars(wanted.limit(PAGE + 1).offset(page * PAGE)).all()
    return Audits(lines(session, who, cycles[:PAGE]), page, more=len(cycles) > PAGE)


def lines(session: Session, who: Actor, cycles: Sequence[Cycle]) -> tuple[ListedAudit, ...]:
    """Audits as the list shows them."""
    counts = _counts(session, who, [cycle.id for cycle in cycles])
    return tuple(
        ListedAudit(cycle.id, cycle.number, cycle.name, cycle.theme, cycle.state, *counts.get(cycle.id, (0, 0, 0)))
        for cycle in cycles
    )


def _counts(session: Session, who: Actor, cycle_ids: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Cycle id -> how many of its cases this person may open, and how many of these are released and ratified."""
    rows = session.execute(
        select(Case.cycle_id, func.count(), func.count(Case.released_at), func.count(Judgement.id))
        .outerjoin(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE, counted_for(who)))
        .where(Case.cycle_id.in_(cycle_ids), *_seen(who))
        .group_by(Case.cycle_id)
    )
    return {cycle_id: (cases, out, ratified) for cycle_id, cases, out, ratified in rows}


def look(session: Session, who: Actor, cycle_id: str) -> AuditForReader:
    """One audit, as far as this person may see it. NotFound if it doesn't exist."""
    cycle = session.get(Cycle, cycle_id)
    released_cases = released(session, who, [cycle_id])
    require_audit(who, cycle_id, reads=bool(released_cases))
    if cycle is None:
        raise NotFound("This audit no longer exists.")
    section = sections(session, who, [cycle_id])[0] if who.has(*OVERSEEING) else None
    return AuditForReader(
        cycle_id=cycle.id,
        number=cycle.number,
        title=cycle.name,
        theme=cycle.theme,
        state=cycle.state,
        now=now(session),
        cycle=section,
        released=released_cases,
        coordinates=who.has(RoleKind.COORDINATOR),
        chairs=who.has(*CHAIRING),
        monitors=who.has(*MONITORING),
        removed=due.texts_removed(session, cycle),
    )
