"""Cycles: what one is made of, opening it, and the whole of it as read by the sheet and the tallies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import actions, cases, findings, opening, recommendations, trail
from audit.access import Actor, require_coordinator
from audit.actions import ActionView
from audit.cases import CaseView
from audit.errors import NotFound, Refused
from audit.findings import ThemeCount
from audit.moments import OPEN
from audit.recommendations import RecommendationView
from audit.scales import Scale
from audit.schedule import deadline
from audit.tallies import Count, Outcome, Tally, count
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea, CycleState
from storage.meetings import Meeting
from storage.people import Agency, Area
from storage.promises import PromiseKind, promise


@dataclass(frozen=True)
class MeetingView:
    """A meeting and the areas whose cases are discussed there."""

    starts_at: datetime
    areas: tuple[str, ...]


@dataclass(frozen=True)
class CycleView:
    """A cycle's own facts. `agencies`: (label, short label) of every agency involved, by label.

    `key_holder`: who can tell which child a reference means, "" if nobody is named.
    """

    id: str
    number: int
    title: str
    theme: str
    origin: str
    state: str
    due_at: datetime
    summary_days: int
    scale: Scale
    tool: Tool
    areas: tuple[str, ...]
    agencies: tuple[tuple[str, str], ...]
    meetings: tuple[MeetingView, ...]
    proposal: str = "none"
    key_holder: str = ""


@dataclass(frozen=True)
class Board:
    """A whole cycle at one moment, as the sheet draws it. Cases by area and reference; themes: those with findings.

    `reflections` and `unreleased`: whether its sheet shows what agencies wrote, and grades of unreleased cases.
    """

    cycle: CycleView
    cases: tuple[CaseView, ...]
    tally: Tally
    now: datetime
    reflections: bool
    unreleased: bool = True
    actions: tuple[ActionView, ...] = ()
    recommendations: tuple[RecommendationView, ...] = ()
    themes: tuple[ThemeCount, ...] = ()


def is_open(session: Session, cycle_id: str) -> bool:
    """Whether a cycle is under way."""
    return session.get_one(Cycle, cycle_id).state in OPEN


def by_number(session: Session, number: int) -> Cycle:
    """The cycle with this number; NotFound."""
    cycle = session.scalar(select(Cycle).where(Cycle.number == number))
    if cycle is None:
        raise NotFound(f"There is no audit cycle {number}.")
    return cycle


def view(session: Session, cycle_id: str) -> CycleView:
    """A cycle's own facts; NotFound."""
    found = views(session, [cycle_id])
    if not found:
        raise NotFound("This audit cycle isn't there any more.")
    return found[0]


def views(session: Session, cycle_ids: Collection[str]) -> tuple[CycleView, ...]:
    """The facts of these cycles, the newest first: in as many statements whether it is one or many."""
    rows = session.execute(
        select(Cycle, AuditTool)
        .join(AuditTool, AuditTool.id == Cycle.tool_id)
        .where(Cycle.id.in_(cycle_ids))
        .order_by(Cycle.number.desc())
    ).all()
    places, agencies = _places(session, cycle_ids), _agencies(session, cycle_ids)
    return tuple(
        _view(cycle, tool, places.get(cycle.id, []), tuple(agencies.get(cycle.id, ()))) for cycle, tool in rows
    )


_Place = tuple[str, Meeting]
"""An area's label, and the meeting about it."""


def _view(cycle: Cycle, tool: AuditTool, places: Sequence[_Place], agencies: tuple[tuple[str, str], ...]) -> CycleView:
    """`places` by the meetings' dates."""
    meetings: dict[str, tuple[datetime, list[str]]] = {}
    for label, meeting in places:
        meetings.setdefault(meeting.id, (meeting.starts_at, []))[1].append(label)
    return CycleView(
        id=cycle.id,
        number=cycle.number,
        title=cycle.title,
        theme=cycle.theme,
        origin=cycle.origin,
        state=cycle.state,
        due_at=deadline(cycle.due_on),
        summary_days=cycle.summary_days,
        scale=Scale.from_json(cycle.scale),
        tool=Tool.from_json(tool.key, tool.version, tool.sections),
        areas=tuple(sorted(label for label, _ in places)),
        agencies=agencies,
        meetings=tuple(MeetingView(starts_at, tuple(labels)) for starts_at, labels in meetings.values()),
        proposal=cycle.proposal,
        key_holder=cycle.key_holder,
    )


def _places(session: Session, cycle_ids: Collection[str]) -> dict[str, list[_Place]]:
    """Cycle's id -> its places by their meetings' dates, then by label."""
    rows = session.execute(
        select(CycleArea.cycle_id, Area.label, Meeting)
        .join(Area, Area.id == CycleArea.area_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id.in_(cycle_ids))
        .order_by(Meeting.starts_at, Area.label)
    )
    found: dict[str, list[_Place]] = {}
    for cycle_id, label, meeting in rows:
        found.setdefault(cycle_id, []).append((label, meeting))
    return found


def _agencies(session: Session, cycle_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Cycle's id -> (label, short label) of every agency involved, by label."""
    rows = session.execute(
        select(Case.cycle_id, Agency.label, Agency.short_label)
        .distinct()
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(Case.cycle_id.in_(cycle_ids), Case.withdrawn_at.is_(None), Involvement.withdrawn_at.is_(None))
        .order_by(Agency.label)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for cycle_id, label, short_label in rows:
        found.setdefault(cycle_id, []).append((label, short_label))
    return found


def board(session: Session, cycle_id: str) -> Board:
    """The whole cycle at this moment; DoesNotAddUp if its tally doesn't."""
    cycle, of_cycle = view(session, cycle_id), cases.of_cycle(session, cycle_id)
    row, recommended = session.get_one(Cycle, cycle_id), recommendations.of_cycle(session, cycle_id)
    return Board(
        cycle=cycle,
        cases=of_cycle,
        tally=tally(cycle, of_cycle),
        now=now(session),
        reflections=row.reflections_in_sheet,
        unreleased=row.unreleased_in_sheet,
        actions=actions.of_cycle(session, cycle_id),
        recommendations=recommended,
        themes=findings.counts(of_cycle, recommended),
    )


def tally(cycle: CycleView, of_cycle: Sequence[CaseView]) -> Tally:
    """The numbers of a cycle; DoesNotAddUp names the case at fault."""
    return Tally(
        ratified=_ratified(cycle.scale, of_cycle),
        by_area={area: _ratified(cycle.scale, _in(area, of_cycle)) for area in cycle.areas},
        self_grades=_self(cycle.scale, of_cycle),
        self_by_area={area: _self(cycle.scale, _in(area, of_cycle)) for area in cycle.areas},
        by_agency={label: _self(cycle.scale, of_cycle, label) for label, _ in cycle.agencies},
    )


def _in(area: str, of_cycle: Sequence[CaseView]) -> list[CaseView]:
    return [case for case in of_cycle if case.area == area]


def _ratified(scale: Scale, of_cycle: Sequence[CaseView]) -> Count:
    outcomes = [
        Outcome(case.reference, case.judgement.grade, case.judgement.not_graded_reason)
        if case.judgement
        else Outcome(case.reference, "awaiting")
        for case in of_cycle
    ]
    return count(outcomes, scale, [case.reference for case in of_cycle])


def _self(scale: Scale, of_cycle: Sequence[CaseView], agency: str | None = None) -> Count:
    outcomes = [
        Outcome(f"{case.reference} {line.agency}", line.counted, line.counted_reason)
        for case in of_cycle
        for line in case.lines
        if agency in (None, line.agency)
    ]
    return count(outcomes, scale, [outcome.reference for outcome in outcomes])


def open_cycle(session: Session, who: Actor | None, cycle_id: str) -> None:
    """Begin collecting: the leads get their requests. `who` None is the command line. Refused says what is missing."""
    if who is not None:
        require_coordinator(who, "cycle.open", cycle_id)
    cycle = session.get(Cycle, cycle_id, with_for_update=True)
    if cycle is None:
        raise NotFound("This audit cycle isn't there any more.")
    if cycle.state != CycleState.PLANNED:
        raise Refused(f"Audit cycle {cycle.number} is open already.")
    missing = opening.checklist(session, cycle_id).missing
    if missing:
        raise Refused(f"Audit cycle {cycle.number} can't be opened yet: {'; '.join(missing)}.")
    cycle.state, cycle.opened_at = CycleState.COLLECTING, now(session)
    trail.record(session, who, "cycle.open", subject_id=cycle.id, cycle_id=cycle.id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
