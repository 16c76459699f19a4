"""Rows of ours as write requests: cells that differ from the drawing, with their row's seal; new rows completely."""

from collections.abc import Iterator, Mapping, Sequence

from sheets import requests, seals
from sheets.requests import Request
from sheets.tabs import KEY, SEAL, Link, Row, Tab, Value
from sheets.working_tab import Working

_ENOUGH = 150_000  # characters in one request; small beside a batch, so that batches can stay below their limit


def sealed_values(tab: Tab, row: Row) -> tuple[Value, ...]:
    """A row as it is written: its key, its seal, its cells, in the order of the tab's `column_keys`."""
    return (row.key, seals.seal(row.key, [column.key for column in tab.columns], row.values), *row.values)


def writes(work: Working, rows: Sequence[Row]) -> list[Request]:
    """Requests that write these rows in their places; neighbouring rows and columns share one request.

    Of an existing row only the cells that differ are written, so that what people type over another cell meanwhile
    stays and is found as their edit. The row's key isn't written if it is right: a row that people move there meanwhile
    keeps its identity, whether they sorted the hidden columns along or not, and the next pass finds the cells that
    ended up beside it. The seal is written last: if only the first of several writes was applied, it still describes
    the cells not yet changed. The seal of a new row is written with its key.
    """
    at = work.standing
    alike: dict[tuple[str, ...], list[tuple[int, tuple[Value, ...]]]] = {}
    for row in rows:
        values = sealed_values(work.tab, row)
        keys = work.tab.column_keys if row.key in work.fresh else differing(work, at[row.key], values)
        alike.setdefault(keys, []).append((at[row.key], values))
    made = [one for keys, placed in alike.items() for one in columns_of(work, keys, placed)]
    for across in work.released:
        filled = (row for row in sorted(at.values()) if work.grid.at(row, across) != "")
        made += [requests.write(work.grid.sheet_id, row, across, [[""]]) for row in filled]
    return made


def differing(work: Working, at: int, values: Sequence[Value]) -> tuple[str, ...]:
    """The columns of the row `at` that must be written for it to show `values`, in the order of `column_keys`.

    The key never is. The seal always is, even if right: wherever the cells end up, it identifies them.
    """
    cells = zip(work.tab.column_keys, values, strict=True)
    return tuple(
        key
        for key, value in cells
        if key == SEAL or (key != KEY and not seals.same(work.grid.at(at, work.at[key]), value))
    )


def columns_of(work: Working, keys: Sequence[str], placed: Sequence[tuple[int, tuple[Value, ...]]]) -> list[Request]:
    """Requests that write these columns of rows; `placed`: (row, values in the order of `column_keys`)."""
    order = {key: place for place, key in enumerate(work.tab.column_keys)}
    made: list[Request] = []
    for top, block in _blocks(sorted(placed, key=lambda one: one[0])):
        for segment in sorted(work.segments(keys), key=lambda one: SEAL in one and KEY not in one):
            picked = [order[key] for key in segment]
            cells = [[values[place] for place in picked] for values in block]
            made += rows_at(work.grid.sheet_id, top, work.at[segment[0]], cells)
        made += links_at(work.tab, work.grid.sheet_id, top, work.at, block)
    return made


def links_at(
    tab: Tab, sheet_id: int, top: int, at: Mapping[str, int], rows: Sequence[tuple[Value, ...]]
) -> list[Request]:
    """Requests that set the addresses of the links in `rows`, which are below one another from `top` on."""
    places = {key: place for place, key in enumerate(tab.column_keys)}
    return [
        requests.link(sheet_id, top, at[column.key], [getattr(row[places[column.key]], "url", "") for row in rows])
        for column in tab.columns
        if column.kind == "link" and any(isinstance(row[places[column.key]], Link) for row in rows)
    ]


def _blocks(placed: Sequence[tuple[int, tuple[Value, ...]]]) -> Iterator[tuple[int, list[tuple[Value, ...]]]]:
    """Rows directly below one another, grouped: (the first row's number, the values of all)."""
    block: list[tuple[Value, ...]] = []
    top = 0
    for place, values in placed:
        if block and place != top + len(block):
            yield top, block
            block = []
        if not block:
            top = place
        block.append(values)
    if block:
        yield top, block


def rows_at(sheet_id: int, top: int, left: int, rows: Sequence[Sequence[Value]]) -> list[Request]:
    """Requests of a sendable size that write rows from the cell (`top`, `left`) on."""
    made: list[Request] = []
    start, size = 0, 0
    for place, values in enumerate(rows):
        length = sum(len(value) + 40 if isinstance(value, str) else 40 for value in values)
        if place > start and size + length > _ENOUGH:
            made.append(requests.write(sheet_id, top + start, left, rows[start:place]))
            start, size = place, 0
        size += length
    return [*made, requests.write(sheet_id, top + start, left, rows[start:])]
