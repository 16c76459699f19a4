"""Recurrence: in which audit cycles a learning theme was found, and what the recommendations about it came to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from audit.actions import recommendations
from audit.findings.themes import standings
from storage.actions import ActionState, Recommendation
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from storage.findings import Finding

_COUNTED = (Cycle.state != CycleState.CANCELLED,)


@dataclass(frozen=True)
class Recurring:
    """A learning theme across cycles, each by its number: where findings named it, and where it was recommended upon.

    `closed`: the newest cycle that had begun when such a recommendation was carried out, which is when the last of its
    actions was verified. One whose actions were all dropped isn't among them. `strength`: it needs no recommendation.
    """

    theme: str
    named: tuple[int, ...]
    recommended: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    strength: bool = False


def recurring(session: Session, scope: ColumnElement[bool]) -> tuple[Recurring, ...]:
    """Every learning theme that findings of the cases in `scope` name, those of the most cycles first, then by label.

    Cancelled cycles and what was withdrawn don't count.
    """
    themes = {theme.id: theme for theme in standings(session).values()}
    named, recommended, closed = _named(session, scope), dict[str, set[int]](), dict[str, set[int]]()
    numbers = _numbers(session)
    begun = sorted((opened_at, number) for number, opened_at in numbers.values() if opened_at is not None)
    for recommendation in recommendations.of(session, Recommendation.cycle_id.in_(select(Cycle.id).where(*_COUNTED))):
        number, _ = numbers[recommendation.cycle_id]
        end = recommendation.closed_at if recommendation.state == ActionState.VERIFIED else None
        for theme in recommendation.themes:
            recommended.setdefault(theme.id, set()).add(number)
            if end is not None:
                closed.setdefault(theme.id, set()).add(_under_way(begun, end, number))

    def where(found: dict[str, set[int]], theme_id: str) -> tuple[int, ...]:
        return tuple(sorted(found.get(theme_id, ())))

    lines = [
        Recurring(
            themes[each].label, where(named, each), where(recommended, each), where(closed, each), themes[each].strength
        )
        for each in named
    ]
    return tuple(sorted(lines, key=lambda each: (-len(each.named), each.theme)))


def _named(session: Session, scope: ColumnElement[bool]) -> dict[str, set[int]]:
    """The cycles in which findings name each theme, as it counts now."""
    counts_as, found = standings(session), dict[str, set[int]]()
    rows = session.execute(
        select(Finding.theme_id, Cycle.number)
        .distinct()
        .join(Case, Case.id == Finding.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(
            Finding.theme_id.is_not(None),
            Finding.withdrawn_at.is_(None),
            Case.withdrawn_at.is_(None),
            *_COUNTED,
            scope,
        )
    )
    for theme_id, number in rows:
        if theme_id is not None:
            found.setdefault(counts_as[theme_id].id, set()).add(number)
    return found


def _numbers(session: Session) -> dict[str, tuple[int, datetime | None]]:
    """Each cycle's number, and when it was opened, by its id."""
    rows = session.execute(select(Cycle.id, Cycle.number, Cycle.opened_at).where(*_COUNTED))
    return {cycle_id: (number, opened_at) for cycle_id, number, opened_at in rows}


def _under_way(begun: list[tuple[datetime, int]], moment: datetime, otherwise: int) -> int:
    """The number of the newest cycle that had begun by then."""
    return max(
        ((opened_at, number) for opened_at, number in begun if opened_at <= moment), default=(moment, otherwise)
    )[1]
