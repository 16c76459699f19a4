"""By which cells people know a row, and where these stand, whatever its key and seal say."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sheets import seals
from sheets.found_sheet import Found, Grid
from sheets.tabs import Tab, Value

Identity = tuple[Found, ...]


def rows_by_identity(grid: Grid, tab: Tab, at: Mapping[str, int]) -> dict[int, str]:
    """For each found row the key of the one drawn row that has the same identity cells."""
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
    keys_by_row = {}
    for row in range(len(grid.cells)):
        key = drawn.get(tuple(seals.fold(grid.at(row, column)) for column in across))
        if key is not None:
            keys_by_row[row] = key
    return keys_by_row


def titles(grid: Grid, tab: Tab, at: Mapping[str, int]) -> int | None:
    """The one row whose identity cells are the titles of their columns, or None."""
    wanted = [(at[one.key], one.header) for one in tab.columns if one.identity]
    rows = range(len(grid.cells))
    found = [row for row in rows if all(seals.same(grid.at(row, across), title) for across, title in wanted)]
    return found[0] if len(found) == 1 else None


def without_identity(grid: Grid, tab: Tab, at: Mapping[str, int], row: int, drawn: Sequence[Value]) -> bool:
    """Whether its identity cells are gone from a row in which other cells stand still as `drawn`."""
    cells = [(one.identity, grid.at(row, at[one.key]), drawn[n]) for n, one in enumerate(tab.columns) if one.key in at]
    gone = all(cell == "" for identity, cell, _ in cells if identity)
    return gone and any(value != "" and seals.same(cell, value) for identity, cell, value in cells if not identity)
