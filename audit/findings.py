"""Findings: strengths, concerns and learning that a meeting saw, tied to case, agency and learning theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from audit.themes import Standing, standing
from storage.cases import Case
from storage.crypto import unseal
from storage.findings import Finding
from storage.people import Agency, Area, Person


@dataclass(frozen=True)
class FindingView:
    """A finding; `kind` is storage's FindingKind. `agency` None: about how agencies worked together.

    `theme_id` and `theme` are those as which it counts, where its theme was merged into another. `by` and `at` are of
    the newest text.
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
        .order_by(Area.label, Case.reference, Finding.id)
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


class Counted(Protocol):
    """A case, as far as it takes to count its findings: audit.cases.CaseView, which is made of them."""

    @property
    def reference(self) -> str:
        """The case's."""

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """Those that weren't withdrawn."""


class Answering(Protocol):
    """What answers learning themes: audit.recommendations.RecommendationView."""

    @property
    def themes(self) -> tuple[Standing, ...]:
        """As they count now."""


@dataclass(frozen=True)
class ThemeCount:
    """In which cases of a cycle, `of` in all, a learning theme was found; `recommended`: a recommendation answers it.

    `references` in the order of the cases, each once however many of its findings are about the theme.
    """

    theme_id: str
    theme: str
    references: tuple[str, ...]
    of: int
    recommended: bool

    @property
    def cases(self) -> int:
        """How many cases that is: the n of "n of N"."""
        return len(self.references)


def counts(cases: Sequence[Counted], recommendations: Iterable[Answering]) -> tuple[ThemeCount, ...]:
    """Every learning theme that findings of these cases count as, most cases first, then by label.

    `cases`: all of a cycle that weren't withdrawn. What agencies tagged, and withdrawn findings, don't count.
    """
    answered = {theme.id for each in recommendations for theme in each.themes}
    labels: dict[str, str] = {}
    references: dict[str, dict[str, None]] = {}
    for case in cases:
        for finding in case.findings:
            if finding.theme_id is not None:
                labels[finding.theme_id] = finding.theme or ""
                references.setdefault(finding.theme_id, {})[case.reference] = None
    found = [
        ThemeCount(theme_id, labels[theme_id], tuple(named), len(cases), theme_id in answered)
        for theme_id, named in references.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.cases, each.theme, each.theme_id)))
