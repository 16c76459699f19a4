"""By which cells people know a row, and where these stand, whatever its key and seal say."""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping

from sheets import seals
from sheets.found_sheet import Found, Grid
from sheets.seals import Seal
from sheets.tabs import Tab

Identity = tuple[Found, ...]


def rows_by_identity(grid: Grid, tab: Tab, at: Mapping[str, int], gone: Mapping[str, Seal]) -> dict[int, str]:
    """For each found row the key of the one row that has the same identity cells: a drawn one, or one that is `gone`.

    Of those that are drawn no more only their seals, by key, say what they showed.
    """
    places = [(place, at.get(column.key)) for place, column in enumerate(tab.columns) if column.identity]
    across = [column for _, column in places if column is not None]
    if not places or len(across) < len(places):
        return {}
    drawn: dict[Identity, str] = {}
    known = Counter(tuple(seals.fold(row.values[place]) for place, _ in places) for row in tab.rows)
    for drawn_row in tab.rows:
        identity = tuple(seals.fold(drawn_row.values[place]) for place, _ in places)
        if known[identity] == 1 and all(identity):
            drawn[identity] = drawn_row.key
    covering = {key: seal for key, seal in gone.items() if seal.covers([column.key for column in tab.columns])}
    sealed = {tuple(seal.cells[place] for place, _ in places): key for key, seal in covering.items()}
    keys_by_row = {}
    for row in range(len(grid.cells)):
        cells = [grid.at(row, column) for column in across]
        key = drawn.get(tuple(map(seals.fold, cells)))
        if key is None and sealed and all(cells):
            digests = itertools.product(*([seals.cell_digest(one) for one in seals.readings(cell)] for cell in cells))
            key = next((sealed[one] for one in digests if one in sealed), None)
        if key is not None:
            keys_by_row[row] = key
    return keys_by_row


def titles(grid: Grid, tab: Tab, at: Mapping[str, int]) -> int | None:
    """The one row whose identity cells are the titles of their columns, or None."""
    wanted = [(at[one.key], one.header) for one in tab.columns if one.identity]
    rows = range(len(grid.cells))
    found = [row for row in rows if all(seals.same(grid.at(row, across), title) for across, title in wanted)]
    return found[0] if len(found) == 1 else None


def without_identity(
    grid: Grid, tab: Tab, at: Mapping[str, int], row: int, shows: Callable[[int, Found], bool]
) -> bool:
    """Whether its identity cells are gone from a row in which other cells stand still.

    `shows` says of a cell and its place among the columns whether it stands still.
    """
    cells = [(n, one.identity, grid.at(row, at[one.key])) for n, one in enumerate(tab.columns) if one.key in at]
    gone = all(cell == "" for _, identity, cell in cells if identity)
    return gone and any(cell != "" and shows(place, cell) for place, identity, cell in cells if not identity)
