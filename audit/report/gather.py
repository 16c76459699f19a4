"""Gathering a report's contents from the database, and putting them together from their parts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit import trail_check
from audit.access import RELEASED
from audit.actions.actions import ActionView
from audit.actions.recommendations import RecommendationView
from audit.calendar import in_london
from audit.cases import graded_sections
from audit.cases.summary import CaseView
from audit.cycle import board as board_rules
from audit.cycle.board import Board
from audit.figures.statistics import statistics
from audit.findings.findings import FindingView, ThemeCount
from audit.report import methods, paragraphs, provenance
from audit.report.contents import (
    AGENCY,
    AREA,
    Contents,
    GradedSection,
    JudgedCase,
    Owed,
    Recommended,
    ReportedFinding,
    Theme,
)
from audit.report.methods import Method
from audit.themes import recurrence
from audit.themes.recurrence import Recurring
from storage.cases import Case
from storage.cycles import LearningTheme
from storage.people import Agency, Area


def contents(session: Session, cycle_id: str) -> Contents:
    """What a report says now; DoesNotAddUp if a figure isn't the number of cases or returns behind it."""
    board = board_rules.board(session, cycle_id)
    seen = or_(Case.cycle_id == cycle_id, RELEASED)  # of other audits only what is out
    past = {each.theme: each for each in recurrence.recurring(session, seen)}
    facts = written(board, methods.method(session, cycle_id), past)
    texts = paragraphs.texts(session, cycle_id, {each.theme_id: each.theme for each in board.themes})
    return replace(
        facts,
        trail=trail_check.heads(session, cycle_id),
        written={place: text for place, text, _ in texts},
        public_places=tuple(place for place, _, public in texts if public),
        ids=tuple(_ids(session, facts)),
    )


def _ids(session: Session, found: Contents) -> Iterator[tuple[str, str, str]]:
    """(kind, label, id) of the areas, agencies and learning themes that a report names."""
    for kind, table, labels in (
        (AREA, Area, found.areas),
        (AGENCY, Agency, [label for label, _ in found.agencies]),
        (provenance.THEME, LearningTheme, [theme.label for theme in found.themes]),
    ):
        rows = session.execute(select(table.label, table.id).where(table.label.in_(labels)).order_by(table.id))
        yield from ((kind, label, row_id) for label, row_id in rows)


def written(board: Board, method: Method, past: Mapping[str, Recurring]) -> Contents:
    """A report's contents, put together from their parts. `past`: theme label -> its recurrence."""
    cycle, reckoned = board.cycle, statistics(board)
    figures = provenance.figures(board.cases, board.themes, cycle.scale, cycle.tool.graded, board.answered)
    provenance.check(figures, board.tally, reckoned, board.graded, board.answered)
    return Contents(
        number=cycle.number,
        title=cycle.title,
        theme=cycle.theme,
        origin=cycle.origin,
        period=cycle.period,
        proposal=cycle.proposal,
        due_on=in_london(cycle.due_at).date(),
        scale=cycle.scale,
        areas=cycle.areas,
        agencies=cycle.agencies,
        method=method,
        tally=board.tally,
        statistics=reckoned,
        cases=tuple(_judged(case) for case in board.cases),
        findings=tuple(_found(each) for case in board.cases for each in case.findings),
        themes=tuple(_theme(each, past) for each in board.themes),
        recommendations=tuple(map(_recommended, board.recommendations)),
        actions=tuple(_owed(each) for each in sorted(board.actions, key=lambda each: each.place)),
        figures=figures,
        sections=_sections(board),
        answered=board.answered,
        overall="required" if cycle.tool.needs_overall else "optional" if cycle.tool.asks_overall else "none",
    )


def _sections(board: Board) -> tuple[GradedSection, ...]:
    names = graded_sections.names(board.cycle.tool)
    return tuple(GradedSection(one.key, names[one.key], one.graded_on, numbers) for one, numbers in board.graded)


def _judged(case: CaseView) -> JudgedCase:
    judgement = case.judgement
    if judgement is None:
        return JudgedCase(case.reference, case.area, "awaiting", None, None, "", {}, (), (), (), "")
    return JudgedCase(
        reference=case.reference,
        area=case.area,
        grade=judgement.grade,
        reason=judgement.not_graded_reason,
        on=in_london(judgement.ratified_at).date(),
        why=judgement.why,
        assurances=dict(judgement.assurances),
        agreed=judgement.agreed,
        dissented=judgement.dissented,
        silent=judgement.silent,
        dissent=judgement.dissent,
        outside=judgement.outside,
        exception=judgement.exception,
        sections={key: given.name for key, given in judgement.sections.items()},
    )


def _found(finding: FindingView) -> ReportedFinding:
    return ReportedFinding(finding.kind, finding.reference, finding.agency, finding.theme, finding.text)


def _theme(counted: ThemeCount, past: Mapping[str, Recurring]) -> Theme:
    return Theme(
        counted.theme, counted.references, counted.of, counted.recommended, past.get(counted.theme), counted.strength
    )


def _recommended(each: RecommendationView) -> Recommended:
    themes, agencies = tuple(theme.label for theme in each.themes), tuple(label for _, label in each.agencies)
    return Recommended(each.number, each.text, themes, agencies, each.state)


def _owed(action: ActionView) -> Owed:
    return Owed(
        action.number, action.text, action.reference, action.recommendation, action.from_judgement, action.agency,
        action.owner, action.due_on, action.state, action.impact,
    )  # fmt: skip
