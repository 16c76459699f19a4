"""Looking at the parts of a spreadsheet that matter: marks and keys, and the rows that are to be written.

What isn't looked at is presumed to be as it was drawn; what people did to it is found by the next whole look.
"""

from collections.abc import Iterable, Mapping, Sequence

from sheets import seals
from sheets.answer import RangeJson
from sheets.found import Book, Grid
from sheets.memory import Memory, Remembered
from sheets.tabs import HEADER, KEY, Row, Tab
from sheets.writing import sealed_values

Shape = dict[int, tuple[dict[str, int], list[str]]]
"""Of each tab of ours, by sheetId: where its columns stand, and its key column."""


def shape(book: Book, tabs: Sequence[Tab]) -> Shape:
    """Where the columns and rows of those of these tabs stand that are there."""
    return shape_of(book, [grid.sheet_id for tab in tabs if (grid := book.grid(tab)) is not None])


def shape_of(book: Book, sheet_ids: Iterable[int]) -> Shape:
    """Where the columns and rows of tabs with these sheetIds stand."""
    wanted = set(sheet_ids)
    return {grid.sheet_id: (dict(grid.columns), _keys(grid)) for grid in book.grids if grid.sheet_id in wanted}


def _keys(grid: Grid) -> list[str]:
    across = grid.columns.get(KEY)
    keys = [] if across is None else [str(grid.at(row, across)) for row in range(len(grid.cells))]
    while keys and not keys[-1]:
        keys.pop()
    return keys


def skeleton(sheet_id: int, columns: Mapping[str, int], top: int = 0) -> list[RangeJson]:
    """The ranges that tell where a tab's columns and rows stand: a row, the header's if that is known, and the keys."""
    keys = columns.get(KEY, 0)
    return [
        {"sheetId": sheet_id, "startRowIndex": top, "endRowIndex": top + 1},
        {"sheetId": sheet_id, "startColumnIndex": keys, "endColumnIndex": keys + 1},
    ]


def rows_of(sheet_id: int, rows: Iterable[int]) -> list[RangeJson]:
    """The ranges of these rows, neighbours in one."""
    made: list[RangeJson] = []
    for row in sorted(rows):
        if made and made[-1]["endRowIndex"] == row:
            made[-1]["endRowIndex"] = row + 1
        else:
            made.append({"sheetId": sheet_id, "startRowIndex": row, "endRowIndex": row + 1})
    return made


def ranges(memory: Memory, changed: Mapping[str, Sequence[Row]], places: Mapping[str, set[int]]) -> list[RangeJson]:
    """What must be read to write the changed rows, which stand at these places."""
    return [
        one
        for key in changed
        for known in [memory.tabs[key]]
        for one in [*skeleton(known.sheet_id, known.columns, known.header), *rows_of(known.sheet_id, places[key])]
    ]


def places(book: Book, memory: Memory, tabs: Sequence[Tab]) -> dict[str, dict[str, int]] | None:
    """Where the rows of these tabs stand, by key; None if that can't be told from headers and keys alone."""
    found = {}
    for tab in tabs:
        grid = book.grid(tab)
        stand = _places(grid, tab, memory.tabs[tab.key]) if grid else None
        if stand is None:
            return None
        found[tab.key] = stand
    return found


def _places(grid: Grid, tab: Tab, known: Remembered) -> dict[str, int] | None:
    header = zip(tab.column_keys, sealed_values(tab, tab.header), strict=True)
    if any(not seals.same(grid.at(known.header, known.columns[key]), text) for key, text in header):
        return None
    grid.columns = dict(known.columns)
    drawn = {HEADER, *(row.key for row in tab.rows)}
    keys = [(key, row) for row, key in enumerate(_keys(grid)) if key in drawn]
    return dict(keys) if len(keys) == len(drawn) == len(dict(keys)) else None


def presume(book: Book, tab: Tab, stand: Mapping[str, int], seen: set[int]) -> None:
    """Let the rows that weren't seen hold what was drawn there."""
    grid = book.grid(tab)
    assert grid is not None  # noqa: S101  # `places` has found it
    across = [grid.columns[key] for key in tab.column_keys]
    for row in (tab.header, *tab.rows):
        at = stand[row.key]
        if at not in seen:
            for column, value in zip(across, sealed_values(tab, row), strict=True):
                grid.put(at, column, [value])
