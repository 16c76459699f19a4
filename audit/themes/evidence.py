"""The findings and learning themes of a cycle, and of a learning theme across cycles, for those who oversee audits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, counted_for, require_overseeing, sees_all
from audit.actions import recommendations
from audit.cases import summary
from audit.cases.summary import CaseView
from audit.errors import NotFound
from audit.findings import findings, themes
from audit.findings.findings import CaseFindings, FindingView, ThemeCount
from audit.findings.themes import ThemeStanding
from audit.row_by_id import existing
from storage.actions import Recommendation
from storage.cases import Case
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding
from storage.mappings import grouped
from storage.people import RoleKind

READ = "findings.read"


@dataclass(frozen=True)
class Tagged:
    """A learning theme that agencies tagged in their returns on these cases, but that no finding is about."""

    theme: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """A cycle's findings and themes. `of`: the number of its cases, without withdrawn ones.

    For everybody but coordinators, only released cases are included and counted in `of`. Findings are sorted by area,
    case and age.
    """

    cycle_id: str
    number: int
    title: str
    of: int
    themes: tuple[ThemeCount, ...]
    tagged: tuple[Tagged, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class ThemeShare:
    """A learning theme's count and findings in one cycle."""

    cycle: int
    title: str
    count: ThemeCount
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class ThemePage:
    """A learning theme across cycles, newest first. `parts`: the themes merged directly into it.

    `coordinates`: whether the reader may merge, rename and split it.
    """

    id: str
    label: str
    retired: bool
    parts: tuple[ThemeStanding, ...]
    shares: tuple[ThemeShare, ...]
    coordinates: bool


def evidence(session: Session, who: Actor, cycle_id: str) -> Evidence:
    """A cycle's findings and themes, for those who oversee it; the reading is recorded. NotFound."""
    require_overseeing(who, READ, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    of_cycle = summary.of_cycle(session, cycle_id)
    if not sees_all(who):
        of_cycle = tuple(case for case in of_cycle if case.released_at is not None)
    counted = findings.counts(of_cycle, recommendations.of_cycle(session, cycle_id))
    trail.reading(session, who, READ, subject_id=cycle_id, cycle_id=cycle_id)
    all_findings = tuple(finding for case in of_cycle for finding in case.findings)
    return Evidence(
        cycle_id, cycle.number, cycle.name, len(of_cycle), counted, tagged(of_cycle, counted), all_findings
    )  # fmt: skip


def tagged(of_cycle: Sequence[CaseView], counted: Collection[ThemeCount]) -> tuple[Tagged, ...]:
    """The themes that agencies tagged and no finding is about, by label. These never count in "n of N"."""
    with_findings = {each.theme for each in counted}
    references: dict[str, dict[str, None]] = {}
    for case in of_cycle:
        for line in case.lines:
            for label in case.tagged(line):
                references.setdefault(label, {})[case.reference] = None
    return tuple(Tagged(label, tuple(references[label])) for label in sorted(references.keys() - with_findings))


def theme(session: Session, who: Actor, theme_id: str) -> ThemePage:
    """A learning theme (or the one into which it was merged) with all findings about it; the reading is recorded."""
    require_overseeing(who, READ, theme_id)
    counts_as = themes.standings(session)
    if theme_id not in counts_as:
        raise NotFound("This learning theme no longer exists.")
    row = themes.stored(session, counts_as[theme_id].id)
    merged = session.scalars(
        select(LearningTheme).where(LearningTheme.merged_into_id == row.id).order_by(LearningTheme.label)
    )
    merged_ids = [each for each, end in counts_as.items() if end.id == row.id]
    trail.reading(session, who, READ, subject_id=row.id)
    return ThemePage(
        row.id, row.label, row.retired_at is not None,
        tuple(ThemeStanding(each.id, each.label, each.strength) for each in merged),
        tuple(_shares(session, merged_ids, counted_for(who))), who.has(RoleKind.COORDINATOR),
    )  # fmt: skip


def _shares(session: Session, theme_ids: Collection[str], scope: ColumnElement[bool]) -> list[ThemeShare]:
    """The theme's share in each cycle with findings about it, newest first. `theme_ids`: all that count as it.

    `scope`: the cases that count.
    """
    about = and_(Finding.theme_id.in_(theme_ids), Finding.withdrawn_at.is_(None), Case.withdrawn_at.is_(None), scope)
    cycles = session.scalars(
        select(Cycle)
        .where(Cycle.id.in_(select(Case.cycle_id).join(Finding, Finding.case_id == Case.id).where(about)))
        .order_by(Cycle.number.desc())
    ).all()
    ids = [cycle.id for cycle in cycles]
    rows = session.execute(
        select(Case.cycle_id, Case.id, Case.reference)
        .where(Case.cycle_id.in_(ids), Case.withdrawn_at.is_(None), scope)
        .order_by(Case.reference)
    ).all()
    cycle_of = {case_id: cycle_id for cycle_id, case_id, _ in rows}
    findings_about = findings.of(session, about)
    of_case = grouped((each.case_id, each) for each in findings_about)
    of_cycle = grouped((cycle_of[each.case_id], each) for each in findings_about)
    cases = grouped((row.cycle_id, CaseFindings(row.reference, tuple(of_case.get(row.id, ())))) for row in rows)
    made = recommendations.of(session, Recommendation.cycle_id.in_(ids))
    answering = grouped((each.cycle_id, each) for each in made)
    shares = []
    for cycle in cycles:
        [count] = findings.counts(cases[cycle.id], answering.get(cycle.id, ()))
        shares.append(ThemeShare(cycle.number, cycle.name, count, tuple(of_cycle[cycle.id])))
    return shares
