"""Findings: strengths, concerns and learning that a meeting saw, tied to case, agency and learning theme."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from audit.themes import standing
from storage.cases import Case
from storage.crypto import unseal
from storage.findings import Finding
from storage.people import Agency, Area, Person


@dataclass(frozen=True)
class FindingView:
    """A finding; `kind` is storage's FindingKind. `agency` None: about how agencies worked together.

    `theme_id` and `theme` are those as which it counts, where its theme was merged into another.
    """

    id: str
    case_id: str
    reference: str
    area: str
    kind: str
    agency_id: str | None
    agency: str | None
    theme_id: str | None
    theme: str | None
    text: str
    version: int
    by: str
    at: datetime


def of(session: Session, scope: ColumnElement[bool]) -> tuple[FindingView, ...]:
    """The findings of the cases in `scope` that weren't withdrawn, by area, case and age."""
    rows = session.execute(
        select(Finding, Case.reference, Area.label, Agency.label, Person.label)
        .join(Case, Case.id == Finding.case_id)
        .join(Area, Area.id == Case.area_id)
        .join(Person, Person.id == Finding.by_id)
        .outerjoin(Agency, Agency.id == Finding.agency_id)
        .where(scope, Case.withdrawn_at.is_(None), Finding.withdrawn_at.is_(None))
        .order_by(Area.label, Case.reference, Finding.at, Finding.id)
    ).all()
    themes = standing(session) if rows else {}
    found = []
    for row, reference, area, agency, by in rows:
        theme = themes[row.theme_id] if row.theme_id else None
        found.append(
            FindingView(
                id=row.id,
                case_id=row.case_id,
                reference=reference,
                area=area,
                kind=row.kind,
                agency_id=row.agency_id,
                agency=agency,
                theme_id=theme.id if theme else None,
                theme=theme.label if theme else None,
                text=unseal(session, row, "text"),
                version=row.version,
                by=by,
                at=row.at,
            )
        )
    return tuple(found)


def of_cycle(session: Session, cycle_id: str) -> tuple[FindingView, ...]:
    """Every finding of a cycle."""
    return of(session, Case.cycle_id == cycle_id)
