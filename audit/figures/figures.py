"""The figures of an audit cycle for people who oversee audits: its statistics, the trend, and recurring themes."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit.access import Actor, counted_for, require_overseeing, sees_all
from audit.cases import graded_sections
from audit.cases.outline import CaseOutline, LineOutline
from audit.cycle import board, release
from audit.cycle.outline import GradedCycle, Outline, outline
from audit.cycle.tally import Tally
from audit.cycle_facts import CycleView
from audit.figures import statistics, trends
from audit.figures.statistics import Statistics
from audit.figures.trends import Point
from audit.themes import recurrence
from audit.themes.recurrence import Recurring
from audit.tools import Section

VERB = "figures.read"


@dataclass(frozen=True)
class Figures:
    """A cycle's figures. `graded`: each graded section with its numbers.

    `changed`: how many returns now differ from what figures count, because they changed after release. `waiting`: how
    many cases don't count here because they aren't released; a coordinator's figures count all.
    """

    cycle: CycleView
    tally: Tally
    waiting: int
    statistics: Statistics
    changed: int
    points: tuple[Point, ...]
    recurring: tuple[Recurring, ...]
    graded: tuple[tuple[Section, Tally], ...] = ()


def figures(session: Session, who: Actor, cycle_id: str) -> Figures:
    """The figures, for people who oversee audits. NotFound; DoesNotAddUp if the tally doesn't."""
    require_overseeing(who, VERB, cycle_id)
    return of(session, who, outline(session, cycle_id))


def of(session: Session, who: Actor | None, whole: GradedCycle) -> Figures:
    """The figures of a cycle as this person sees them; None: as the command line does."""
    cycle, scope = whole.cycle, counted_for(who)
    counted = Outline(cycle, tuple(whole.cases) if sees_all(who) else release.out(whole), whole.now)
    by_section = board.sections(cycle, counted.cases)
    return Figures(
        cycle=cycle,
        tally=board.tally(cycle, counted.cases),
        waiting=len(whole.cases) - len(counted.cases),
        statistics=statistics.statistics(counted),
        changed=sum(_changed(case, line) for case in counted.cases for line in case.lines),
        points=trends.trend(session, scope, cycle.number),
        recurring=recurrence.recurring(session, scope),
        graded=tuple((section, by_section[section.key]) for section in cycle.tool.graded),
    )


def _changed(case: CaseOutline, line: LineOutline) -> bool:
    """Whether a return now differs from what figures count."""
    standing = (
        (graded_sections.counted(case, line, each), graded_sections.own_grade(case, line, each))
        for each in case.tool.graded
    )
    return line.counted != line.result or any(counted != given for counted, given in standing)
