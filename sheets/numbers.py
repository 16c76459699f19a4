"""Numbers that people typed, as they look: Google keeps a day as the count of days since 1899.

How a number looks is asked only of those that aren't as we last drew them: to ask it of every cell would double a look.
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
"""All that is asked for to see how numbers look."""

Ask = Callable[[Sequence[RangeJson]], SpreadsheetJson]
"""Reads these ranges, masked by FIELDS."""


def look(book: Book, tabs: Sequence[Tab], ask: Ask) -> None:
    """Let every number that isn't as it was last drawn say how it looks; asks nothing if there is none."""
    ours = {grid.sheet_id: (grid, tab) for tab in tabs if (grid := book.grid(tab)) is not None}
    wanted: dict[int, dict[int, list[int]]] = {}
    for grid in book.grids:
        if grid.mark is not None and grid.sheet_id not in ours:  # Quarantine, whose days are ours, or a copy of a tab
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
                        if number is not None and grid.at(row, column) == number:  # else it was moved meanwhile
                            grid.put(row, column, [Number(number, cell.get("formattedValue", ""))])


def _strange(grid: Grid, tab: Tab | None) -> Iterator[tuple[int, int]]:
    """Where numbers stand that aren't as the seal of their row says: (row, column)."""
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
