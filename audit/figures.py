"""The figures of an audit cycle as overseers look at them: its statistics, the trend, and what comes back."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit import cycles, recurrence, statistics, trends
from audit.access import Actor, require_overseeing
from audit.cycles import Board, CycleView
from audit.recurrence import Recurring
from audit.statistics import Statistics
from audit.tallies import Tally
from audit.trends import Point

VERB = "figures.read"


@dataclass(frozen=True)
class Figures:
    """A cycle's figures. `changed`: the returns that stand otherwise since release than figures count them."""

    cycle: CycleView
    tally: Tally
    statistics: Statistics
    changed: int
    points: tuple[Point, ...]
    recurring: tuple[Recurring, ...]


def figures(session: Session, who: Actor, cycle_id: str) -> Figures:
    """The figures, for an overseer; NotFound, and DoesNotAddUp if the tally doesn't."""
    require_overseeing(who, VERB, cycle_id)
    return of(session, cycles.board(session, cycle_id))


def of(session: Session, board: Board) -> Figures:
    """The figures of a cycle."""
    return Figures(
        cycle=board.cycle,
        tally=board.tally,
        statistics=statistics.statistics(board),
        changed=sum(line.counted != line.result for case in board.cases for line in case.lines),
        points=trends.trend(session),
        recurring=recurrence.recurring(session),
    )
