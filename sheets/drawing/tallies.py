"""The tab Tallies: grade by area and by agency, ratified and self-grades apart, a chart of them; learning themes."""

from collections.abc import Mapping

from audit.cycle.board import Board
from audit.cycle.tally import AS_RELEASED, Count
from audit.findings.findings import ThemeCount
from audit.scales import NOT_GRADED, REASONS
from sheets.drawing.words import AWAITED, CAVEAT, DECLINED, DIDNT_COME, NIL, UNGRADED
from sheets.tabs import Chart, Column, Row, Tab, Value
from sheets.text import clean

SHEET_ID = 731_000_004
RATIFIED, SELF, THEME = "Ratified case judgements", "Agencies' self-grades", "Learning theme"
CHART_ID = 731_004_001


def tab(board: Board) -> Tab:
    """Tallies: literals, counted by audit/tallies."""
    tally, scale = board.tally, board.cycle.scale
    columns = (
        Column("counted", "What is counted", 190, identity=True),
        Column("part", "Of", 230, identity=True),
        *(Column(f"grade:{grade.key}", grade.label, 110) for grade in scale.grades),
        Column(NOT_GRADED, UNGRADED, 110),
        *(Column(f"reason:{key}", f"{UNGRADED}: {label.lower()}", 130) for key, label in REASONS.items()),
        Column("nil", NIL, 80),
        Column("declined", DECLINED, 80),
        Column("awaiting", AWAITED, 80),
        Column("missed", DIDNT_COME, 80),
        Column("total", "Total", 80),
        Column("found", "Found in", 80),
    )
    rows = (
        *_rows("ratified:area", RATIFIED, tally.by_area, cases=True),
        _row("ratified:all", RATIFIED, "The whole cycle", tally.ratified, cases=True),
        *_rows("self:area", SELF, tally.self_by_area),
        *_rows("self:agency", SELF, tally.by_agency),
        _row("self:all", SELF, "The whole cycle", tally.self_grades),
        *(_theme(each, len(columns)) for each in board.themes),
        *(
            Row(key, (said, *[""] * (len(columns) - 1)))
            for key, said in (("caveat", CAVEAT), ("released", AS_RELEASED), *_base(board))
        ),
    )
    return Tab("tallies", "Tallies", SHEET_ID, columns, rows, frozen=2, chart=_chart(board, len(columns)))


def _base(board: Board) -> tuple[tuple[str, str], ...]:
    """Which cases are counted, where those whose summaries aren't out yet don't count."""
    counted, cases = board.tally.ratified.total, len(board.cases)
    if board.unreleased or counted == cases:
        return ()
    return (("base", f"{counted} of {cases} cases; the others follow with their summaries."),)


def _chart(board: Board, width: int) -> Chart | None:
    """The chart of the report: ratified judgements by area."""
    keys = tuple(f"ratified:area:{area}" for area in board.tally.by_area)
    grades = tuple((f"grade:{grade.key}", grade.colour) for grade in board.cycle.scale.grades)
    series = (*grades, (NOT_GRADED, "#8e8e8e"), ("awaiting", "#ffe599"))
    return Chart(CHART_ID, f"{RATIFIED} by area", "part", series, keys, width + 3) if keys else None


def _rows(prefix: str, counted: str, counts: Mapping[str, Count], *, cases: bool = False) -> list[Row]:
    return [_row(f"{prefix}:{label}", counted, label, count, cases=cases) for label, count in counts.items()]


def _row(key: str, counted: str, part: str, count: Count, *, cases: bool = False) -> Row:
    """A case is never nil or declined, and never fails to come: those cells stay empty, and are not 0."""
    others: tuple[Value, Value, Value] = ("", "", "") if cases else (count.nil, count.declined, count.missed)
    nil, declined, missed = others
    grades = (*count.grades.values(), count.not_graded_in_all, *count.not_graded.values())
    return Row(key, (counted, clean(part), *grades, nil, declined, count.awaiting, missed, count.total, ""))


def _theme(count: ThemeCount, width: int) -> Row:
    """In how many of the cases the meetings found a theme; grades have nothing to do with it."""
    return Row(f"theme:{count.theme_id}", (THEME, clean(count.named), *[""] * (width - 4), count.of, count.cases))
