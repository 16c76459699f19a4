"""Recommendations: what the sub-group asks of agencies, the learning themes behind it, and the actions that follow."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from audit.access import MONITORING, Actor, counted_for, require_overseeing
from audit.actions import actions
from audit.actions.actions import ActionView
from audit.calendar import in_london
from audit.findings import findings
from audit.findings.findings import ThemeCount
from audit.findings.themes import ThemeStanding, standings
from audit.moment import MET
from audit.row_by_id import existing
from storage.actions import Action, ActionState, Recommendation, RecommendationAgency, RecommendationTheme
from storage.cases import Case
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle
from storage.mappings import grouped
from storage.people import Agency


@dataclass(frozen=True)
class RecommendationView:
    """A recommendation with its actions. `themes`: as they count now, mergers included. `agencies`: (id, label)."""

    id: str
    cycle_id: str
    number: int
    text: str
    themes: tuple[ThemeStanding, ...]
    agencies: tuple[tuple[str, str], ...]
    version: int
    made_at: datetime
    actions: tuple[ActionView, ...]

    @property
    def state(self) -> str:
        """An ActionState derived from the actions: open until one has begun, done or verified once all are."""
        states = {action.state for action in self.actions}
        if states and states <= {ActionState.DROPPED}:
            return ActionState.DROPPED
        if states and states <= {ActionState.VERIFIED, ActionState.DROPPED}:
            return ActionState.VERIFIED
        if states and states <= {ActionState.DONE, ActionState.VERIFIED, ActionState.DROPPED}:
            return ActionState.DONE
        return ActionState.IN_PROGRESS if states - {ActionState.OPEN, ActionState.DROPPED} else ActionState.OPEN

    @property
    def closed_at(self) -> datetime | None:
        """When the last of its actions was verified or dropped; None while one isn't, or without actions."""
        ends = [action.closed_at for action in self.actions]
        closed = [end for end in ends if end is not None]
        return max(closed) if closed and len(closed) == len(ends) else None


@dataclass(frozen=True)
class Recommendations:
    """A cycle's recommendations, each with its overdue actions first. `unanswered`: themes that need one and have none.

    `changes`: whether this reader may make and change recommendations now.
    """

    cycle_id: str
    cycle_number: int
    title: str
    now: datetime
    recommendations: tuple[RecommendationView, ...]
    unanswered: tuple[ThemeCount, ...]
    changes: bool


def show(session: Session, who: Actor, cycle_id: str) -> Recommendations:
    """A cycle's recommendations, for coordinators, the chair and the sub-group. NotFound if the cycle doesn't exist."""
    require_overseeing(who, "recommendations.read", cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    moment = now(session)
    today = in_london(moment).date()
    views = tuple(
        replace(each, actions=tuple(sorted(each.actions, key=lambda action: not action.overdue(today))))
        for each in of_cycle(session, cycle_id)
    )
    counted = findings.counts(findings.unread(session, and_(Case.cycle_id == cycle_id, counted_for(who))), views)
    return Recommendations(
        cycle_id=cycle_id,
        cycle_number=cycle.number,
        title=cycle.name,
        now=moment,
        recommendations=views,
        unanswered=tuple(each for each in counted if each.unanswered),
        changes=who.has(*MONITORING) and cycle.state in MET,
    )


def of_cycle(session: Session, cycle_id: str) -> tuple[RecommendationView, ...]:
    """The recommendations of a cycle that aren't withdrawn, by number."""
    return of(session, Recommendation.cycle_id == cycle_id)


def of(session: Session, scope: ColumnElement[bool]) -> tuple[RecommendationView, ...]:
    """The recommendations in `scope` (conditions on Recommendation) that aren't withdrawn, by cycle and number."""
    rows = session.scalars(
        select(Recommendation)
        .where(scope, Recommendation.withdrawn_at.is_(None))
        .order_by(Recommendation.cycle_id, Recommendation.number)
    ).all()
    if not rows:
        return ()
    themes, agencies = _themes(session, scope), _agencies(session, scope)
    done = _actions(session, scope)
    return tuple(
        RecommendationView(
            id=row.id,
            cycle_id=row.cycle_id,
            number=row.number,
            text=unseal(session, row, "text"),
            themes=tuple(sorted(themes.get(row.id, ()), key=lambda theme: theme.label)),
            agencies=tuple(agencies.get(row.id, ())),
            version=row.version,
            made_at=row.made_at,
            actions=tuple(done.get(row.id, ())),
        )
        for row in rows
    )


def _actions(session: Session, scope: ColumnElement[bool]) -> dict[str, list[ActionView]]:
    views = actions.of(session, Action.recommendation_id.in_(select(Recommendation.id).where(scope)))
    return grouped((action.recommendation_id or "", action) for action in views)


def _themes(session: Session, scope: ColumnElement[bool]) -> dict[str, set[ThemeStanding]]:
    counts_as, themes = standings(session), dict[str, set[ThemeStanding]]()
    rows = session.execute(
        select(RecommendationTheme.recommendation_id, RecommendationTheme.theme_id)
        .join(Recommendation, Recommendation.id == RecommendationTheme.recommendation_id)
        .where(scope)
    )
    for recommendation_id, theme_id in rows:
        themes.setdefault(recommendation_id, set()).add(counts_as[theme_id])
    return themes


def _agencies(session: Session, scope: ColumnElement[bool]) -> dict[str, list[tuple[str, str]]]:
    rows = session.execute(
        select(RecommendationAgency.recommendation_id, Agency.id, Agency.label)
        .join(Agency, Agency.id == RecommendationAgency.agency_id)
        .join(Recommendation, Recommendation.id == RecommendationAgency.recommendation_id)
        .where(scope)
        .order_by(Agency.label)
    )
    return grouped((recommendation_id, (agency_id, label)) for recommendation_id, agency_id, label in rows)
