"""People's own cells beside rows of ours, remembered across a write.

If the write hit people's cells because a column had just been moved, those cells are restored and reported.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sheets import find_edits, found_sheet, requests, seals
from sheets.find_edits import Drift
from sheets.found_sheet import Foreign, Found, Grid
from sheets.requests import Request
from sheets.tabs import WITHDRAWN
from sheets.working_tab import Working
from sheets.writing import sealed_values

Label = tuple[str, int]
"""A column of people's own: its header, and its number (from 0) among the columns with that header."""


@dataclass(frozen=True)
class BesideRows:
    """People's cells on one tab before a write. `rows`: key of a row that is written or emptied -> column -> cell.

    `own`: the contents of our columns in rows of people's own. `stood`: the contents of our rows that are changed.
    """

    rows: dict[str, dict[Label, Found]] = field(default_factory=dict)
    own: Counter[tuple[Found, ...]] = field(default_factory=Counter)
    stood: frozenset[Found] = frozenset()


def labels(grid: Grid, ours: Iterable[int], header: int) -> dict[int, Label]:
    """Column number -> label, of people's own columns; labels identify columns even after they are moved."""
    taken, seen = set(ours), Counter[str]()
    named: dict[int, Label] = {}
    for across in range(max(map(len, grid.cells), default=0)):
        if across not in taken:
            text = found_sheet.text(grid.at(header, across))
            named[across] = (text, seen[text])
            seen[text] += 1
    return named


def before(work: Working, written: Iterable[str]) -> BesideRows:
    """People's cells beside the rows that are about to be written."""
    at = work.left | work.standing
    named = labels(work.grid, work.at.values(), work.header or 0)
    rows = {
        key: {label: value for across, label in named.items() if (value := work.grid.at(at[key], across)) != ""}
        for key in written
        if key in at
    }
    own = Counter(line for _, line in _own_rows(work))
    return BesideRows(rows, own, _values(work, (*(at[key] for key in rows), *work.stale)))


def shown(work: Working) -> frozenset[Found]:
    """The contents of our columns in all rows of ours."""
    return _values(work, (*work.standing.values(), *work.stale))


def _values(work: Working, rows: Iterable[int]) -> frozenset[Found]:
    return frozenset(seals.fold(work.grid.at(row, across)) for row in rows for across in work.at.values())


def _own_rows(work: Working) -> list[tuple[int, tuple[Found, ...]]]:
    """The rows that people wrote in our columns: (row, its cells in our columns)."""
    ours = {*work.standing.values(), *(row for row, _ in work.copies), *work.stale}
    columns = sorted(work.at.values())
    lines = ((row, tuple(work.grid.at(row, across) for across in columns)) for row in range(len(work.grid.cells)))
    return [(row, line) for row, line in lines if row not in ours and any(value != "" for value in line)]


def put_back(work: Working, kept: BesideRows) -> tuple[list[Request], list[Drift]]:
    """Requests that restore people's cells hit by our last write, and each of these cells as drift."""
    drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
    places, named = work.left | work.standing, labels(work.grid, work.at.values(), work.header or 0)
    made: list[Request] = []
    drift: list[Drift] = []
    for key, cells in kept.rows.items():
        if key not in places:
            continue
        at, row = places[key], drawn.get(key)
        wrote = {"", WITHDRAWN} if row is None else {*map(seals.fold, sealed_values(work.tab, row))}
        about = find_edits.GONE if row is None else find_edits.about(work, row)
        for across, label in named.items():
            was, stands = cells.get(label, ""), work.grid.at(at, across)
            if (
                was != stands
                and not isinstance(stands, Foreign)
                and (seals.fold(stands) in wrote or seals.read(stands))
            ):
                made.append(requests.put_back(work.grid.sheet_id, at, across, was))
                drift += _told(work, key, about, label, was)
                work.grid.put(at, across, [was])
    if work.copies:  # one of our rows was written over a row of people's own
        gone = kept.own - Counter(own for _, own in _own_rows(work))
        drift += [_lost_row(work.grid, line) for line in gone]
    return made, drift


def _told(work: Working, row_key: str, about: str, label: Label, was: Found) -> list[Drift]:
    """A cell of people's own that our write hit, as drift; empty if the cell was empty."""
    if was == "":
        return []
    name, text = label[0] or "a column without a header", found_sheet.text(was)
    key = f"theirs:{name}:{label[1]}"
    return [Drift(work.grid.title, row_key, about, key, name, text, text)]


def _lost_row(grid: Grid, line: tuple[Found, ...]) -> Drift:
    """A row of people's own that our write hit, as drift."""
    text = "\n".join(found_sheet.text(value) for value in line if value != "")
    return Drift(grid.title, "", "a row of your own", "", "cells in Roundtable's columns", text, "")
