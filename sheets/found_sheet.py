"""The spreadsheet as found: its tabs, the marks that show which are ours, and the contents of cells."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from sheets.google_answer import CellJson, ChartJson, DataJson, DeveloperMark, RangeJson, SheetJson, SpreadsheetJson
from sheets.tabs import Tab, Value

TAB_MARK, COLUMN_MARK, SHEET_MARK = "roundtable.tab", "roundtable.column", "roundtable.cycle"
"""Keys of the developer metadata on tabs, columns and the spreadsheet; the metadata's values are their keys or ids."""
REMOVED = "removed"
"""The mark of the tab that says that nothing is drawn in the spreadsheet any more."""
LOOKS_MARK = "roundtable.looks"
"""Key of the developer metadata that records the version of a tab's appearance (sheets/layout.py)."""
TURN_MARK = "roundtable.turn"
"""Key of the developer metadata of turns (sheets/fence.py)."""


@dataclass(frozen=True)
class Foreign:
    """A cell with something that we never draw: a formula, a tick box or an error. `text`: its content as text."""

    text: str


class Number(float):
    """A number that isn't as last drawn, with its formatted value: "12/03/2026" where Google stores 46093."""

    shown: str

    def __new__(cls, value: float, shown: str) -> Self:
        """The number `value`, which is displayed as `shown`."""
        made = super().__new__(cls, value)
        made.shown = shown
        return made


class TableHeading(str):
    """A header cell of a table that people made; Google allows only unique, non-empty texts there, and changes others.

    `instead`: the values that may have been drawn there before Google changed them to this text.
    """

    __slots__ = ("instead",)
    instead: tuple[Value, ...]

    def __new__(cls, text: str) -> Self:
        """The heading with this text."""
        made = super().__new__(cls, text)
        made.instead = tuple(_instead(text))
        return made


def _instead(text: str) -> Iterator[Value]:
    """The values that Google may have changed to this text: for "Column 4", in any language, ""; for "Good 2", "Good".

    For a formatted number or date it is the number. Google numbers these too: "0 2".
    """
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        yield from ("", numbered["text"])
    for look in (text, numbered["text"]) if numbered else (text,):
        with suppress(ValueError):
            yield float(look)
        for form in _DAYS:
            with suppress(ValueError):
                yield (datetime.strptime(look, form) - _FIRST) / timedelta(days=1)  # noqa: DTZ007  # London's, as drawn


Found = Value | Foreign
_NUMBERED = re.compile(r"(?P<text>.*?)[ (]*\d+\)?")
_DAYS = ("%a %d %b %Y", "%a %d %b %Y, %I:%M %p")  # as sheets.layout formats them
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001  # day 0 of a spreadsheet


class Rectangle(NamedTuple):
    """A rectangle of cells; ends are exclusive."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass
class Grid:
    """A tab as found. `columns`: mark -> place of each marked column; `cells` ends after the last non-empty row.

    `merged`: the rows with merged cells. `names`: the names of all named ranges of the spreadsheet. `ends`: the last
    rows of tables that people made of cells, except tables with a header only.
    """

    sheet_id: int
    title: str
    index: int
    row_count: int
    column_count: int
    mark: str | None = None
    looks: str | None = None
    columns: dict[str, int] = field(default_factory=dict)
    cells: list[list[Found]] = field(default_factory=list)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Rectangle] = field(default_factory=list)
    merged: set[int] = field(default_factory=set)
    charts: dict[int, frozenset[Rectangle]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    ends: set[int] = field(default_factory=set)

    def at(self, row: int, column: int) -> Found:
        """The content of a cell; "" if it is empty."""
        if row < len(self.cells) and column < len(self.cells[row]):
            return self.cells[row][column]
        return ""

    def put(self, row: int, column: int, values: Sequence[Found]) -> None:
        """Record these values in the cell at (row, column) and those to its right."""
        self.cells.extend([] for _ in range(row + 1 - len(self.cells)))
        line = self.cells[row]
        line.extend("" for _ in range(column - len(line)))
        line[column : column + len(values)] = values

    def blank(self, row: int) -> bool:
        """Whether a row is empty; unticked boxes count as empty, merged cells and notes don't."""
        line = self.cells[row] if row < len(self.cells) else []
        empty = all(value in ("", Foreign("FALSE")) for value in line)
        return empty and row not in self.merged and not any(at == row for at, _ in self.notes)

    @property
    def end(self) -> int:
        """The row after the last row that isn't blank."""
        beside = max((*self.merged, *(row for row, _ in self.notes)), default=-1) + 1
        filled = (row + 1 for row in reversed(range(beside, len(self.cells))) if not self.blank(row))
        return next(filled, beside)


@dataclass(frozen=True)
class Book:
    """A spreadsheet as found. `bound_to`: the id of the sheet that was drawn in it before, or None.

    `grids`: the tabs with cells; `titles` and `charts` (ids) are those of all tabs. `turns`: the texts of its turns.
    """

    bound_to: str | None
    grids: tuple[Grid, ...]
    titles: frozenset[str] = frozenset()
    charts: frozenset[int] = frozenset()
    turns: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()

    def grid(self, tab: Tab) -> Grid | None:
        """The grid of `tab`: the one with its sheetId, unless that has another tab's mark; else one with its mark."""
        marked = [grid for grid in self.grids if grid.mark == tab.key]
        ours = [grid for grid in self.grids if grid.sheet_id == tab.sheet_id and grid.mark in (tab.key, None)]
        return next(iter([*ours, *marked]), None)


def read(answer: SpreadsheetJson) -> Book:
    """Google's answer to a masked read, of all cells or of some ranges, as a Book."""
    sheets = answer.get("sheets", [])
    marks = answer.get("developerMetadata", [])
    names = frozenset(named.get("name", "") for named in answer.get("namedRanges", []))
    return Book(
        bound_to=_marked(marks, SHEET_MARK),
        grids=tuple(_grid(sheet, names) for sheet in sheets if "gridProperties" in sheet.get("properties", {})),
        titles=frozenset(sheet.get("properties", {}).get("title", "") for sheet in sheets),
        charts=frozenset(chart.get("chartId", 0) for sheet in sheets for chart in sheet.get("charts", [])),
        turns=tuple(mark.get("metadataValue", "") for mark in marks if mark["metadataKey"] == TURN_MARK),
        names=names,
    )


def _marked(marks: Iterable[DeveloperMark], key: str) -> str | None:
    return next((mark.get("metadataValue", "") for mark in marks if mark["metadataKey"] == key), None)


def _grid(sheet: SheetJson, names: frozenset[str]) -> Grid:
    properties = sheet.get("properties", {})
    size = properties.get("gridProperties", {})
    grid = Grid(
        sheet_id=properties.get("sheetId", 0),
        title=properties.get("title", ""),
        index=properties.get("index", 0),
        row_count=size.get("rowCount", 0),
        column_count=size.get("columnCount", 0),
        mark=_marked(sheet.get("developerMetadata", []), TAB_MARK),
        looks=_marked(sheet.get("developerMetadata", []), LOOKS_MARK),
        charts={chart["chartId"]: _sources(chart) for chart in sheet.get("charts", []) if "chartId" in chart},
        names=names,
    )
    grid.merges = [_area(merge, grid) for merge in sheet.get("merges", [])]
    grid.merged = {row for area in grid.merges for row in range(area.top, area.bottom)}
    for piece in sheet.get("data", []):
        _add_cells(grid, piece)
    for table in sheet.get("tables", []):
        _see_table(grid, _area(table.get("range", {}), grid))
    return grid


def _see_table(grid: Grid, area: Rectangle) -> None:
    grid.ends |= {area.bottom - 1} - {area.top}
    for across in range(area.left, area.right):
        value = grid.at(area.top, across)
        if isinstance(value, str) and value:
            grid.put(area.top, across, [TableHeading(value)])


def _add_cells(grid: Grid, piece: DataJson) -> None:
    top, left = piece.get("startRow", 0), piece.get("startColumn", 0)
    for row, line in enumerate(piece.get("rowData", []), top):
        cells = line.get("values", [])
        grid.put(row, left, [_value(cell) for cell in cells])
        grid.notes |= {(row, across): cell["note"] for across, cell in enumerate(cells, left) if cell.get("note")}
    for across, column in enumerate(piece.get("columnMetadata", []), left):
        mark = _marked(column.get("developerMetadata", []), COLUMN_MARK)
        if mark is not None:
            grid.columns.setdefault(mark, across)


def _value(cell: CellJson) -> Found:
    entered = cell.get("userEnteredValue", {})
    if "stringValue" in entered:
        return entered["stringValue"]
    if "numberValue" in entered:
        return entered["numberValue"]
    if "formulaValue" in entered:
        return Foreign(entered["formulaValue"])
    if "boolValue" in entered:
        return Foreign(str(entered["boolValue"]).upper())
    return "" if not entered else Foreign("(an error)")


def _area(given: RangeJson, grid: Grid) -> Rectangle:
    return Rectangle(
        given.get("startRowIndex", 0),
        given.get("endRowIndex", grid.row_count),
        given.get("startColumnIndex", 0),
        given.get("endColumnIndex", grid.column_count),
    )


def _sources(chart: ChartJson) -> frozenset[Rectangle]:
    """The ranges from which a chart takes its data; only those with all four bounds count, as ours have them."""
    basic = chart.get("spec", {}).get("basicChart", {})
    data = [
        *(domain.get("domain", {}) for domain in basic.get("domains", [])),
        *(series.get("series", {}) for series in basic.get("series", [])),
    ]
    ranges = [source for one in data for source in one.get("sourceRange", {}).get("sources", [])]
    return frozenset(
        Rectangle(
            one.get("startRowIndex", 0), one["endRowIndex"], one.get("startColumnIndex", 0), one["endColumnIndex"]
        )
        for one in ranges
        if "endRowIndex" in one and "endColumnIndex" in one
    )


def text(value: Found) -> str:
    """The content of a cell as text."""
    if isinstance(value, Foreign):
        return value.text
    if isinstance(value, Number):
        return value.shown
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
