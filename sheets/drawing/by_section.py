"""The tab By section: how each graded section was ratified, and how agencies graded it, by area and by agency."""

from collections.abc import Iterator

from audit.cases import graded_sections
from audit.cycle.board import Board
from audit.cycle.tally import Count, Tally
from audit.scales import Scale
from sheets.drawing import counts
from sheets.drawing.counts import RATIFIED, SELF
from sheets.drawing.words import CAVEAT
from sheets.tabs import Column, Row, Tab, TabChart
from sheets.text import clean

SHEET_ID = 731_000_006
CHART_ID = 731_006_001
_BEFORE = (
    Column("section", "Section", 230, identity=True),
    Column("counted", "What is counted", 190, identity=True),
    Column("part", "Of", 190, identity=True),
)


def tab(board: Board) -> Tab:
    """The tab By section: the ratified grades of each section, then all by area and by agency.

    Each scale has columns of its own.
    """
    scales = _scales(board)
    counted = counts.columns(scales)
    names, territory = graded_sections.names(board.cycle.tool), counts.whole(board)

    def row(part: tuple[str, str, str, Count], key: str, place: int) -> Row:
        kind, what, of, count = part
        values = counts.values(counted, count, place, cases=what == RATIFIED)
        return Row(f"{key}:{kind}", (clean(names[key]), what, clean(of), *values))

    placed = [(section.key, _place(scales, section.graded_on), tally) for section, tally in board.graded]
    first = [row(("ratified", RATIFIED, territory, tally.ratified), key, place) for key, place, tally in placed]
    others = [row(part, key, place) for key, place, tally in placed for part in _parts(tally, territory)]
    columns = (*_BEFORE, *counted)
    caveat = Row("caveat", (CAVEAT, *[""] * (len(columns) - 1)))
    keys = tuple(each.key for each in first)
    at = len(columns) + 3
    chart = TabChart(CHART_ID, f"{RATIFIED} by section", "section", counts.series(scales[0]), keys, at)
    rows = (*first, *others, caveat)
    alike = (chart,) if len(scales) == 1 else ()
    return Tab("by_section", "By section", SHEET_ID, columns, rows, frozen=3, charts=alike)


def _parts(tally: Tally, whole: str) -> Iterator[tuple[str, str, str, Count]]:
    """A section's rows after the first: (key, what is counted, whose, numbers); `whole` names all of them together."""
    for area, count in tally.by_area.items():
        yield f"ratified:area:{area}", RATIFIED, area, count
    yield "self", SELF, whole, tally.self_grades
    for area, count in tally.self_by_area.items():
        yield f"self:area:{area}", SELF, area, count
    for agency, count in tally.by_agency.items():
        yield f"self:agency:{agency}", SELF, agency, count


def _scales(board: Board) -> list[Scale]:
    """The distinct scales of the sections; scales that differ only in their descriptors count as one."""
    scales: list[Scale] = []
    for section in board.cycle.tool.graded:
        if not any(scale.same_steps(section.graded_on) for scale in scales):
            scales.append(section.graded_on)
    return scales


def _place(scales: list[Scale], scale: Scale) -> int:
    return next(place for place, each in enumerate(scales) if each.same_steps(scale))
