"""Moderation: what the meeting made of an agency's self-grade, which stays as it was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from storage.cases import Case, Involvement
from storage.crypto import unseal
from storage.meetings import Moderation
from storage.people import Person
from storage.returns import Return


@dataclass(frozen=True)
class ModerationView:
    """A moderated grade; `version` is the return's that was discussed, `number` counts the return's moderations."""

    grade: str
    not_graded_reason: str | None
    reason: str
    number: int
    version: int
    by: str
    at: datetime


def newest(session: Session, scope: ColumnElement[bool]) -> dict[str, ModerationView]:
    """The moderated grades of the cases in `scope`, by return id; a self-grade that stands after all has none."""
    other = aliased(Moderation)
    latest = select(func.max(other.number)).where(other.return_id == Moderation.return_id).scalar_subquery()
    rows = session.execute(
        select(Moderation, Person.label)
        .join(Return, Return.id == Moderation.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Person, Person.id == Moderation.by_id)
        .where(scope, Moderation.number == latest, Moderation.grade.is_not(None))
    )
    return {row.return_id: _view(session, row, by) for row, by in rows}


def _view(session: Session, row: Moderation, by: str) -> ModerationView:
    return ModerationView(
        grade=row.grade or "",
        not_graded_reason=row.not_graded_reason,
        reason=unseal(session, row, "reason"),
        number=row.number,
        version=row.version,
        by=by,
        at=row.at,
    )
