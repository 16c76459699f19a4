"""Numbers that people typed, as displayed: Google stores a date as a count of days since 1899.

Formatted values are read only for numbers that aren't as last drawn: for every cell they would double a read.
"""

from collections.abc import Callable, Iterator, Sequence

from sheets import seals
from sheets.found_sheet import Book, Grid, Number
from sheets.google_answer import RangeJson, SpreadsheetJson
from sheets.tabs import SEAL, Tab

FIELDS = (
    "sheets(properties(sheetId),data(startRow,startColumn,"
    "rowData(values(userEnteredValue(numberValue),formattedValue))))"
)
"""Google's `fields` for reading formatted numbers."""

Ask = Callable[[Sequence[RangeJson]], SpreadsheetJson]
"""Reads these ranges, masked by FIELDS."""


def look(book: Book, tabs: Sequence[Tab], ask: Ask) -> None:
    """Replace each number that isn't as last drawn by a Number with its formatted value; no read if there is none."""
    ours = {grid.sheet_id: (grid, tab) for tab in tabs if (grid := book.grid(tab)) is not None}
    wanted: dict[int, dict[int, list[int]]] = {}
    for grid in book.grids:
        if grid.mark is not None and grid.sheet_id not in ours:  # Quarantine, whose dates are ours, or a copy of a tab
            continue
        for row, column in _strange(grid, ours[grid.sheet_id][1] if grid.sheet_id in ours else None):
            wanted.setdefault(grid.sheet_id, {}).setdefault(column, []).append(row)
    ranges: list[RangeJson] = [
        {
            "sheetId": sheet_id,
            "startRowIndex": min(rows),
            "endRowIndex": max(rows) + 1,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        for sheet_id, columns in wanted.items()
        for column, rows in columns.items()
    ]
    if ranges:
        grids = {grid.sheet_id: grid for grid in book.grids}
        for sheet in ask(ranges).get("sheets", []):
            grid = grids[sheet.get("properties", {}).get("sheetId", 0)]
            for piece in sheet.get("data", []):
                for row, line in enumerate(piece.get("rowData", []), piece.get("startRow", 0)):
                    for column, cell in enumerate(line.get("values", []), piece.get("startColumn", 0)):
                        number = cell.get("userEnteredValue", {}).get("numberValue")
                        if number is not None and grid.at(row, column) == number:  # otherwise it was moved meanwhile
                            grid.put(row, column, [Number(number, cell.get("formattedValue", ""))])


def _strange(grid: Grid, tab: Tab | None) -> Iterator[tuple[int, int]]:
    """(row, column) of numbers that aren't as the seal of their row says."""
    columns = [column.key for column in tab.columns] if tab else []
    places = {grid.columns[key]: place for place, key in enumerate(columns) if key in grid.columns}
    for row, line in enumerate(grid.cells):
        numbers = [column for column, value in enumerate(line) if isinstance(value, int | float)]
        seal = seals.read(grid.at(row, grid.columns[SEAL])) if numbers and SEAL in grid.columns else None
        cells = seal.cells if seal and seal.covers(columns) else ()
        for column in numbers:
            place = places.get(column)
            if place is None or not cells or seals.cell_digest(line[column]) != cells[place]:
                yield row, column
