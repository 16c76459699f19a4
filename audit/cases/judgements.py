"""Judgements for readers: the ratified grade of a case, each agency's position on it, and what became of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from audit.scales import Graded
from storage.cases import Case
from storage.crypto import unseal
from storage.mappings import grouped
from storage.meetings import IN_FORCE, Judgement, Position, Reopening, Stance
from storage.people import Agency, Person
from storage.types import plain_rows

ASSURANCES = {
    "safe": "Is the child safe now? Say who says so, and when.",
    "action": "What will be done",
    "owner": "Who owns it (a role)",
    "by": "By when",
    "monitor": "Who monitors it (a role)",
}
"""What ratifying the lowest grade requires: field -> question."""
BY, DISSENT = "by", "dissent"
"""Fields: the day by which the action is to be done, and why an agency disagrees."""


@dataclass(frozen=True)
class PositionView:
    """An agency's position on a judgement; `stance` is a Stance."""

    agency_id: str
    agency: str
    stance: str


@dataclass(frozen=True)
class JudgedGrades:
    """The meeting's grades of a case. `grade` is a grade's key or "not_graded".

    `sections`: key of a graded section -> its grade.
    """

    grade: str
    not_graded_reason: str | None
    sections: Mapping[str, Graded] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class JudgementView(JudgedGrades):
    """The ratified judgement of a case. `assurances`: field of ASSURANCES -> answer.

    `positions`: in order of the agencies' labels. `dissent`: why agencies disagree, "" if none does. `ended_at`: when
    it was replaced or the case re-opened, or None. `outside`: how it broke the rule (audit.moment.OUTSIDE), with
    `exception`, the reason given. `missing`, `immediate`: the agencies without a return, and those with an open
    immediate action, when it was ratified.
    """

    why: str
    assurances: Mapping[str, str]
    version: int
    ratified_at: datetime
    ratified_by: str
    positions: tuple[PositionView, ...] = ()
    dissent: str = ""
    id: str = ""
    ended_at: datetime | None = None
    outside: tuple[str, ...] = ()
    exception: str = ""
    missing: tuple[str, ...] = ()
    immediate: tuple[str, ...] = ()

    @property
    def agreed(self) -> tuple[str, ...]:
        """The labels of the agencies that agree."""
        return self._took(Stance.AGREES)

    @property
    def dissented(self) -> tuple[str, ...]:
        """The labels of the agencies that disagree."""
        return self._took(Stance.DISSENTS)

    @property
    def silent(self) -> tuple[str, ...]:
        """The labels of the agencies that were absent or took no position."""
        return self._took(Stance.SILENT)

    def _took(self, stance: Stance) -> tuple[str, ...]:
        return tuple(position.agency for position in self.positions if position.stance == stance)


@dataclass(frozen=True)
class ReopeningView:
    """A re-opening of a ratified case, with its reason. `version`: of the judgement that it ended."""

    version: int
    reason: str
    by: str
    at: datetime


def in_force(session: Session, scope: ColumnElement[bool]) -> dict[str, JudgementView]:
    """Case id -> its judgement in force, for the cases in `scope`."""
    return dict(_found(session, scope & IN_FORCE))


_GRADES = (
    select(Judgement.case_id, Judgement.grade, Judgement.not_graded_reason, Judgement.sections)
    .join(Case, Case.id == Judgement.case_id)
    .where(IN_FORCE)
)


def grades(session: Session, scope: ColumnElement[bool]) -> dict[str, JudgedGrades]:
    """Case id -> the grades of its judgement in force, for the cases in `scope`. Texts aren't read."""
    rows = plain_rows(session, _GRADES.where(scope))
    return {case_id: JudgedGrades(grade, reason, sections=_sections(given)) for case_id, grade, reason, given in rows}


def ended(session: Session, case_id: str) -> tuple[JudgementView, ...]:
    """The former judgements of a case, newest first."""
    former = _found(session, (Case.id == case_id) & Judgement.ended_at.is_not(None))
    return tuple(sorted((view for _, view in former), key=lambda view: -view.version))


def reopenings(session: Session, case_id: str) -> tuple[ReopeningView, ...]:
    """The re-openings of a case, newest first."""
    rows = session.execute(
        select(Reopening, Judgement.version, Person.label)
        .join(Judgement, Judgement.id == Reopening.judgement_id)
        .join(Person, Person.id == Reopening.by_id)
        .where(Reopening.case_id == case_id)
        .order_by(Judgement.version.desc())
    )
    return tuple(ReopeningView(version, unseal(session, row, "reason"), by, row.at) for row, version, by in rows)


_JUDGED = (
    select(Judgement, Person.label).join(Case, Case.id == Judgement.case_id).join(Person, Person.id == Judgement.by_id)
)


def _found(session: Session, scope: ColumnElement[bool]) -> list[tuple[str, JudgementView]]:
    rows = session.execute(_JUDGED.where(scope)).all()
    positions = _positions(session, scope) if rows else {}
    return [(row.case_id, _view(session, row, by, tuple(positions.get(row.id, ())))) for row, by in rows]


def _positions(session: Session, scope: ColumnElement[bool]) -> dict[str, list[PositionView]]:
    rows = session.execute(
        select(Position, Agency.label)
        .join(Agency, Agency.id == Position.agency_id)
        .join(Judgement, Judgement.id == Position.judgement_id)
        .join(Case, Case.id == Judgement.case_id)
        .where(scope)
        .order_by(Agency.label)
    )
    return grouped((row.judgement_id, PositionView(row.agency_id, agency, row.stance)) for row, agency in rows)


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
        id=judgement.id,
        ended_at=judgement.ended_at,
        outside=tuple(statement.get("outside", ())),
        exception=statement.get("exception", ""),
        missing=tuple(statement.get("missing", ())),
        immediate=tuple(statement.get("immediate", ())),
        sections=_sections(judgement.sections),
    )


def _sections(stored: Mapping[str, str] | None) -> dict[str, Graded]:
    return {key: Graded.read(name) for key, name in (stored or {}).items()}
