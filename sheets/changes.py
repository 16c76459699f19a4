"""From the spreadsheet as found and the tabs as drawn to one list of requests, and what people had changed; pure.

Nothing changed: no requests. Otherwise shifts come first, then whole rows of ours at explicit places, deletions last.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheets import drift, layout, matching, requests, seals
from sheets.drawing import quarantine
from sheets.drift import Drift, SetAside
from sheets.found import CYCLE_MARK, Book, Grid
from sheets.requests import Request
from sheets.tabs import HEADER, Row, Tab
from sheets.working import Working
from sheets.writing import rows_at, sealed_values, writes


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
    changed: list[Row] = field(default_factory=list)
    along: list[Row] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether this tab is a reason to write."""
        work = self.work
        return bool(work.requests or self.changed or work.copies or work.stale or work.dropped or work.released)

    @property
    def shifts_and_writes(self) -> list[Request]:
        """All but the deletions."""
        return [*self.work.requests, *writes(self.work, [*self.changed, *self.along])]

    @property
    def deletions(self) -> list[Request]:
        """What goes, from the end, so that no deletion shifts another."""
        sheet_id = self.work.grid.sheet_id
        rows = sorted({*(row for row, _ in self.work.copies), *self.work.stale}, reverse=True)
        columns = sorted(self.work.dropped, reverse=True)
        return [
            *(requests.delete(sheet_id, "ROWS", row) for row in rows),
            *(requests.delete(sheet_id, "COLUMNS", column) for column in columns),
        ]


def changes(book: Book, tabs: Sequence[Tab], cycle_id: str, when: datetime) -> Changes:
    """What makes the spreadsheet show `tabs`. `when` stands beside what is set aside.

    Takes `book` apart: read it anew for another pass.
    """
    new: list[Request] = []
    parts: list[_Part] = []
    for place, tab in enumerate(tabs):
        grid = book.grid(tab)
        if grid is None:
            new += _new(tab, book, place)
        else:
            parts.append(_part(tab, grid))
    if not new and not any(part.needed for part in parts):
        return Changes()
    aside = tuple(one for part in parts for one in part.aside)
    bind = [] if book.cycle_id else [requests.mark(CYCLE_MARK, cycle_id, {"spreadsheet": True})]
    made = (
        *bind,
        *new,
        *(one for part in parts for one in part.shifts_and_writes),
        *(_set_aside(book, quarantine.tab(aside, when), len(tabs)) if aside else []),
        *(one for part in parts for one in part.deletions),
    )
    return Changes(made, tuple(one for part in parts for one in part.drift), aside)


def _set_aside(book: Book, tab: Tab, place: int) -> list[Request]:
    """Rows for Quarantine: below all that is there."""
    grid = book.grid(tab)
    return _new(tab, book, place) if grid is None else _part(tab, grid).shifts_and_writes


def _new(tab: Tab, book: Book, place: int) -> list[Request]:
    """A tab that isn't there, with its cells. Ids and titles that are taken are gone round."""
    taken = {grid.sheet_id for grid in book.grids}
    sheet_id = next(free for free in range(tab.sheet_id, tab.sheet_id + 100_000, 100) if free not in taken)
    if tab.chart:
        ids = range(tab.chart.chart_id, tab.chart.chart_id + layout.CHART_IDS)
        tab = replace(tab, chart=replace(tab.chart, chart_id=next(free for free in ids if free not in book.charts)))
    titles = {title.casefold() for title in book.titles}
    names = [tab.title, *(f"{tab.title} ({number})" for number in range(2, len(titles) + 3))]
    title = next(name for name in names if name.casefold() not in titles)
    rows = [sealed_values(tab, row) for row in (tab.header, *tab.rows)]
    return [*layout.new_tab(tab, sheet_id, title, place), *rows_at(sheet_id, 0, 0, rows)]


def _part(tab: Tab, grid: Grid) -> _Part:
    """Match a tab's rows and columns, make room for what is missing, and see which rows aren't as drawn."""
    at = matching.columns(grid, tab)
    work = Working(tab, grid, at, matching.match(grid, tab, at))
    work.mark()
    there = {HEADER, *work.rows} if work.header is not None else set(work.rows)
    work.unmerge()
    work.add_columns()
    header = work.place_header()
    work.place_rows()
    work.gather_chart()
    work.redraw_chart()
    work.part_with_columns()
    part = _Part(work, drift=drift.lost_columns(work), aside=[*drift.copies(work), *drift.gone(work)])
    for row, place in [(tab.header, header), *((row, work.rows[row.key]) for row in tab.rows)]:
        _compare(part, row, place, found=row.key in there)
    return part


def _compare(part: _Part, row: Row, place: int, *, found: bool) -> None:
    """Put a row among the changed ones if it isn't as drawn, with what people did to it."""
    work = part.work
    there = [work.grid.at(place, work.at[key]) for key in work.tab.column_keys]
    drawn = sealed_values(work.tab, row)
    if all(seals.same(one, other) for one, other in zip(there, drawn, strict=True)):
        return
    edited = [*drift.edits(work, row, place), *drift.key_edit(work, row, place)] if found else []
    part.drift += edited
    whole = found and not edited and not work.added and seals.same(there[0], row.key) and drift.covered(work, row)
    (part.along if row.volatile and whole else part.changed).append(row)
