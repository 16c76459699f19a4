"""Findings: strengths, concerns and learning that a meeting saw, tied to case, agency and learning theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from audit.findings.themes import ThemeStanding, signed, standings
from storage.cases import Case
from storage.crypto import unseal
from storage.findings import Finding
from storage.mappings import grouped
from storage.people import Agency, Area, Person


@dataclass(frozen=True)
class FindingView:
    """A finding; `kind` is storage's FindingKind. `agency` None: about how agencies worked together.

    `counts_as`: its theme, or the one into which that was merged. `by` and `at` are of the newest text.
    """

    id: str
    case_id: str
    reference: str
    area: str
    kind: str
    agency_id: str | None
    agency: str | None
    counts_as: ThemeStanding | None
    text: str
    version: int
    by: str
    at: datetime

    @property
    def theme_id(self) -> str | None:
        """The id of the theme as which it counts."""
        return self.counts_as.id if self.counts_as else None

    @property
    def theme(self) -> str | None:
        """The label of the theme as which it counts."""
        return self.counts_as.label if self.counts_as else None


_FOUND = (
    select(Finding, Case.reference, Area.label, Agency.label, Person.label)
    .join(Case, Case.id == Finding.case_id)
    .join(Area, Area.id == Case.area_id)
    .join(Person, Person.id == Finding.by_id)
    .outerjoin(Agency, Agency.id == Finding.agency_id)
    .where(Case.withdrawn_at.is_(None), Finding.withdrawn_at.is_(None))
    .order_by(Area.label, Case.reference, Finding.id)
)


def of(session: Session, scope: ColumnElement[bool]) -> tuple[FindingView, ...]:
    """The findings of the cases in `scope` that weren't withdrawn, by area, case and age."""
    rows = session.execute(_FOUND.where(scope)).all()
    themes = standings(session) if rows else {}
    views = []
    for row, reference, area, agency, by in rows:
        views.append(
            FindingView(
                id=row.id,
                case_id=row.case_id,
                reference=reference,
                area=area,
                kind=row.kind,
                agency_id=row.agency_id,
                agency=agency,
                counts_as=themes[row.theme_id] if row.theme_id else None,
                text=unseal(session, row, "text"),
                version=row.version,
                by=by,
                at=row.at,
            )
        )
    return tuple(views)


@dataclass(frozen=True)
class CaseFindings:
    """A case with its findings, or some of them."""

    reference: str
    findings: tuple[FindingView, ...]


def by_case(found: Iterable[FindingView]) -> dict[str, CaseFindings]:
    """The cases that these findings are about, by reference, in the order of the findings."""
    cases = grouped((finding.reference, finding) for finding in found)
    return {reference: CaseFindings(reference, tuple(of_case)) for reference, of_case in cases.items()}


class CountableCase(Protocol):
    """A case, as far as it takes to count its findings: audit.cases.summary.CaseView, which is made of them."""

    @property
    def reference(self) -> str:
        """The case's."""

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """The case's findings that weren't withdrawn."""


class Answering(Protocol):
    """What answers learning themes: audit.actions.recommendations.RecommendationView."""

    @property
    def themes(self) -> tuple[ThemeStanding, ...]:
        """The learning themes that a recommendation answers, as they count now."""


@dataclass(frozen=True)
class ThemeCount:
    """In which cases of a cycle, `of` in all, a learning theme was found; `recommended`: a recommendation answers it.

    `strength`: it needs none. `references` in the order of the cases, each once however many of its findings are about
    the theme.
    """

    theme_id: str
    theme: str
    references: tuple[str, ...]
    of: int
    recommended: bool
    strength: bool = False

    @property
    def named(self) -> str:
        """The theme's label, and that it is a strength if it is one."""
        return signed(self.theme, strength=self.strength)

    @property
    def unanswered(self) -> bool:
        """Whether it needs a recommendation that nobody has made yet."""
        return not (self.recommended or self.strength)

    @property
    def cases(self) -> int:
        """How many cases that is: the n of "n of N"."""
        return len(self.references)


def counts(cases: Sequence[CountableCase], recommendations: Iterable[Answering]) -> tuple[ThemeCount, ...]:
    """Every learning theme that findings of these cases count as, most cases first, then by label.

    `cases`: all of a cycle that weren't withdrawn. What agencies tagged, and withdrawn findings, don't count.
    """
    answered = {theme.id for each in recommendations for theme in each.themes}
    themes: dict[str, ThemeStanding] = {}
    references: dict[str, dict[str, None]] = {}
    for case in cases:
        for finding in case.findings:
            if (theme := finding.counts_as) is not None:
                themes[theme.id] = theme
                references.setdefault(theme.id, {})[case.reference] = None
    found = [
        ThemeCount(each.id, each.label, tuple(references[each.id]), len(cases), each.id in answered, each.strength)
        for each in themes.values()
    ]
    return tuple(sorted(found, key=lambda each: (-each.cases, each.theme, each.theme_id)))
