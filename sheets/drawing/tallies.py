"""The tab Tallies: ratified judgements and self-grades by area and by agency, charts of these, and learning themes."""

from audit.cycle.board import Board
from audit.cycle.tally import AS_RELEASED, Count
from audit.findings.findings import ThemeCount
from sheets.drawing import counts
from sheets.drawing.counts import RATIFIED, SELF
from sheets.drawing.words import CAVEAT
from sheets.tabs import Column, Row, Tab, TabChart
from sheets.text import clean

SHEET_ID = 731_000_004
THEME = "Learning theme"
CHART_ID, OVERALL_ID = 731_004_001, 731_004_101


def tab(board: Board) -> Tab:
    """The tab Tallies, with literal numbers counted by audit.cycle.board."""
    tally, tool, territory = board.tally, board.cycle.tool, counts.whole(board)
    counted = counts.columns([board.cycle.scale] if tool.asks_overall else [], no_overall=not tool.needs_overall)
    columns = (
        Column("counted", "What is counted", 190, identity=True),
        Column("part", "Of", 230, identity=True),
        *counted,
        Column("found", "Found in", 80),
    )

    def row(key: str, what: str, part: str, count: Count, *, cases: bool = False) -> Row:
        return Row(key, (what, clean(part), *counts.values(counted, count, cases=cases), ""))

    rows = (
        *(row(f"ratified:area:{area}", RATIFIED, area, each, cases=True) for area, each in tally.by_area.items()),
        row("ratified:all", RATIFIED, territory, tally.ratified, cases=True),
        *(row(f"self:area:{area}", SELF, area, each) for area, each in tally.self_by_area.items()),
        *(row(f"self:agency:{agency}", SELF, agency, each) for agency, each in tally.by_agency.items()),
        row("self:all", SELF, territory, tally.self_grades),
        *(_theme(each, len(columns)) for each in board.themes),
        *(
            Row(key, (said, *[""] * (len(columns) - 1)))
            for key, said in (("caveat", CAVEAT), ("released", AS_RELEASED), *_base(board))
        ),
    )
    return Tab("tallies", "Tallies", SHEET_ID, columns, rows, frozen=2, charts=_charts(board, len(columns)))


def _base(board: Board) -> tuple[tuple[str, str], ...]:
    """The row saying how many cases are counted, if those whose summaries aren't out yet don't count."""
    counted, cases = board.tally.ratified.total, len(board.cases)
    if board.unreleased or counted == cases:
        return ()
    return (("base", f"{counted} of {cases} cases; the others follow with their summaries."),)


def _charts(board: Board, width: int) -> tuple[TabChart, ...]:
    """The charts of the report: ratified judgements in all, and by area if there are areas."""
    if not board.cycle.tool.asks_overall:
        return ()
    keys, series = tuple(f"ratified:area:{area}" for area in board.tally.by_area), counts.series(board.cycle.scale)
    whole = TabChart(OVERALL_ID, RATIFIED, "part", series, ("ratified:all",), width + 3, len(keys))
    return (TabChart(CHART_ID, f"{RATIFIED} by area", "part", series, keys, width + 3), whole) if keys else (whole,)


def _theme(count: ThemeCount, width: int) -> Row:
    """The number of cases in which the meetings found a theme, whatever their grades."""
    return Row(f"theme:{count.theme_id}", (THEME, clean(count.named), *[""] * (width - 4), count.of, count.cases))
