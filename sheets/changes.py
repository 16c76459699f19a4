"""From the spreadsheet as found and the tabs as drawn to one list of requests, and what people had changed; pure.

Nothing changed: no requests. Otherwise shifts come first, then whole rows of ours at explicit places, deletions last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheets import drift, layout, matching, requests, seals
from sheets.drawing import quarantine
from sheets.drift import Drift, SetAside
from sheets.found import CYCLE_MARK, Book, Grid
from sheets.requests import Request
from sheets.tabs import KEY, SEAL, Row, Tab, Value
from sheets.working import Working

_RUN = 150_000  # characters: requests no larger than this can be sent in several batches


@dataclass(frozen=True)
class Changes:
    """What must be sent, in this order; and what people did that is put right by it."""

    requests: tuple[Request, ...] = ()
    drift: tuple[Drift, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


@dataclass
class _Part:
    """What one tab needs. `along`: rows that are written only if anything is."""

    work: Working
    changed: list[Row]
    along: list[Row]
    drift: list[Drift]
    aside: list[SetAside]

    @property
    def needed(self) -> bool:
        """Whether this tab is a reason to write."""
        return bool(self.work.requests or self.changed or self.work.copies or self.work.stale)


def changes(book: Book, tabs: Sequence[Tab], cycle_id: str, when: datetime) -> Changes:
    """What makes the spreadsheet show `tabs`. `when` stands beside what is set aside.

    Takes `book` apart: read it anew for another pass.
    """
    taken = {grid.sheet_id for grid in book.grids}
    made: list[Request] = []
    parts: list[_Part] = []
    for place, tab in enumerate(tabs):
        grid = book.grid(tab)
        if grid is None:
            made += _new(tab, book, taken, place)
        else:
            parts.append(_part(tab, grid))
    aside = tuple(one for part in parts for one in part.aside)
    if not made and not any(part.needed for part in parts):
        return Changes()
    for part in parts:
        made += [*part.work.requests, *_writes(part.work, part.changed + part.along)]
    if book.cycle_id is None:
        made.append(requests.mark(CYCLE_MARK, cycle_id, {"spreadsheet": True}))
    if aside:
        made += _set_aside(book, quarantine.tab(aside, when), taken, len(tabs))
    made += [one for part in parts for one in _deletions(part.work)]
    return Changes(tuple(made), tuple(one for part in parts for one in part.drift), aside)


def _new(tab: Tab, book: Book, taken: set[int], place: int) -> list[Request]:
    """A tab that isn't there, with its cells."""
    sheet_id = next(free for free in range(tab.sheet_id, tab.sheet_id + 10_000, 100) if free not in taken)
    titles = {grid.title.casefold() for grid in book.grids}
    names = [tab.title, *(f"{tab.title} ({number})" for number in range(2, len(titles) + 3))]
    title = next(name for name in names if name.casefold() not in titles)
    rows = [_values(tab, row) for row in (tab.header, *tab.rows)]
    return [*layout.new_tab(tab, sheet_id, title, place), *_runs(sheet_id, 0, 0, rows)]


def _part(tab: Tab, grid: Grid) -> _Part:
    """Match a tab's rows and columns, make room for what is missing, and see which rows aren't as drawn."""
    marked = bool(grid.columns) and grid.mark is not None
    at = matching.columns(grid, tab)
    work = Working(tab, grid, at, matching.match(grid, tab, at))
    if not marked:
        work.requests += layout.marks(tab, grid.sheet_id, at)
    there = set(work.rows)
    work.unmerge()
    work.add_columns()
    header = work.place_header()
    work.place_rows()
    work.gather_chart()
    work.redraw_chart()
    work.drop_columns()
    part = _Part(work, [], [], drift.lost_columns(work), [*drift.copies(work), *drift.gone(work)])
    header = work.header if work.header is not None else header
    for row, at_row in [(tab.header, header), *((row, work.rows[row.key]) for row in tab.rows)]:
        _compare(part, row, at_row, found=row is tab.header or row.key in there)
    return part


def _compare(part: _Part, row: Row, at: int, *, found: bool) -> None:
    """Put a row among the changed ones if it isn't as drawn, with what people did to it."""
    work = part.work
    edited = [*drift.edits(work, row, at), *drift.key_edit(work, row, at)] if found else []
    drawn = _values(work.tab, row)
    there = [work.grid.at(at, work.at[key]) for key in work.tab.column_keys]
    if all(seals.same(one, other) for one, other in zip(there, drawn, strict=True)):
        return
    part.drift += edited
    if row.volatile and found and not edited and _sealed(work, row, there):
        part.along.append(row)
    else:
        part.changed.append(row)
