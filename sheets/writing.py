"""Rows of ours as requests: whole, seal included, and only in our columns; with its key only a row that is new."""

from collections.abc import Iterator, Mapping, Sequence

from sheets import requests, seals
from sheets.requests import Request
from sheets.tabs import KEY, Link, Row, Tab, Value
from sheets.working_tab import Working

_ENOUGH = 150_000  # characters in one request; several such fit in a batch, so that a batch can stay below its limit


def sealed_values(tab: Tab, row: Row) -> tuple[Value, ...]:
    """A row as it is written: its key, its seal, its cells; in the order of the tab's `column_keys`."""
    return (row.key, seals.seal(row.key, [column.key for column in tab.columns], row.values), *row.values)


def writes(work: Working, rows: Sequence[Row]) -> list[Request]:
    """Requests that write these rows where they stand; neighbouring rows and columns go in one.

    The key of a row that stands already is right, and isn't written again, nor are the cells that say what it is about
    if they are right: so a row that people put there meanwhile stays what it is, whether they sorted it with the hidden
    columns or without, and the cells that came to stand beside it are found out of place by the next pass.
    """
    keys = work.tab.column_keys
    identity = {column.key for column in work.tab.columns if column.identity}
    standing = [row for row in rows if row.key not in work.fresh]
    named = [row for row in standing if work.is_named(row)]
    made = [
        *_writes(work, [row for row in rows if row.key in work.fresh], keys),
        *_writes(work, [row for row in standing if row not in named], [key for key in keys if key != KEY]),
        *_writes(work, named, [key for key in keys if key != KEY and key not in identity]),
    ]
    for across in work.released:
        made += [requests.write(work.grid.sheet_id, row, across, [[""]]) for row in sorted(work.standing.values())]
    return made


def _writes(work: Working, rows: Sequence[Row], keys: Sequence[str]) -> list[Request]:
    at, order = work.standing, {key: place for place, key in enumerate(work.tab.column_keys)}
    placed = sorted(((at[row.key], sealed_values(work.tab, row)) for row in rows), key=lambda one: one[0])
    made: list[Request] = []
    for top, block in _blocks(placed):
        for segment in work.segments(keys):
            picked = [order[key] for key in segment]
            cells = [[values[place] for place in picked] for values in block]
            made += rows_at(work.grid.sheet_id, top, work.at[segment[0]], cells)
        made += links_at(work.tab, work.grid.sheet_id, top, work.at, block)
    return made


def links_at(
    tab: Tab, sheet_id: int, top: int, at: Mapping[str, int], rows: Sequence[tuple[Value, ...]]
) -> list[Request]:
    """Requests that set where the links in `rows` lead, which stand one below the other from `top` on."""
    places = {key: place for place, key in enumerate(tab.column_keys)}
    return [
        requests.link(sheet_id, top, at[column.key], [getattr(row[places[column.key]], "url", "") for row in rows])
        for column in tab.columns
        if column.kind == "link" and any(isinstance(row[places[column.key]], Link) for row in rows)
    ]


def _blocks(placed: Sequence[tuple[int, tuple[Value, ...]]]) -> Iterator[tuple[int, list[tuple[Value, ...]]]]:
    """Rows that stand one below the other: (the place of the first, the values of all)."""
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
    """Requests, of a size that can be sent, that write rows from the cell (`top`, `left`) on."""
    made: list[Request] = []
    start, size = 0, 0
    for place, values in enumerate(rows):
        length = sum(len(value) + 40 if isinstance(value, str) else 40 for value in values)
        if place > start and size + length > _ENOUGH:
            made.append(requests.write(sheet_id, top + start, left, rows[start:place]))
            start, size = place, 0
        size += length
    return [*made, requests.write(sheet_id, top + start, left, rows[start:])]
