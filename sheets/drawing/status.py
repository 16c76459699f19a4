"""The tab Status: every case by every agency, at a glance."""

from collections.abc import Mapping, Sequence

from audit.cases import graded_sections
from audit.cases.outline import LineOutline
from audit.cases.summary import CaseView
from audit.cycle.board import Board
from audit.scales import AWAITING
from audit.tools import Section
from sheets.drawing.words import LINK, apart, grade_label, line_state, link, outside, rules
from sheets.tabs import Column, Filter, Row, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_002
ALL = "All cases"


def tab(board: Board) -> Tab:
    """The tab Status: a row per case, a column per agency, and the judgement of each graded section."""
    agencies = board.cycle.agencies
    columns = (
        Column("reference", "Case", 120, identity=True),
        *([Column("area", "Area", 90)] if board.cycle.areas else []),
        Column("progress", "Returns", 80),
        *(Column(f"agency:{label}", clean(short), 150, wrap=True) for label, short in agencies),
        Column("judgement", "Case judgement (ratified)", 160, wrap=True),
        *(Column(f"judged:{key}", clean(name), 130, wrap=True) for key, name in _sections(board).items()),
        Column("outside", "Ratified outside the rule", 240, wrap=True),
        LINK,
    )
    return Tab(
        "status",
        "Status",
        SHEET_ID,
        columns,
        (*(_row(board, case) for case in board.cases), _totals(board)),
        frozen=2,
        rules=rules(board.cycle.scale),
        coloured=("progress", "judgement"),
        apart=apart(board.cycle.tool, "judged"),
        filters=tuple(Filter(f"{clean(area)} cases", "area", clean(area)) for area in board.cycle.areas),
    )


def _row(board: Board, case: CaseView) -> Row:
    state_by_agency = {line.agency: line_state(board.cycle, case, line, board.now) for line in case.lines}
    not_yet = "Re-opened" if case.reopened_at else "Awaiting the meeting"
    judgement = grade_label(case.scale, case.judgement.grade) if case.judgement else not_yet
    by_agency = (state_by_agency.get(label, "") for label, _ in board.cycle.agencies)
    why = fit(outside(case.judgement, reflections=board.reflections), "the case summary")
    judged = (_judged(case, section) for section in board.cycle.tool.graded)
    area = [clean(case.area)] if board.cycle.areas else []
    progress = _of(len(case.lines) - len(case.unanswered), len(case.lines))
    values = (clean(case.reference), *area, progress, *by_agency, judgement, *judged, why, link(board, case))
    return Row(case.id, values)


def _totals(board: Board) -> Row:
    """The last row: how many returns have come, in all and by agency, and how many cases are ratified."""
    lines = [line for case in board.cases for line in case.lines]
    waiting = [line for case in board.cases for line in case.unanswered]

    def there(asked: Sequence[LineOutline], left: Sequence[LineOutline]) -> str:
        return _of(len(asked) - len(left), len(asked))

    by_agency = (
        there([line for line in lines if line.agency == label], [line for line in waiting if line.agency == label])
        for label, _ in board.cycle.agencies
    )
    area = [""] if board.cycle.areas else []
    ratified = _of(sum(case.judgement is not None for case in board.cases), len(board.cases))
    blanks = ["", *[""] * len(board.cycle.tool.graded), ""]
    return Row("totals", (ALL, *area, there(lines, waiting), *by_agency, ratified, *blanks), total=True)


def _of(count: int, total: int) -> str:
    return f"{count} of {total}"


def _sections(board: Board) -> Mapping[str, str]:
    return graded_sections.names(board.cycle.tool)


def _judged(case: CaseView, section: Section) -> str:
    """The judgement of a section; "" until the case is ratified."""
    given = graded_sections.judged(case, section)
    return "" if given.result == AWAITING else section.shown(given.name)
