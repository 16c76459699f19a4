"""Where a tab's columns and rows are once a turn is applied, and whether they were found there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sheets import matching, seals
from sheets.fence import Kind
from sheets.found_sheet import Book, Found, Grid
from sheets.tabs import Tab

_APART = 2  # rows that lengthen an answer as much as a further range does


@dataclass(frozen=True)
class TabPositions:
    """Where a tab's `columns` and `rows` (the header among them) are, by key.

    `expected`: row number -> column key -> the cells that identify a written row: its key and, after cells were
    written, its identity cells.
    """

    tab: Tab
    sheet_id: int
    title: str
    columns: dict[str, int]
    rows: dict[str, int]
    expected: Mapping[int, Mapping[str, Found]] = field(default_factory=dict)

    def ranges(self, kind: Kind) -> list[str]:
        """The ranges (A1) to read after a write: all of the tab after keys; marks and expected cells after cells."""
        title = "'" + self.title.replace("'", "''") + "'"
        if kind == "keys":
            return [title]
        across = [self.columns[key] for cells in self.expected.values() for key in cells]
        left, right, rows = _letters(min(across)), _letters(max(across)), runs(self.expected, _APART)
        return [f"{title}!1:1", *(f"{title}!{left}{top + 1}:{right}{bottom}" for top, bottom in rows)]

    def holds(self, book: Book, kind: Kind) -> bool:
        """Whether the columns, and the rows that were written, are where they should be."""
        grid = next((grid for grid in book.grids if grid.sheet_id == self.sheet_id), None)
        if grid is None:
            return False
        if any(grid.columns.get(key) != at for key, at in self.columns.items()):
            return False
        if kind == "keys" and not self._seals_agree(grid):
            return False
        return all(
            seals.same(grid.at(row, self.columns[key]), value)
            for row, cells in self.expected.items()
            for key, value in cells.items()
        )

    def _seals_agree(self, grid: Grid) -> bool:
        """Whether the rows are still those whose keys were written, judging by their seals and cells."""
        rows = matching.match(grid, self.tab, self.columns, "keys").rows
        return all(self.rows.get(key) == row for key, row in rows.items())


def runs(rows: Iterable[int], apart: int = 0) -> list[tuple[int, int]]:
    """Rows, from the top, as runs of neighbours: (the first row, the row after the last).

    `apart`: rows with up to this many others between them still count as neighbours.
    """
    made: list[tuple[int, int]] = []
    for row in sorted(rows):
        if made and row - made[-1][1] <= apart:
            made[-1] = made[-1][0], row + 1
        else:
            made.append((row, row + 1))
    return made


def _letters(column: int) -> str:
    """A column's letters in A1 notation; `column` counts from 0."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
