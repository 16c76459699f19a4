"""Judgements in force, as they are read: the ratified grade of a case, and what each agency said to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage.cases import Case
from storage.crypto import unseal
from storage.meetings import IN_FORCE, Judgement, Position
from storage.people import Agency, Person


@dataclass(frozen=True)
class PositionView:
    """What an agency said to a judgement; `stance` is storage's Stance."""

    agency_id: str
    agency: str
    stance: str


@dataclass(frozen=True)
class JudgementView:
    """The ratified judgement of a case; `grade` is a grade's key or "not_graded". `assurances`: audit.meetings.

    `positions` by agency; `dissent`: why those who disagree do, "" if nobody does.
    """

    grade: str
    not_graded_reason: str | None
    why: str
    assurances: Mapping[str, str]
    version: int
    ratified_at: datetime
    ratified_by: str
    positions: tuple[PositionView, ...] = ()
    dissent: str = ""


def in_force(session: Session, scope: ColumnElement[bool]) -> dict[str, JudgementView]:
    """The judgements of the cases in `scope`, by case id."""
    rows = session.execute(
        select(Judgement, Person.label)
        .join(Case, Case.id == Judgement.case_id)
        .join(Person, Person.id == Judgement.by_id)
        .where(scope, IN_FORCE)
    ).all()
    positions = _positions(session, scope) if rows else {}
    return {row.case_id: _view(session, row, by, tuple(positions.get(row.id, ()))) for row, by in rows}


def _positions(session: Session, scope: ColumnElement[bool]) -> dict[str, list[PositionView]]:
    found: dict[str, list[PositionView]] = {}
    rows = session.execute(
        select(Position, Agency.label)
        .join(Agency, Agency.id == Position.agency_id)
        .join(Judgement, Judgement.id == Position.judgement_id)
        .join(Case, Case.id == Judgement.case_id)
        .where(scope, IN_FORCE)
        .order_by(Agency.label)
    )
    for position, agency in rows:
        view = PositionView(position.agency_id, agency, position.stance)
        found.setdefault(position.judgement_id, []).append(view)
    return found


def _view(session: Session, judgement: Judgement, by: str, positions: tuple[PositionView, ...]) -> JudgementView:
    statement = json.loads(unseal(session, judgement, "statement"))
    return JudgementView(
        grade=judgement.grade,
        not_graded_reason=judgement.not_graded_reason,
        why=statement["why"],
        assurances=statement["assurances"],
        version=judgement.version,
        ratified_at=judgement.ratified_at,
        ratified_by=by,
        positions=positions,
        dissent=statement.get("dissent", ""),
    )
