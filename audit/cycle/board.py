"""The board: a whole cycle at one moment, with its numbers, as the sheet and the tallies read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit.actions import actions, recommendations
from audit.actions.actions import ActionView
from audit.actions.recommendations import RecommendationView
from audit.cases import summary
from audit.cases.summary import CaseView
from audit.cycle.tally import Count, Outcome, Tally, count
from audit.cycle_facts import CycleView, view
from audit.findings import findings
from audit.findings.findings import ThemeCount
from audit.scales import Scale
from storage.clock import now
from storage.cycles import Cycle


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


def board(session: Session, cycle_id: str) -> Board:
    """The whole cycle at this moment; DoesNotAddUp if its tally doesn't."""
    cycle, of_cycle = view(session, cycle_id), summary.of_cycle(session, cycle_id)
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
