"""Findings: strengths, concerns and learning seen by a meeting, linked to case, agency and learning theme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from audit.findings.themes import ThemeStanding, signed, standings
from storage.cases import Case
from storage.crypto import unseal
from storage.findings import Finding
from storage.mappings import grouped
from storage.people import Agency, Area, Person


@dataclass(frozen=True)
class FindingView:
    """A finding. `kind` is a FindingKind. `agency` is None if it is about how agencies worked together.

    `counts_as`: its theme, or the theme into which that was merged; None without a theme. `by` and `at` are of the
    present text.
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
        """The id of the theme that it counts as, or None."""
        return self.counts_as.id if self.counts_as else None

    @property
    def theme(self) -> str | None:
        """The label of the theme that it counts as, or None."""
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
    """The findings of the cases in `scope` that aren't withdrawn, by area, case and age."""
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


class CountableFinding(Protocol):
    """The part of a finding that is needed to count it, as FindingView has it."""

    @property
    def counts_as(self) -> ThemeStanding | None:
        """Its theme, or the theme into which that was merged; None without a theme."""


class CountableCase(Protocol):
    """The parts of a case that are needed to count its findings, as audit.cases.summary.CaseView has them."""

    @property
    def reference(self) -> str:
        """The case's reference."""

    @property
    def findings(self) -> Sequence[CountableFinding]:
        """The case's findings that aren't withdrawn."""


@dataclass(frozen=True)
class CaseFindings:
    """A case with its findings, or some of them."""

    reference: str
    findings: tuple[CountableFinding, ...]


@dataclass(frozen=True)
class _Unread:
    """The findings of a case about one learning theme, without their texts."""

    counts_as: ThemeStanding


_THEMES = (
    select(Case.reference, Finding.theme_id)
    .distinct()
    .outerjoin(Finding, and_(Finding.case_id == Case.id, Finding.withdrawn_at.is_(None)))
    .where(Case.withdrawn_at.is_(None))
    .order_by(Case.reference)
)


def unread(session: Session, scope: ColumnElement[bool]) -> list[CaseFindings]:
    """The cases in `scope` that aren't withdrawn, each with its findings' themes: all that is needed to count them."""
    themes = standings(session)
    by_case = grouped((reference, theme_id) for reference, theme_id in session.execute(_THEMES.where(scope)))
    return [
        CaseFindings(reference, tuple(_Unread(themes[each]) for each in theme_ids if each is not None))
        for reference, theme_ids in by_case.items()
    ]


class Answering(Protocol):
    """Something that answers learning themes: audit.actions.recommendations.RecommendationView."""

    @property
    def themes(self) -> tuple[ThemeStanding, ...]:
        """The learning themes that it answers, as they count now."""


@dataclass(frozen=True)
class ThemeCount:
    """A learning theme and the cases (`references`, in order) in which it was found, `of` all cases of the cycle.

    A case is included once, however many of its findings are about the theme. `recommended`: a recommendation answers
    the theme. `strength`: it needs none.
    """

    theme_id: str
    theme: str
    references: tuple[str, ...]
    of: int
    recommended: bool
    strength: bool = False

    @property
    def named(self) -> str:
        """The theme's label, marked if it is a strength."""
        return signed(self.theme, strength=self.strength)

    @property
    def unanswered(self) -> bool:
        """Whether the theme needs a recommendation and has none."""
        return not (self.recommended or self.strength)

    @property
    def cases(self) -> int:
        """The number of cases with the theme: the n of "n of N"."""
        return len(self.references)


def counts(cases: Sequence[CountableCase], recommendations: Iterable[Answering]) -> tuple[ThemeCount, ...]:
    """The learning themes that findings of these cases count as, most cases first, then by label.

    `cases`: all cases of a cycle that aren't withdrawn. Themes that agencies tagged don't count, nor do withdrawn
    findings.
    """
    answered = {theme.id for each in recommendations for theme in each.themes}
    themes: dict[str, ThemeStanding] = {}
    references: dict[str, dict[str, None]] = {}
    for case in cases:
        for finding in case.findings:
            if (theme := finding.counts_as) is not None:
                themes[theme.id] = theme
                references.setdefault(theme.id, {})[case.reference] = None
    theme_counts = [
        ThemeCount(each.id, each.label, tuple(references[each.id]), len(cases), each.id in answered, each.strength)
        for each in themes.values()
    ]
    return tuple(sorted(theme_counts, key=lambda each: (-each.cases, each.theme, each.theme_id)))
