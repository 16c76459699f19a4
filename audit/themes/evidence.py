"""Evidence: what the meetings saw, as those who oversee look at it, cycle by cycle and learning theme by theme."""

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
    """A learning theme that agencies tagged in the returns of these cases, and that no finding is about."""

    theme: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What a cycle's meetings saw. `of`: its cases that weren't withdrawn; findings by area, case and age.

    Others than coordinators see it of the released cases, which `of` counts then.
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
    """A learning theme's part in a cycle."""

    cycle: int
    title: str
    count: ThemeCount
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class ThemePage:
    """A learning theme across cycles, the newest first. `parts`: the themes merged straight into it.

    `coordinates`: whether the reader may merge, rename and split.
    """

    id: str
    label: str
    retired: bool
    parts: tuple[ThemeStanding, ...]
    shares: tuple[ThemeShare, ...]
    coordinates: bool


def evidence(session: Session, who: Actor, cycle_id: str) -> Evidence:
    """A cycle's findings and themes, for those who oversee it; that reading is recorded. NotFound."""
    require_overseeing(who, READ, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    of_cycle = summary.of_cycle(session, cycle_id)
    if not sees_all(who):
        of_cycle = tuple(case for case in of_cycle if case.released_at is not None)
    counted = findings.counts(of_cycle, recommendations.of_cycle(session, cycle_id))
    trail.reading(session, who, READ, subject_id=cycle_id, cycle_id=cycle_id)
    found = tuple(finding for case in of_cycle for finding in case.findings)
    return Evidence(
        cycle_id, cycle.number, cycle.name, len(of_cycle), counted, tagged(of_cycle, counted), found
    )  # fmt: skip


def tagged(of_cycle: Sequence[CaseView], counted: Collection[ThemeCount]) -> tuple[Tagged, ...]:
    """The themes that agencies tagged without any finding about them, by label: never part of "n of N"."""
    named = {each.theme for each in counted}
    found: dict[str, dict[str, None]] = {}
    for case in of_cycle:
        for line in case.lines:
            for label in case.tagged(line):
                found.setdefault(label, {})[case.reference] = None
    return tuple(Tagged(label, tuple(found[label])) for label in sorted(found.keys() - named))


def theme(session: Session, who: Actor, theme_id: str) -> ThemePage:
    """A learning theme, or the one as which it counts, with every finding about it; that reading is recorded."""
    require_overseeing(who, READ, theme_id)
    counts_as = themes.standings(session)
    if theme_id not in counts_as:
        raise NotFound("This learning theme no longer exists.")
    row = themes.stored(session, counts_as[theme_id].id)
    merged = session.scalars(
        select(LearningTheme).where(LearningTheme.merged_into_id == row.id).order_by(LearningTheme.label)
    )
    theirs = [each for each, end in counts_as.items() if end.id == row.id]
    trail.reading(session, who, READ, subject_id=row.id)
    return ThemePage(
        row.id, row.label, row.retired_at is not None,
        tuple(ThemeStanding(each.id, each.label, each.strength) for each in merged),
        tuple(_shares(session, theirs, counted_for(who))), who.has(RoleKind.COORDINATOR),
    )  # fmt: skip


def _shares(session: Session, theme_ids: Collection[str], scope: ColumnElement[bool]) -> list[ThemeShare]:
    """How far themes that count as one were found in each cycle, in the cases in `scope`."""
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
    found = findings.of(session, about)
    of_case = grouped((each.case_id, each) for each in found)
    of_cycle = grouped((cycle_of[each.case_id], each) for each in found)
    cases = grouped((row.cycle_id, CaseFindings(row.reference, tuple(of_case.get(row.id, ())))) for row in rows)
    made = recommendations.of(session, Recommendation.cycle_id.in_(ids))
    answering = grouped((each.cycle_id, each) for each in made)
    shares = []
    for cycle in cycles:
        [count] = findings.counts(cases[cycle.id], answering.get(cycle.id, ()))
        shares.append(ThemeShare(cycle.number, cycle.name, count, tuple(of_cycle[cycle.id])))
    return shares
