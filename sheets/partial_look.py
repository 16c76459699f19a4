"""Reads only the parts of a spreadsheet that matter: its marks, headers, and the rows to be written.

Each row shows whether it is the expected one; if rows were shifted, the key columns alone show where they are. Whatever
isn't read is presumed to be as drawn; people's edits to it are found by the next complete read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sheets import seals
from sheets.found_sheet import Book, Grid
from sheets.google_answer import RangeJson
from sheets.memory import Memory, RememberedTab
from sheets.tab_positions import runs
from sheets.tabs import HEADER, KEY, SEAL, Row, Tab
from sheets.writing import sealed_values

Shape = dict[int, tuple[dict[str, int], list[str]]]
"""sheetId -> (column key -> its place, the contents of the key column), of each tab of ours."""


def shape(book: Book, tabs: Sequence[Tab]) -> Shape:
    """The Shape of these tabs, as far as the spreadsheet has them."""
    return shape_of(book, [grid.sheet_id for tab in tabs if (grid := book.grid(tab)) is not None])


def shape_of(book: Book, sheet_ids: Iterable[int]) -> Shape:
    """The Shape of the tabs with these sheetIds."""
    wanted = set(sheet_ids)
    return {grid.sheet_id: (dict(grid.columns), _keys(grid)) for grid in book.grids if grid.sheet_id in wanted}


def _keys(grid: Grid) -> list[str]:
    across = grid.columns.get(KEY)
    keys = [] if across is None else [str(grid.at(row, across)) for row in range(len(grid.cells))]
    while keys and not keys[-1]:
        keys.pop()
    return keys


def position_ranges(sheet_id: int, columns: Mapping[str, int]) -> list[RangeJson]:
    """The ranges that show where a tab's columns and rows are: one row, for the columns' marks, and the key column."""
    keys = columns.get(KEY, 0)
    return [
        {"sheetId": sheet_id, "startRowIndex": 0, "endRowIndex": 1},
        {"sheetId": sheet_id, "startColumnIndex": keys, "endColumnIndex": keys + 1},
    ]


Places = dict[str, dict[str, int]]
"""Tab's key -> row's key (the header's among them) -> row number."""


def ranges(memory: Memory, stand: Places, rows: Mapping[str, Iterable[str]]) -> list[RangeJson]:
    """The ranges to read before `rows` (tab's key -> row keys) are written: each tab's header, and these rows."""
    return [
        {"sheetId": memory.tabs[tab].sheet_id, "startRowIndex": top, "endRowIndex": bottom}
        for tab, keys in rows.items()
        for top, bottom in runs({stand[tab][key] for key in (HEADER, *keys)})
    ]


def remembered(memory: Memory, tabs: Sequence[Tab]) -> Places:
    """Where the rows of these tabs were, according to the memory."""
    return {tab.key: {row.key: memory.tabs[tab.key].place(row) for row in (tab.header, *tab.rows)} for tab in tabs}


def key_columns(memory: Memory, tabs: Sequence[Tab]) -> list[RangeJson]:
    """The ranges of these tabs' key columns."""
    return [position_ranges(known.sheet_id, known.columns)[1] for tab in tabs for known in [memory.tabs[tab.key]]]


def places(memory: Memory, tabs: Sequence[Tab], columns: Mapping[int, Sequence[object]]) -> Places | None:
    """Where the rows of these tabs are, by their key `columns` (sheetId -> values).

    None if a row is missing or occurs twice.
    """
    by_tab = {}
    for tab in tabs:
        drawn = {HEADER, *(row.key for row in tab.rows)}
        column = columns.get(memory.tabs[tab.key].sheet_id, ())
        keys = [(text, row) for row, text in enumerate(column) if isinstance(text, str) and text in drawn]
        by_tab[tab.key] = dict(keys)
        if not len(keys) == len(drawn) == len(by_tab[tab.key]):
            return None
    return by_tab


def is_as_remembered(
    book: Book, memory: Memory, tabs: Sequence[Tab], stand: Places, rows: Mapping[str, Collection[str]]
) -> bool:
    """Whether the headers and `rows` (tab's key -> row keys) are where `stand` says, and columns as remembered."""
    for tab in tabs:
        grid, known = book.grid(tab), memory.tabs[tab.key]
        if grid is None or grid.sheet_id != known.sheet_id or not _is_header(grid, tab, known, stand[tab.key][HEADER]):
            return False
        wanted = (row for row in tab.rows if row.key in rows[tab.key])
        if not all(_is_row(grid, tab, known, row, stand[tab.key][row.key]) for row in wanted):
            return False
    return True


def _is_header(grid: Grid, tab: Tab, known: RememberedTab, at: int) -> bool:
    header = zip(tab.column_keys, sealed_values(tab, tab.header), strict=True)
    return all(seals.same(grid.at(at, known.columns[key]), text) for key, text in header)


def _is_row(grid: Grid, tab: Tab, known: RememberedTab, row: Row, at: int) -> bool:
    """Whether key, seal and identity cells at a place are `row`'s; a sort may have left the hidden columns behind."""
    seal = seals.read(grid.at(at, known.columns[SEAL]))
    if seal is None or seal.of_key != seals.key_digest(row.key):
        return False
    own = zip(tab.columns, row.values, strict=True)
    expected = {KEY: row.key} | {column.key: value for column, value in own if column.identity}
    return all(seals.same(grid.at(at, known.columns[key]), value) for key, value in expected.items())


def fill_unread(
    book: Book, memory: Memory, tabs: Sequence[Tab], stand: Places, rows: Mapping[str, Collection[str]]
) -> None:
    """Fill the rows of these tabs that weren't read with what was drawn there, unmerged, with columns as remembered."""
    for tab in tabs:
        grid = book.grid(tab)
        assert grid is not None  # noqa: S101  # `is_as_remembered` has returned true
        grid.columns = dict(memory.tabs[tab.key].columns)
        across, at = [grid.columns[key] for key in tab.column_keys], stand[tab.key]
        for row in tab.rows:
            if row.key not in rows[tab.key]:
                for column, value in zip(across, sealed_values(tab, row), strict=True):
                    grid.put(at[row.key], column, [value])
        known = {at[key] for key in (HEADER, *rows[tab.key])}
        grid.merges = [area for area in grid.merges if known & set(range(area.top, area.bottom))]
        grid.merged = {row for area in grid.merges for row in range(area.top, area.bottom)}
