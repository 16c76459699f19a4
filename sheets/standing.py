"""Where a tab's columns and rows stand once a turn is applied, and whether they were found to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets import matching, seals
from sheets.fence import Kind
from sheets.found import Book, Grid
from sheets.tabs import KEY, Tab


@dataclass(frozen=True)
class Standing:
    """`columns` and `rows` (the header among them) by key; `expected`: what the key cells of the rows written say."""

    tab: Tab
    sheet_id: int
    title: str
    columns: dict[str, int]
    rows: dict[str, int]
    expected: Mapping[int, str] = field(default_factory=dict)

    def ranges(self, kind: Kind) -> list[str]:
        """What must be read to know, in A1: after keys all of the tab; after cells a row, for its marks, and keys."""
        title = "'" + self.title.replace("'", "''") + "'"
        if kind == "keys":
            return [title]
        column, rows = _letters(self.columns[KEY]), self.expected
        return [f"{title}!1:1", f"{title}!{column}{min(rows) + 1}:{column}{max(rows) + 1}"]

    def holds(self, book: Book, kind: Kind) -> bool:
        """Whether the columns, and the rows that were written, stand where they should."""
        grid = next((grid for grid in book.grids if grid.sheet_id == self.sheet_id), None)
        if grid is None:
            return False
        if any(grid.columns.get(key) != at for key, at in self.columns.items()):
            return False
        if kind == "keys" and not self._seals_agree(grid):
            return False
        return all(seals.same(grid.at(row, self.columns[KEY]), key) for row, key in self.expected.items())

    def _seals_agree(self, grid: Grid) -> bool:
        """Whether the rows are still those whose keys were written, going by what else tells it."""
        rows = matching.match(grid, self.tab, self.columns, "keys").rows
        return all(self.rows.get(key) == row for key, row in rows.items())


def _letters(column: int) -> str:
    """A column's letters."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
