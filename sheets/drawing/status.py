"""The tab Status: every case by every agency, at a glance."""

from audit.cases import sections
from audit.cases.summary import CaseView
from audit.cycle.board import Board
from audit.scales import AWAITING
from audit.tools import Section
from sheets.drawing.words import apart, grade_label, outside, rules, standing
from sheets.tabs import Column, Filter, Row, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_002


def tab(board: Board) -> Tab:
    """Status: a row per case, a column per agency, and per graded section what the meeting gave it."""
    agencies = board.cycle.agencies
    columns = (
        Column("reference", "Case", 120, identity=True),
        *([Column("area", "Area", 90)] if board.cycle.areas else []),
        *(Column(f"agency:{label}", clean(short), 150) for label, short in agencies),
        Column("judgement", "Case judgement (ratified)", 160),
        *(Column(f"judged:{key}", clean(name), 130) for key, name in sections.names(board.cycle.tool).items()),
        Column("outside", "Ratified outside the rule", 240),
    )
    return Tab(
        "status",
        "Status",
        SHEET_ID,
        columns,
        tuple(_row(board, case) for case in board.cases),
        frozen=2,
        rules=rules(board.cycle.scale),
        coloured=(columns[1].key, "judgement"),
        apart=apart(board.cycle.tool, "judged"),
        filters=tuple(Filter(f"{clean(area)} cases", "area", clean(area)) for area in board.cycle.areas),
    )


def _row(board: Board, case: CaseView) -> Row:
    said = {line.agency: standing(board.cycle, case, line, board.now) for line in case.lines}
    not_yet = "Re-opened" if case.reopened_at else "Awaiting the meeting"
    judgement = grade_label(case.scale, case.judgement.grade) if case.judgement else not_yet
    by_agency = (said.get(label, "") for label, _ in board.cycle.agencies)
    why = fit(outside(case.judgement, reflections=board.reflections), "the case summary")
    judged = (_judged(case, section) for section in board.cycle.tool.graded)
    area = [clean(case.area)] if board.cycle.areas else []
    return Row(case.id, (clean(case.reference), *area, *by_agency, judgement, *judged, why))


def _judged(case: CaseView, section: Section) -> str:
    """What the meeting gave a section; "" until it did."""
    given = sections.judged(case, section)
    return "" if given.result == AWAITING else section.shown(given.name)
