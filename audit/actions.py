"""Actions: what agencies are to do, who owns it, how far it is, and whether it changed practice."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from storage.actions import Action, ActionState, ActionStep, Recommendation
from storage.cases import Case
from storage.crypto import unseal
from storage.cycles import Cycle
from storage.people import Agency, Person

CLOSED = (ActionState.VERIFIED, ActionState.DROPPED)


@dataclass(frozen=True)
class StepView:
    """One step of an action: the state, due day and impact that it brought about, and what was written with it."""

    state: str
    due_on: date
    impact: str | None
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ActionView:
    """An action; `state` is storage's ActionState, `impact` its Impact.

    `reference`: the case's, and `recommendation` the recommendation's number, where it came from one. `owner` is a
    role in words, `owner_id` and `owner_label` the person whom reminders reach, if one is named. Steps oldest first.
    """

    id: str
    cycle_id: str
    cycle_number: int
    number: int
    text: str
    reference: str | None
    recommendation_id: str | None
    recommendation: int | None
    from_judgement: bool
    agency_id: str | None
    agency: str | None
    owner: str
    owner_id: str | None
    owner_label: str | None
    due_on: date
    state: str
    impact: str | None
    version: int
    made_at: datetime
    closed_at: datetime | None
    steps: tuple[StepView, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be done: verified or dropped."""
        return self.state in CLOSED

    def overdue(self, today: date) -> bool:
        """Whether it should be done by now and isn't."""
        return self.state in (ActionState.OPEN, ActionState.IN_PROGRESS) and self.due_on < today


def of(session: Session, scope: ColumnElement[bool]) -> tuple[ActionView, ...]:
    """The actions in `scope` (conditions on Action), those due first at the top."""
    owner = aliased(Person)
    rows = session.execute(
        select(Action, Cycle.number, Case.reference, Recommendation.number, Agency.label, owner.label)
        .join(Cycle, Cycle.id == Action.cycle_id)
        .outerjoin(Case, Case.id == Action.case_id)
        .outerjoin(Recommendation, Recommendation.id == Action.recommendation_id)
        .outerjoin(Agency, Agency.id == Action.agency_id)
        .outerjoin(owner, owner.id == Action.owner_id)
        .where(scope)
        .order_by(Action.due_on, Cycle.number, Action.number)
    ).all()
    steps = _steps(session, scope) if rows else {}
    return tuple(
        ActionView(
            id=row.id,
            cycle_id=row.cycle_id,
            cycle_number=cycle_number,
            number=row.number,
            text=unseal(session, row, "text"),
            reference=reference,
            recommendation_id=row.recommendation_id,
            recommendation=recommendation,
            from_judgement=row.from_judgement,
            agency_id=row.agency_id,
            agency=agency,
            owner=row.owner,
            owner_id=row.owner_id,
            owner_label=owner_label,
            due_on=row.due_on,
            state=row.state,
            impact=row.impact,
            version=row.version,
            made_at=row.made_at,
            closed_at=row.closed_at,
            steps=tuple(steps.get(row.id, ())),
        )
        for row, cycle_number, reference, recommendation, agency, owner_label in rows
    )


def _steps(session: Session, scope: ColumnElement[bool]) -> dict[str, list[StepView]]:
    found: dict[str, list[StepView]] = {}
    rows = session.execute(
        select(ActionStep, Person.label)
        .join(Action, Action.id == ActionStep.action_id)
        .join(Person, Person.id == ActionStep.by_id)
        .where(scope)
        .order_by(ActionStep.number)
    )
    for row, by in rows:
        view = StepView(row.state, row.due_on, row.impact, unseal(session, row, "note"), by, row.at)
        found.setdefault(row.action_id, []).append(view)
    return found


def of_cycle(session: Session, cycle_id: str) -> tuple[ActionView, ...]:
    """Every action of a cycle."""
    return of(session, Action.cycle_id == cycle_id)
