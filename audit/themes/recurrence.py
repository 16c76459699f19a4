"""Recurrence: the audit cycles in which a learning theme was found, and what became of recommendations about it."""

from bisect import bisect
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from audit.findings.themes import standings
from storage.actions import Action, ActionState, Recommendation, RecommendationTheme
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from storage.findings import Finding

_COUNTED = Cycle.state != CycleState.CANCELLED
_BEGUN = (
    select(Cycle.number, Cycle.opened_at)
    .where(_COUNTED, Cycle.opened_at.is_not(None))
    .order_by(Cycle.opened_at, Cycle.number)
)
_NAMED = (
    select(Finding.theme_id, Cycle.number)
    .distinct()
    .join(Case, Case.id == Finding.case_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .where(Finding.theme_id.is_not(None), Finding.withdrawn_at.is_(None), Case.withdrawn_at.is_(None), _COUNTED)
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
    select(RecommendationTheme.theme_id, Cycle.number, _CARRIED_OUT.c.at)
    .distinct()
    .join(Recommendation, Recommendation.id == RecommendationTheme.recommendation_id)
    .join(Cycle, Cycle.id == Recommendation.cycle_id)
    .outerjoin(_CARRIED_OUT, _CARRIED_OUT.c.recommendation_id == Recommendation.id)
    .where(Recommendation.withdrawn_at.is_(None), _COUNTED)
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
    counts_as = standings(session)
    named, recommended, closed = (defaultdict[str, set[int]](set) for _ in range(3))
    for theme_id, number in session.execute(_NAMED.where(scope)):
        if theme_id is not None:
            named[counts_as[theme_id].id].add(number)
    begun = session.execute(_BEGUN).all()
    for theme_id, number, end in session.execute(_RECOMMENDED):
        recommended[counts_as[theme_id].id].add(number)
        if end is not None:
            before = bisect(begun, end, key=lambda cycle: cycle.opened_at)
            closed[counts_as[theme_id].id].add(begun[before - 1].number if before else number)
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
