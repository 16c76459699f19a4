"""Recurrence: in which audit cycles a learning theme was found, and what the recommendations about it came to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import recommendations
from audit.recommendations import RecommendationView
from audit.themes import standing
from storage.actions import ActionState, Recommendation
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from storage.findings import Finding


@dataclass(frozen=True)
class Recurring:
    """A learning theme across cycles, each by its number: where findings named it, and where it was recommended upon.

    `closed`: the newest cycle that had begun when such a recommendation was carried out, which is when the last of its
    actions was verified. One whose actions were all dropped isn't among them.
    """

    theme: str
    named: tuple[int, ...]
    recommended: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


def recurring(session: Session) -> tuple[Recurring, ...]:
    """Every learning theme that findings name, those of the most cycles first, then by label.

    Cancelled cycles and what was withdrawn don't count.
    """
    labels = {theme.id: theme.label for theme in standing(session).values()}
    named, recommended, closed = _named(session), dict[str, set[int]](), dict[str, set[int]]()
    begun = _begun(session)
    for number, each in _recommendations(session):
        end = each.closed_at if each.state == ActionState.VERIFIED else None
        for theme in each.themes:
            recommended.setdefault(theme.id, set()).add(number)
            if end is not None:
                closed.setdefault(theme.id, set()).add(_under_way(begun, end, number))
    found = [
        Recurring(labels[theme_id], *(tuple(sorted(where.get(theme_id, ()))) for where in (named, recommended, closed)))
        for theme_id in named
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.named), each.theme)))


def _named(session: Session) -> dict[str, set[int]]:
    """The cycles in which findings name each theme, as it counts now."""
    counts_as, found = standing(session), dict[str, set[int]]()
    rows = session.execute(
        select(Finding.theme_id, Cycle.number)
        .distinct()
        .join(Case, Case.id == Finding.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(
            Finding.theme_id.is_not(None),
            Finding.withdrawn_at.is_(None),
            Case.withdrawn_at.is_(None),
            Cycle.state != CycleState.CANCELLED,
        )
    )
    for theme_id, number in rows:
        if theme_id is not None:
            found.setdefault(counts_as[theme_id].id, set()).add(number)
    return found


def _recommendations(session: Session) -> list[tuple[int, RecommendationView]]:
    """Every recommendation, with its cycle's number."""
    cycles = session.execute(
        select(Cycle.id, Cycle.number)
        .distinct()
        .join(Recommendation, Recommendation.cycle_id == Cycle.id)
        .where(Cycle.state != CycleState.CANCELLED)
    ).all()
    return [(number, each) for cycle_id, number in cycles for each in recommendations.of_cycle(session, cycle_id)]


def _begun(session: Session) -> list[tuple[datetime, int]]:
    """When each cycle was opened, and its number; the oldest first."""
    rows = session.execute(select(Cycle.opened_at, Cycle.number).where(Cycle.state != CycleState.CANCELLED))
    return sorted((opened_at, number) for opened_at, number in rows if opened_at is not None)


def _under_way(begun: list[tuple[datetime, int]], moment: datetime, otherwise: int) -> int:
    """The number of the newest cycle that had begun by then."""
    return max(
        ((opened_at, number) for opened_at, number in begun if opened_at <= moment), default=(moment, otherwise)
    )[1]
