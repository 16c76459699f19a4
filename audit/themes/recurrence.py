"""Recurrence: the audit cycles in which a learning theme was found, and what became of recommendations about it."""

from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from audit.findings.themes import standings
from storage.actions import Action, ActionState, Recommendation, RecommendationTheme
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from storage.findings import Finding

_CYCLES = select(Cycle.id, Cycle.number, Cycle.opened_at).where(Cycle.state != CycleState.CANCELLED)
_NAMED = (  # an outer join makes SQLite begin with the cases: by theme, it takes three times as long
    select(Case.cycle_id, Finding.theme_id)
    .distinct()
    .outerjoin(Finding, and_(Finding.case_id == Case.id, Finding.withdrawn_at.is_(None)))
    .where(Case.withdrawn_at.is_(None))
)
_CARRIED_OUT = (
    select(Action.recommendation_id, func.max(Action.closed_at).label("at"))
    .group_by(Action.recommendation_id)
    .having(
        func.count(Action.closed_at) == func.count(), func.count(case((Action.state == ActionState.VERIFIED, 1))) > 0
    )
    .subquery()
)
"""Recommendations whose actions are all closed, at least one of them verified; `at`: when the last was closed."""
_RECOMMENDED = (
    select(Recommendation.cycle_id, RecommendationTheme.theme_id, _CARRIED_OUT.c.at)
    .distinct()
    .join(Recommendation, Recommendation.id == RecommendationTheme.recommendation_id)
    .outerjoin(_CARRIED_OUT, _CARRIED_OUT.c.recommendation_id == Recommendation.id)
    .where(Recommendation.withdrawn_at.is_(None))
)


@dataclass(frozen=True)
class Recurring:
    """A learning theme across cycles, by their numbers: where findings named it, and where it was recommended on.

    `closed`: for each recommendation that was carried out (all actions closed, at least one verified), the newest cycle
    that had opened by then. `strength`: the theme needs no recommendation.
    """

    theme: str
    named: tuple[int, ...]
    recommended: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    strength: bool = False


def recurring(session: Session, scope: ColumnElement[bool]) -> tuple[Recurring, ...]:
    """Each learning theme named by findings of the cases in `scope`, in most cycles first, then by label.

    Cancelled cycles, withdrawn cases, withdrawn findings and withdrawn recommendations aren't counted.
    """
    counts_as, cycles = standings(session), session.execute(_CYCLES).all()
    numbers = {cycle.id: cycle.number for cycle in cycles}
    begun = sorted((cycle.opened_at, cycle.number) for cycle in cycles if cycle.opened_at is not None)
    named, recommended, closed = (defaultdict[str, set[int]](set) for _ in range(3))
    for cycle_id, theme_id in session.execute(_NAMED.where(scope)):
        if theme_id is not None and cycle_id in numbers:
            named[counts_as[theme_id].id].add(numbers[cycle_id])
    for cycle_id, theme_id, end in session.execute(_RECOMMENDED):
        if cycle_id in numbers:
            recommended[counts_as[theme_id].id].add(numbers[cycle_id])
            if end is not None:
                before = bisect(begun, end, key=lambda opened: opened[0])
                closed[counts_as[theme_id].id].add(begun[before - 1][1] if before else numbers[cycle_id])
    lines = [
        Recurring(
            theme.label,
            tuple(sorted(named[theme.id])),
            tuple(sorted(recommended[theme.id])),
            tuple(sorted(closed[theme.id])),
            theme.strength,
        )
        for theme in {*counts_as.values()}
        if theme.id in named
    ]
    return tuple(sorted(lines, key=lambda each: (-len(each.named), each.theme)))
