"""Locates a tab's columns and its header, whatever marks and keys were lost."""

from collections.abc import Mapping

from sheets import seals
from sheets.found_sheet import Grid
from sheets.tabs import HEADER, KEY, SEAL, Tab


def columns(grid: Grid, tab: Tab) -> dict[str, int]:
    """Column key -> its place, by the columns' marks, or for columns that lost their marks by their headers.

    The latter count as ours only if they show what we drew: people may have columns of their own with such headers.
    """
    places = dict(grid.columns)
    top = (header(grid, tab, places) or 0) if places else 0
    line = grid.cells[top] if top < len(grid.cells) else []
    free = [(across, value) for across, value in enumerate(line) if across not in places.values()]
    for across, value in free:
        if (seal := seals.read(value)) and seal.of_key == seals.key_digest(HEADER):
            places.setdefault(SEAL, across)
    wanted = {HEADER: KEY} | {column.header: column.key for column in reversed(tab.columns) if column.header}
    for across, value in free:
        key = wanted.get(str(seals.fold(value)))
        if key and key not in places and _is_drawn(grid, tab, key, across, places.get(SEAL)):
            places[key] = across
    return places


def _is_drawn(grid: Grid, tab: Tab, key: str, across: int, sealed: int | None) -> bool:
    """Whether at least half of the sealed cells below a column's header are as last drawn; true without seals."""
    keys = [column.key for column in tab.columns]
    if key == KEY or sealed is None:
        return True
    alike = others = 0
    for row in range(len(grid.cells)):
        seal, value = seals.read(grid.at(row, sealed)), grid.at(row, across)
        if value != "" and seal is not None and seal.covers(keys) and seal.of_key != seals.key_digest(HEADER):
            same = seals.is_sealed(value, seal.cells[keys.index(key)])
            alike, others = alike + same, others + (not same)
    return alike >= others


def header(grid: Grid, tab: Tab, at: Mapping[str, int]) -> int | None:
    """The header's row, found by its key, else by its seal, else by most of its titles.

    0 if it isn't found and the first row is empty; otherwise None.
    """
    rows = range(len(grid.cells))
    if KEY in at:
        for row in rows:
            if seals.same(grid.at(row, at[KEY]), HEADER):
                return row
    if SEAL in at:
        for row in rows:
            seal = seals.read(grid.at(row, at[SEAL]))
            if seal and seal.of_key == seals.key_digest(HEADER):
                return row
    named = [column for column in tab.columns if column.key in at and column.header]
    for row in rows:
        if named and 2 * sum(seals.same(grid.at(row, at[one.key]), one.header) for one in named) > len(named):
            return row
    return 0 if grid.blank(0) else None
