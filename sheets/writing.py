"""Rows of ours as requests: the cells that aren't as drawn, with the seal of their row; all of a row that is new."""

from collections.abc import Iterator, Mapping, Sequence

from sheets import requests, seals
from sheets.requests import Request
from sheets.tabs import KEY, SEAL, Link, Row, Tab, Value
from sheets.working_tab import Working

_ENOUGH = 150_000  # characters in one request; several such fit in a batch, so that a batch can stay below its limit


def sealed_values(tab: Tab, row: Row) -> tuple[Value, ...]:
    """A row as it is written: its key, its seal, its cells; in the order of the tab's `column_keys`."""
    return (row.key, seals.seal(row.key, [column.key for column in tab.columns], row.values), *row.values)


def writes(work: Working, rows: Sequence[Row]) -> list[Request]:
    """Requests that write these rows where they stand; neighbouring rows and columns go in one.

    Of a row that stands already only the cells that aren't as drawn: what people type over another one meanwhile stays,
    and is found as theirs. Nor is what says whose row it is written, if it is right: so a row that people put there
    meanwhile stays what it is, whether they sorted it with the hidden columns or without, and the cells that came to
    stand beside it are found out of place by the next pass. The seal comes last: where only the first of several writes
    was applied, it still speaks of the cells that weren't changed yet. A new row's goes with its key.
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

    Never the key. The seal even if it is right: wherever the cells come to stand, it says that they came there.
    """
    cells = zip(work.tab.column_keys, values, strict=True)
    return tuple(
        key
        for key, value in cells
        if key == SEAL or (key != KEY and not seals.same(work.grid.at(at, work.at[key]), value))
    )


def columns_of(work: Working, keys: Sequence[str], placed: Sequence[tuple[int, tuple[Value, ...]]]) -> list[Request]:
    """Requests that write these columns of rows, each row its place and its values in the order of `column_keys`."""
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
