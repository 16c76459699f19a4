"""Recognises rows by the identity cells that people see, whatever their keys and seals say."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from sheets import seals
from sheets.found_sheet import Found, Grid
from sheets.seals import Seal
from sheets.tabs import Tab

Identity = tuple[Found, ...]


def rows_by_identity(grid: Grid, tab: Tab, at: Mapping[str, int], sealed: Mapping[str, Seal]) -> dict[int, str]:
    """Row number -> the key of the one row with the same identity cells.

    Compared first are the cells as last drawn, of which the seals (`sealed`, by key) have digests, then the cells as
    drawn now. So a renamed case or agency is recognised by its old name until the new one is drawn, and a row that is
    no longer drawn by what it showed.
    """
    places = [(place, at.get(column.key)) for place, column in enumerate(tab.columns) if column.identity]
    across = [column for _, column in places if column is not None]
    if not places or len(across) < len(places):
        return {}
    columns = [column.key for column in tab.columns]
    covering = ((key, seal) for key, seal in sealed.items() if seal.covers(columns))
    drawn = _unique((tuple(seals.fold(row.values[place]) for place, _ in places), row.key) for row in tab.rows)
    known = _unique((tuple(seal.cells[place] for place, _ in places), key) for key, seal in covering)
    keys_by_row = {}
    for row in range(len(grid.cells)):
        cells = [grid.at(row, column) for column in across]
        if not all(cells):
            continue
        digests = itertools.product(*([seals.cell_digest(one) for one in seals.readings(cell)] for cell in cells))
        key = next((known[one] for one in digests if one in known), None) or drawn.get(tuple(map(seals.fold, cells)))
        if key is not None:
            keys_by_row[row] = key
    return keys_by_row


def _unique(named: Iterable[tuple[Identity, str]]) -> dict[Identity, str]:
    """Identity -> key of its row, without identities that several rows share."""
    pairs = list(named)
    times = Counter(identity for identity, _ in pairs)
    return {identity: key for identity, key in pairs if times[identity] == 1}


def titles(grid: Grid, tab: Tab, at: Mapping[str, int]) -> int | None:
    """The one row whose identity cells hold the titles of their columns, or None."""
    wanted = [(at[one.key], one.header) for one in tab.columns if one.identity]
    rows = range(len(grid.cells))
    titled = [row for row in rows if all(seals.same(grid.at(row, across), title) for across, title in wanted)]
    return titled[0] if len(titled) == 1 else None


def without_identity(
    grid: Grid, tab: Tab, at: Mapping[str, int], row: int, shows: Callable[[int, Found], bool]
) -> bool:
    """Whether a row's identity cells are empty while other cells still show it.

    `shows(place, cell)`: whether the cell of the column numbered `place` still shows the row.
    """
    cells = [(n, one.identity, grid.at(row, at[one.key])) for n, one in enumerate(tab.columns) if one.key in at]
    gone = all(cell == "" for _, identity, cell in cells if identity)
    return gone and any(cell != "" and shows(place, cell) for place, identity, cell in cells if not identity)
