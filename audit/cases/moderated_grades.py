"""Moderated grades for readers: what the meeting made of self-grades, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from audit.moment import EXCEPTION
from storage.cases import Case, Involvement
from storage.crypto import unseal
from storage.meetings import Moderation
from storage.people import Person
from storage.returns import Return
from storage.types import plain_rows


@dataclass(frozen=True)
class ModeratedGrade:
    """A grade that the meeting gave instead of a self-grade; "" if the self-grade stands after all."""

    grade: str
    not_graded_reason: str | None


@dataclass(frozen=True)
class ModerationView(ModeratedGrade):
    """A moderated grade with the text about it.

    `version`: the return's version that was discussed. `number`: counts the moderations of this return and section.
    `exception`: why it was moderated before the meeting, or "". `section`: the graded section's key, "" for the overall
    grade.
    """

    reason: str
    number: int
    version: int
    by: str
    at: datetime
    exception: str = ""
    section: str = ""


def history(session: Session, return_id: str, section: str) -> tuple[ModerationView, ...]:
    """Every moderation of a return's overall grade, or of one of its sections, newest first."""
    rows = session.execute(
        select(Moderation, Person.label)
        .join(Person, Person.id == Moderation.by_id)
        .where(Moderation.return_id == return_id, Moderation.section == section)
        .order_by(Moderation.number.desc())
    )
    return tuple(_view(session, row, by) for row, by in rows)


_OTHER = aliased(Moderation)
_NEWEST = (
    select(Moderation.return_id, Moderation.section, Moderation.grade, Moderation.not_graded_reason)
    .join(Return, Return.id == Moderation.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .where(
        Moderation.number
        == select(func.max(_OTHER.number))
        .where(_OTHER.return_id == Moderation.return_id, _OTHER.section == Moderation.section)
        .scalar_subquery(),
        Moderation.grade.is_not(None),
    )
)
"""Selects the newest moderation of each return and section, unless it restored the self-grade."""


_WHOLE = _NEWEST.with_only_columns(Moderation, Person.label).join(Person, Person.id == Moderation.by_id)


def newest(session: Session, scope: ColumnElement[bool]) -> dict[str, dict[str, ModerationView]]:
    """Return id -> section's key -> its moderated grade, in `scope`. Self-grades that stand are left out."""
    moderations: dict[str, dict[str, ModerationView]] = {}
    for row, by in session.execute(_WHOLE.where(scope)):
        moderations.setdefault(row.return_id, {})[row.section] = _view(session, row, by)
    return moderations


def grades(session: Session, scope: ColumnElement[bool]) -> dict[str, dict[str, ModeratedGrade]]:
    """The same as `newest`, without reading any text."""
    by_return: dict[str, dict[str, ModeratedGrade]] = {}
    for return_id, section, grade, reason in plain_rows(session, _NEWEST.where(scope)):
        by_return.setdefault(return_id, {})[section] = ModeratedGrade(grade or "", reason)
    return by_return


def _view(session: Session, row: Moderation, by: str) -> ModerationView:
    return ModerationView(
        grade=row.grade or "",
        not_graded_reason=row.not_graded_reason,
        reason=unseal(session, row, "reason"),
        number=row.number,
        version=row.version,
        by=by,
        at=row.at,
        exception=unseal(session, row, EXCEPTION) if row.exception else "",
        section=row.section,
    )
