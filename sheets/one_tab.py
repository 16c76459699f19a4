"""What one tab needs: room for missing columns and rows, the rows that differ from the drawing, and people's edits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sheets import cells_beside, find_edits, found_columns, found_sheet, layout, matching, new_names, requests, seals
from sheets.cells_beside import BesideRows
from sheets.fence import Kind
from sheets.find_edits import Drift, SetAside
from sheets.found_sheet import Found, Grid
from sheets.memory import RememberedTab
from sheets.requests import Request
from sheets.tab_positions import TabPositions
from sheets.tabs import KEY, Row, Tab
from sheets.working_tab import Working
from sheets.writing import columns_of, differing, sealed_values, writes


@dataclass(frozen=True)
class Last:
    """What is known about the last turn. `unsure`: what it wrote, if that may be in the wrong places.

    `beside`: tab's key -> people's cells beside what the turn wrote, if this process wrote it and found it misplaced.
    `aside`: rows that have been set aside already. `tabs`: tab's key -> the tab when it was last drawn.
    `maybe_misplaced`: cells written before may be misplaced, so the cells beside another row's seal aren't edits.
    """

    unsure: Kind | None = None
    beside: Mapping[str, BesideRows] = field(default_factory=dict)
    aside: Collection[SetAside] = ()
    tabs: Mapping[str, RememberedTab] = field(default_factory=dict)
    maybe_misplaced: bool = False

    def deleted_from(self, tab: Tab, grid: Grid, at: Mapping[str, int]) -> bool:
        """Whether the last turn deleted rows of this tab, and maybe the wrong ones.

        After a process died this is concluded from rows that were there and are no longer drawn. When rows were
        deleted, people had nothing beside our rows.
        """
        if self.unsure != "rows" or any(matching.beside(grid, at, row) for row in range(len(grid.cells))):
            return False
        if self.beside:
            return tab.key in self.beside
        stood, drawn = self.tabs.get(tab.key), {seals.key_digest(row.key) for row in (tab.header, *tab.rows)}
        return stood is not None and not stood.rows.keys() <= drawn

    def unmoved(self, tab: Tab, at: Mapping[str, int]) -> bool:
        """Whether this tab's columns are known to be where they were when it was last drawn."""
        stood = self.tabs.get(tab.key)
        return stood is not None and stood.columns == at


@dataclass
class TabNeeds:
    """What one tab needs: the rows and cells to write, the rows and columns to delete, and people's edits.

    `volatile`: rows written only if anything else is. `restored`: requests that restore people's cells. `undrawn`: row
    -> what is written in it, for rows no longer drawn. `reset`: requests for the number formats of edited cells.
    `deletes_later`: these rows are to be deleted in a later turn; `deletable`: those that can be deleted now.
    """

    work: Working
    changed: list[Row] = field(default_factory=list)
    volatile: list[Row] = field(default_factory=list)
    restored: list[Request] = field(default_factory=list)
    undrawn: dict[int, list[Request]] = field(default_factory=dict)
    reset: list[Request] = field(default_factory=list)
    deletes_later: bool = False
    deletable: list[int] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether this tab is a reason to write."""
        work = self.work
        wanted = (work.requests, self.changed, self.restored, self.undrawn, work.dropped, work.released)
        return any(wanted)

    @property
    def shifts_and_writes(self) -> list[Request]:
        """All requests except deletions; people's cells are restored first, in the places where they were found.

        Rows that are no longer drawn come before the others: only a seal identifies them, and it may be beside another
        row.
        """
        undrawn = [one for row in self.undrawn.values() for one in row]
        written = writes(self.work, [*self.changed, *self.volatile])
        return [*self.restored, *self.work.requests, *undrawn, *self.reset, *written]

    @property
    def deleted_columns(self) -> list[Request]:
        """Deletions of columns, the last first, so that none shifts another."""
        sheet_id, dropped = self.work.grid.sheet_id, sorted(self.work.dropped, reverse=True)
        return [requests.delete(sheet_id, "COLUMNS", column) for column in dropped]

    @property
    def deleted_rows(self) -> list[Request]:
        """Deletions of rows, the last first."""
        return [requests.delete(self.work.grid.sheet_id, "ROWS", row) for row in sorted(self.deletable, reverse=True)]

    @property
    def written(self) -> frozenset[str]:
        """The keys of the rows that are written."""
        return frozenset(row.key for row in (*self.changed, *self.volatile))

    @property
    def touched(self) -> frozenset[str]:
        """The keys of the rows that are written, or emptied since they are no longer drawn."""
        return self.written | {self.work.stale[row] for row in self.undrawn if row in self.work.stale}

    @property
    def standing(self) -> TabPositions:
        """Where the tab's columns and rows are once the requests are applied."""
        work, drawn = self.work, {row.key: row for row in (self.work.tab.header, *self.work.tab.rows)}
        named = [(place, one.key) for place, one in enumerate(work.tab.columns) if one.identity]
        touched: dict[int, dict[str, Found]] = {
            work.place(key): {KEY: key, **{column: drawn[key].values[place] for place, column in named}}
            for key in self.written
        }
        below = {work.place(key) + 1 for key in work.fresh}  # where a new row's original is, if people just restored it
        others = {row for row in below if row < work.grid.row_count} | {*self.undrawn}
        touched |= {row: {KEY: found_sheet.text(work.grid.at(row, work.at[KEY]))} for row in others - touched.keys()}
        for row in self.undrawn.keys() & work.stale.keys():
            values = find_edits.withdrawn(work, row)[0].values
            touched[row] |= {column: values[place] for place, column in named}
        columns = {key: at - sum(one < at for one in work.dropped) for key, at in work.at.items()}
        return TabPositions(work.tab, work.grid.sheet_id, work.grid.title, columns, work.standing, touched)


def matched(tab: Tab, grid: Grid, last: Last) -> Working:
    """A tab as found, with its rows matched to the drawn ones."""
    at = found_columns.columns(grid, tab)
    unmoved, in_place = last.unmoved(tab, at), last.deleted_from(tab, grid, at)
    match = matching.match(grid, tab, at, last.unsure, _written(tab, last), unmoved=unmoved, in_place=in_place)
    return Working(tab, grid, at, match)


def _written(tab: Tab, last: Last) -> Collection[str]:
    """The keys of the rows that the last turn wrote; if a process died after it, of those that it may have written."""
    if tab.key in last.beside:
        return last.beside[tab.key].rows
    stood = last.tabs.get(tab.key)
    if last.unsure != "cells" or stood is None:
        return ()
    return [row.key for row in tab.rows if not stood.shows(row)]


def of(work: Working, last: Last) -> TabNeeds:
    """Make room for what is missing in a tab, and find the rows that differ from the drawing."""
    tab = work.tab
    kept = last.beside.get(tab.key)
    needs = TabNeeds(work)
    if kept:
        needs.restored, needs.drift = cells_beside.put_back(work, kept)
    doubtful = last.deleted_from(tab, work.grid, work.at)
    astray = last.unsure == "cells" and not last.unmoved(tab, work.at)
    if tab.key in last.tabs and not doubtful:
        needs.drift += find_edits.lost_rows(work, last.tabs[tab.key].rows)
    peopled = bool(work.stale) and work.peopled()
    work.mark()
    work.unmerge()
    work.add_columns()
    work.place_header()
    work.place_rows()
    work.gather_charts()
    work.redraw_charts()
    work.renew_looks()
    work.drop_columns()
    needs.drift += find_edits.lost_columns(work)
    new_names.put(work)
    for row in (tab.header, *tab.rows):
        _compare(needs, row, kept, maybe_misplaced=last.maybe_misplaced, doubtful=doubtful)
    _drop_rows(needs, kept, peopled=peopled, maybe_misplaced=last.maybe_misplaced, astray=astray)
    _clear_leftovers(needs, last)
    return needs


def _compare(needs: TabNeeds, row: Row, kept: BesideRows | None, *, maybe_misplaced: bool, doubtful: bool) -> None:
    """Add a row to the changed ones if it differs from the drawing, with people's edits to it.

    If our last write may have hit other cells of the row, or it is `doubtful` which rows were deleted, only contents
    that were never ours are reported as edits, and none if it isn't known (`kept`) what was ours.
    """
    work = needs.work
    place = work.place(row.key)
    cells = [work.grid.at(place, work.at[key]) for key in work.tab.column_keys]
    drawn = sealed_values(work.tab, row)
    if all(seals.same(one, other) for one, other in zip(cells, drawn, strict=True)):
        return
    stood = row.key not in work.fresh
    hit = kept if kept is not None and (doubtful or row.key in kept.rows) else None
    struck = hit is not None or doubtful or (maybe_misplaced and not work.is_sealed(row.key, place))
    edited = find_edits.in_row(work, row, place) if stood and not struck else []
    if hit is not None and stood:
        edited = find_edits.in_struck_row(work, row, place, hit.stood)
    needs.drift += edited
    keys = {one.column_key for one in edited}
    both = zip(work.tab.column_keys, cells, drawn, strict=True)
    numbers = {key for key, *pair in both if key in keys and not all(isinstance(each, str) for each in pair)}
    needs.reset += layout.number_formats(work.tab, work.grid.sheet_id, place, work.at, numbers)
    undisturbed = stood and not struck and not edited and not work.added and find_edits.covered(work, row)
    (needs.volatile if row.volatile and undisturbed else needs.changed).append(row)


def _drop_rows(needs: TabNeeds, kept: BesideRows | None, *, peopled: bool, maybe_misplaced: bool, astray: bool) -> None:
    """Empty rows that are no longer drawn, leaving "Withdrawn"; then delete them, unless people work on the tab.

    It can't be known for sure which row a deletion hits, and people's cells beside it exist nowhere else. Edits are
    reported as for drawn rows. If what emptied a row may have gone `astray` into other columns, the row's seal doesn't
    prove that it is empty; and after a killed process the remaining contents are reported, as somebody may have typed
    them.
    """
    work = needs.work
    columns = [column.key for column in work.tab.columns]
    for at in work.stale:
        row, edited = find_edits.withdrawn(work, at)
        as_sealed = matching.is_as_sealed(work.grid, work.tab, work.at, at)
        if find_edits.is_withdrawn(work, at, row) and at not in work.renamed and (as_sealed or not astray):
            needs.deletable += [at] if as_sealed and not peopled else []
            continue
        needs.deletes_later |= not peopled
        if kept is not None:
            edited = find_edits.in_struck_row(work, row, at, kept.stood)
        elif maybe_misplaced and not work.is_sealed(row.key, at):
            edited = []
        needs.drift += [replace(one, about=find_edits.GONE) for one in edited]
        seal = seals.reseal(row.key, work.seals.get(row.key), columns, row.values)
        values = (row.key, seal, *row.values)
        needs.undrawn[at] = columns_of(work, differing(work, at, values), [(at, values)])


def _clear_leftovers(needs: TabNeeds, last: Last) -> None:
    """Empty the cells that we drew elsewhere in rows that aren't ours; the rows' other contents are set aside and stay.

    After a turn that may be misplaced, such a row isn't taken for a copy that somebody made.
    """
    work = needs.work
    rows = [row for row, _ in work.copies]
    if not last.maybe_misplaced and not last.beside:
        needs.aside += [one for one in find_edits.copies(work, rows) if one not in last.aside]
    for at, key in work.copies:
        cells = find_edits.leftovers(work, at, key)
        if cells:
            needs.undrawn[at] = [requests.write(work.grid.sheet_id, at, across, [[""]]) for across in cells]
