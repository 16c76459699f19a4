"""From the spreadsheet as found and the tabs as drawn to one list of requests, and what people had changed; pure.

Nothing changed: no requests. Otherwise shifts come first, then rows of ours at explicit places, deletions last. Where
a row's key isn't right, that alone is put right at first (sheets/fence.py says why): the rest is for another pass.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheets import beside, drift, found, layout, matching, requests, seals
from sheets.beside import Beside
from sheets.drawing import quarantine
from sheets.drift import Drift, SetAside
from sheets.fence import Kind
from sheets.found import CYCLE_MARK, Book, Grid
from sheets.requests import Request
from sheets.standing import Standing
from sheets.tabs import KEY, SEAL, Row, Tab
from sheets.working import Working
from sheets.writing import rows_at, sealed_values, writes


@dataclass(frozen=True)
class Last:
    """What is known of the last turn. `unsure`: what it wrote, if nobody knows whether that stands where it should.

    `beside`: what people had beside what it wrote, by tab, if this process wrote it and found it elsewhere. `aside`:
    what has been set aside already.
    """

    unsure: Kind | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)
    aside: Collection[SetAside] = ()


@dataclass(frozen=True)
class Changes:
    """What must be sent, in this order; and what people did that is put right by it.

    `standing`: where each tab's columns and rows stand once it is applied; `beside`: what people have beside what is
    written. Of `kind` "keys" another pass must follow.
    """

    requests: tuple[Request, ...] = ()
    drift: tuple[Drift, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    kind: Kind = "cells"
    standing: tuple[Standing, ...] = ()
    beside: Mapping[str, Beside] = field(default_factory=dict)


@dataclass
class _Part:
    """What one tab needs. `along`: rows that are written only if anything is; `mended`: cells of people's put back.

    `left`: what is written in rows that aren't drawn, by row.
    """

    work: Working
    changed: list[Row] = field(default_factory=list)
    along: list[Row] = field(default_factory=list)
    mended: list[Request] = field(default_factory=list)
    left: dict[int, list[Request]] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether this tab is a reason to write."""
        work = self.work
        wanted = (work.requests, self.changed, self.mended, self.left, self.deleted, work.dropped, work.released)
        return any(wanted)

    @property
    def shifts_and_writes(self) -> list[Request]:
        """All but the deletions."""
        left = [one for row in self.left.values() for one in row]
        return [*self.work.requests, *writes(self.work, [*self.changed, *self.along]), *self.mended, *left]

    @property
    def deletions(self) -> list[Request]:
        """What goes, from the end, so that no deletion shifts another."""
        sheet_id = self.work.grid.sheet_id
        return [
            *(requests.delete(sheet_id, "ROWS", row) for row in sorted(self.deleted, reverse=True)),
            *(requests.delete(sheet_id, "COLUMNS", column) for column in sorted(self.work.dropped, reverse=True)),
        ]

    @property
    def written(self) -> frozenset[str]:
        """The keys of the rows that are written."""
        return frozenset(row.key for row in (*self.changed, *self.along))

    @property
    def standing(self) -> Standing:
        """Where everything stands once this is applied."""
        work, across = self.work, self.work.at[KEY]
        touched = {work.standing[key]: key for key in self.written}
        touched |= {row: found.text(work.grid.at(row, across)) for row in self.left}
        expected = {self._after(row): key for row, key in touched.items()}
        rows = {key: self._after(row) for key, row in work.standing.items()}
        columns = {key: at - sum(one < at for one in work.dropped) for key, at in work.at.items()}
        return Standing(work.tab, work.grid.sheet_id, work.grid.title, columns, rows, expected)

    def _after(self, row: int) -> int:
        """Where a row is after the deletions."""
        return row - sum(one < row for one in self.deleted)


def changes(book: Book, tabs: Sequence[Tab], cycle_id: str, when: datetime, last: Last | None = None) -> Changes:
    """What makes the spreadsheet show `tabs`. `when` stands beside what is set aside.

    Takes `book` apart: read it anew for another pass.
    """
    last = last or Last()
    works = [_matched(tab, grid, last.unsure) for tab in tabs if (grid := book.grid(tab)) is not None]
    wrong = [work for work in works if work.copied_keys() or (work.standing and work.wrong_keys())]
    if wrong:
        keys = _keys(wrong)
        return replace(keys, requests=(*keys.requests, *_set_aside(book, tabs, keys.set_aside, when)))
    parts = [_part(work, last) for work in works]
    missing = [(place, tab) for place, tab in enumerate(tabs) if book.grid(tab) is None]
    standing = tuple(part.standing for part in parts)
    if not missing and not any(part.needed for part in parts):
        return Changes(standing=standing)
    aside = tuple(one for part in parts for one in part.aside)
    added = [_new(tab, book, place) for place, tab in missing]
    made = (
        *([] if book.cycle_id else [requests.mark(CYCLE_MARK, cycle_id, {"spreadsheet": True})]),
        *(one for new, _ in added for one in new),
        *(one for part in parts for one in part.shifts_and_writes),
        *_set_aside(book, tabs, aside, when),
        *(one for part in parts for one in part.deletions),
    )
    return Changes(
        made,
        tuple(one for part in parts for one in part.drift),
        aside,
        standing=(*(new for _, new in added), *standing),
        beside={part.work.tab.key: beside.before(part.work, part.written) for part in parts if part.needed},
    )


def _matched(tab: Tab, grid: Grid, unsure: Kind | None) -> Working:
    at = matching.columns(grid, tab)
    return Working(tab, grid, at, matching.match(grid, tab, at, unsure))


def _keys(works: Sequence[Working]) -> Changes:
    """What puts keys right, and nothing else: the seals beside them still tell whose rows these are."""
    made: list[Request] = []
    told: list[Drift] = []
    aside: list[SetAside] = []
    standing = []
    for work in works:
        work.mark()
        work.unmerge()
        work.add_columns((KEY,))
        drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
        wrong, across = work.wrong_keys(), work.at[KEY]
        told += [one for one in drift.lost_columns(work) if one.column_key == KEY]
        told += [one for key, row in wrong.items() for one in drift.key_edit(work, drawn[key], row)]
        copied = work.copied_keys()
        aside += drift.copies(work, copied)
        texts = {row: key for key, row in wrong.items()} | dict.fromkeys(copied, "")
        writing = [requests.write(work.grid.sheet_id, row, across, [[text]]) for row, text in sorted(texts.items())]
        made += [*work.requests, *writing]
        columns, rows = dict(work.at), dict(work.standing)
        standing.append(Standing(work.tab, work.grid.sheet_id, work.grid.title, columns, rows, texts))
    return Changes(tuple(made), tuple(told), tuple(aside), kind="keys", standing=tuple(standing))


def _set_aside(book: Book, tabs: Sequence[Tab], aside: Sequence[SetAside], when: datetime) -> list[Request]:
    """Rows for Quarantine: below all that is there."""
    if not aside:
        return []
    tab = quarantine.tab(aside, when)
    grid = book.grid(tab)
    if grid is None:
        return _new(tab, book, len(tabs))[0]
    return _part(_matched(tab, grid, None), Last()).shifts_and_writes


def ids(tab: Tab) -> range:
    """The sheetIds that a tab may come to have: the first that is free."""
    return range(tab.sheet_id, tab.sheet_id + 100_000, 100)


def _new(tab: Tab, book: Book, place: int) -> tuple[list[Request], Standing]:
    """A tab that isn't there, with its cells. Ids and titles that are taken are gone round."""
    taken = {grid.sheet_id for grid in book.grids}
    sheet_id = next(free for free in ids(tab) if free not in taken)
    if tab.chart:
        charts = range(tab.chart.chart_id, tab.chart.chart_id + layout.CHART_IDS)
        tab = replace(tab, chart=replace(tab.chart, chart_id=next(one for one in charts if one not in book.charts)))
    titles = {title.casefold() for title in book.titles}
    names = [tab.title, *(f"{tab.title} ({number})" for number in range(2, len(titles) + 3))]
    title = next(name for name in names if name.casefold() not in titles)
    rows = [sealed_values(tab, row) for row in (tab.header, *tab.rows)]
    at = {key: across for across, key in enumerate(tab.column_keys)}
    standing = Standing(
        tab, sheet_id, title, at, {row.key: row_at for row_at, row in enumerate((tab.header, *tab.rows))}
    )
    return [*layout.new_tab(tab, sheet_id, title, place), *rows_at(sheet_id, 0, 0, rows)], standing


def _part(work: Working, last: Last) -> _Part:
    """Make room for what is missing in a tab, and see which rows aren't as drawn."""
    tab = work.tab
    kept = last.beside.get(tab.key)
    part = _Part(work)
    if kept:
        part.mended, part.drift = beside.put_back(work, kept)
    peopled = bool(work.stale) and work.peopled()
    work.mark()
    work.unmerge()
    work.add_columns()
    work.place_header()
    work.place_rows()
    work.gather_chart()
    work.redraw_chart()
    work.part_with_columns()
    part.drift += drift.lost_columns(work)
    for row in (tab.header, *tab.rows):
        _compare(part, row, struck=kept is not None and row.key in kept.rows)
    _part_with_rows(part, peopled=peopled)
    _clear_leftovers(part, last)
    return part


def _compare(part: _Part, row: Row, *, struck: bool) -> None:
    """Put a row among the changed ones if it isn't as drawn, with what people did to it.

    `struck`: our last write may have come to stand in other cells of it, so that nothing in it is told as an edit.
    """
    work = part.work
    place = work.standing[row.key]
    there = [work.grid.at(place, work.at[key]) for key in work.tab.column_keys]
    drawn = sealed_values(work.tab, row)
    if all(seals.same(one, other) for one, other in zip(there, drawn, strict=True)):
        return
    stood = row.key not in work.fresh
    edited = drift.edits(work, row, place) if stood and not struck else []
    part.drift += edited
    whole = stood and not struck and not edited and not work.added and drift.covered(work, row)
    (part.along if row.volatile and whole else part.changed).append(row)


def _part_with_rows(part: _Part, *, peopled: bool) -> None:
    """Rows that aren't drawn any more go; where people work on the tab, they are emptied and say that they did.

    Which row a deletion hits can't be known for sure, and what people have beside one is nowhere else.
    """
    work = part.work
    if not peopled:
        part.deleted = list(work.stale)
        return
    columns = [column.key for column in work.tab.columns]
    for at in work.stale:
        row, edited = drift.withdrawn(work, at)
        if drift.is_withdrawn(work, at, row):
            continue
        part.drift += edited
        seal = seals.reseal(seals.read(work.grid.at(at, work.at[SEAL])), columns, row.values)
        values = dict(zip((SEAL, *columns), (seal, *row.values), strict=True))
        part.left[at] = [
            requests.write(work.grid.sheet_id, at, work.at[segment[0]], [[values[key] for key in segment]])
            for segment in work.segments(list(values))
        ]


def _clear_leftovers(part: _Part, last: Last) -> None:
    """Rows that aren't ours but show what we drew in others lose that; what differs from it is set aside, and stays.

    After a turn of which nobody knows where it came to stand, such a row isn't somebody's copy.
    """
    work = part.work
    rows = [row for row, _ in work.copies]
    part.aside += [one for one in drift.copies(work, rows) if last.unsure != "cells" and one not in last.aside]
    for at, key in work.copies:
        cells = drift.leftovers(work, at, key)
        if cells:
            part.left[at] = [requests.write(work.grid.sheet_id, at, across, [[""]]) for across in cells]
