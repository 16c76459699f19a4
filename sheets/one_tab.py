"""What one tab needs: room for what is missing, the rows that aren't as drawn, and what people did to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from sheets import cells_beside, find_edits, found_columns, found_sheet, matching, new_names, requests, seals
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
    """What is known of the last turn. `unsure`: what it wrote, if nobody knows whether that stands where it should.

    `beside`: what people had beside what it wrote, by tab, if this process wrote it and found it elsewhere. `aside`:
    what has been set aside already. `stood`: what stood there, by tab, when it was last drawn. `shaken`: cells written
    before may stand where they shouldn't, so that what stands beside another row's seal is no edit.
    """

    unsure: Kind | None = None
    beside: Mapping[str, BesideRows] = field(default_factory=dict)
    aside: Collection[SetAside] = ()
    stood: Mapping[str, RememberedTab] = field(default_factory=dict)
    shaken: bool = False

    def deleted_from(self, tab: Tab, grid: Grid, at: Mapping[str, int]) -> bool:
        """Whether the last turn deleted rows of this tab, and maybe not those that it should have.

        Of a process that died it is known only by the rows that stood there and aren't drawn any more. Nobody had
        anything beside our rows then.
        """
        if self.unsure != "rows" or any(matching.beside(grid, at, row) for row in range(len(grid.cells))):
            return False
        if self.beside:
            return tab.key in self.beside
        stood, drawn = self.stood.get(tab.key), {seals.key_digest(row.key) for row in (tab.header, *tab.rows)}
        return stood is not None and not stood.rows.keys() <= drawn

    def unmoved(self, tab: Tab, at: Mapping[str, int]) -> bool:
        """Whether the columns of this tab are known to stand where they stood when it was last drawn."""
        stood = self.stood.get(tab.key)
        return stood is not None and stood.columns == at


@dataclass
class TabNeeds:
    """What one tab needs. `along`: rows that are written only if anything is; `mended`: cells of people's put back.

    `left`: what is written in rows that aren't drawn, by row; `parting`: they are to be deleted then, and those that
    can be are `deleted`.
    """

    work: Working
    changed: list[Row] = field(default_factory=list)
    along: list[Row] = field(default_factory=list)
    mended: list[Request] = field(default_factory=list)
    left: dict[int, list[Request]] = field(default_factory=dict)
    parting: bool = False
    deleted: list[int] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    @property
    def needed(self) -> bool:
        """Whether this tab is a reason to write."""
        work = self.work
        wanted = (work.requests, self.changed, self.mended, self.left, work.dropped, work.released)
        return any(wanted)

    @property
    def shifts_and_writes(self) -> list[Request]:
        """All but the deletions; people's cells are put back first, where they were found.

        Then come rows that aren't drawn any more: only a seal says whose they are, and may stand beside another row.
        """
        left = [one for row in self.left.values() for one in row]
        return [*self.mended, *self.work.requests, *left, *writes(self.work, [*self.changed, *self.along])]

    @property
    def deleted_columns(self) -> list[Request]:
        """Deletions of columns, from the end, so that no deletion shifts another."""
        sheet_id, dropped = self.work.grid.sheet_id, sorted(self.work.dropped, reverse=True)
        return [requests.delete(sheet_id, "COLUMNS", column) for column in dropped]

    @property
    def deleted_rows(self) -> list[Request]:
        """Deletions of rows, from the end too."""
        return [requests.delete(self.work.grid.sheet_id, "ROWS", row) for row in sorted(self.deleted, reverse=True)]

    @property
    def written(self) -> frozenset[str]:
        """The keys of the rows that are written."""
        return frozenset(row.key for row in (*self.changed, *self.along))

    @property
    def touched(self) -> frozenset[str]:
        """The same, and those that are emptied, since they aren't drawn any more."""
        return self.written | {self.work.stale[row] for row in self.left if row in self.work.stale}

    @property
    def standing(self) -> TabPositions:
        """Where everything stands once this is applied."""
        work, drawn = self.work, {row.key: row for row in (self.work.tab.header, *self.work.tab.rows)}
        named = [(place, one.key) for place, one in enumerate(work.tab.columns) if one.identity]
        touched: dict[int, dict[str, Found]] = {
            work.place(key): {KEY: key, **{column: drawn[key].values[place] for place, column in named}}
            for key in self.written
        }
        below = {work.place(key) + 1 for key in work.fresh}  # where one of them is, if it was just brought back
        others = {row for row in below if row < work.grid.row_count} | {*self.left}
        touched |= {row: {KEY: found_sheet.text(work.grid.at(row, work.at[KEY]))} for row in others - touched.keys()}
        for row in self.left.keys() & work.stale.keys():
            values = find_edits.withdrawn(work, row)[0].values
            touched[row] |= {column: values[place] for place, column in named}
        columns = {key: at - sum(one < at for one in work.dropped) for key, at in work.at.items()}
        return TabPositions(work.tab, work.grid.sheet_id, work.grid.title, columns, work.standing, touched)


def matched(tab: Tab, grid: Grid, last: Last) -> Working:
    """A tab as found, with its drawn rows matched."""
    at = found_columns.columns(grid, tab)
    unmoved, in_place = last.unmoved(tab, at), last.deleted_from(tab, grid, at)
    match = matching.match(grid, tab, at, last.unsure, _written(tab, last), unmoved=unmoved, in_place=in_place)
    return Working(tab, grid, at, match)


def _written(tab: Tab, last: Last) -> Collection[str]:
    """The keys of the rows that the last turn wrote; where a process that died made it, of those that it may have."""
    if tab.key in last.beside:
        return last.beside[tab.key].rows
    stood = last.stood.get(tab.key)
    if last.unsure != "cells" or stood is None:
        return ()
    return [row.key for row in tab.rows if not stood.shows(row)]


def of(work: Working, last: Last) -> TabNeeds:
    """Make room for what is missing in a tab, and see which rows aren't as drawn."""
    tab = work.tab
    kept = last.beside.get(tab.key)
    part = TabNeeds(work)
    if kept:
        part.mended, part.drift = cells_beside.put_back(work, kept)
    doubtful = last.deleted_from(tab, work.grid, work.at)
    astray = last.unsure == "cells" and not last.unmoved(tab, work.at)
    if tab.key in last.stood and not doubtful:
        part.drift += find_edits.lost_rows(work, last.stood[tab.key].rows)
    peopled = bool(work.stale) and work.peopled()
    work.mark()
    work.unmerge()
    work.add_columns()
    work.place_header()
    work.place_rows()
    work.gather_charts()
    work.redraw_charts()
    work.renew_looks()
    work.part_with_columns()
    part.drift += find_edits.lost_columns(work)
    new_names.put(work)
    for row in (tab.header, *tab.rows):
        _compare(part, row, kept, shaken=last.shaken, doubtful=doubtful)
    _part_with_rows(part, kept, peopled=peopled, shaken=last.shaken, astray=astray)
    _clear_leftovers(part, last)
    return part


def _compare(part: TabNeeds, row: Row, kept: BesideRows | None, *, shaken: bool, doubtful: bool) -> None:
    """Put a row among the changed ones if it isn't as drawn, with what people did to it.

    Where our last write may have come to stand in other cells of it, or it's `doubtful` which rows were deleted, only
    what was never ours is told as an edit; and nothing if it isn't known (`kept`) what was.
    """
    work = part.work
    place = work.place(row.key)
    cells = [work.grid.at(place, work.at[key]) for key in work.tab.column_keys]
    drawn = sealed_values(work.tab, row)
    if all(seals.same(one, other) for one, other in zip(cells, drawn, strict=True)):
        return
    stood = row.key not in work.fresh
    hit = kept if kept is not None and (doubtful or row.key in kept.rows) else None
    struck = hit is not None or doubtful or (shaken and not work.is_sealed(row.key, place))
    edited = find_edits.in_row(work, row, place) if stood and not struck else []
    if hit is not None and stood:
        edited = find_edits.in_struck_row(work, row, place, hit.stood)
    part.drift += edited
    undisturbed = stood and not struck and not edited and not work.added and find_edits.covered(work, row)
    (part.along if row.volatile and undisturbed else part.changed).append(row)


def _part_with_rows(part: TabNeeds, kept: BesideRows | None, *, peopled: bool, shaken: bool, astray: bool) -> None:
    """Empty rows that aren't drawn any more, so that they say "Withdrawn"; then delete them, unless people work there.

    Which row a deletion hits can't be known for sure, and what people have beside one is nowhere else. Edits are told
    as in the rows that are drawn. If what was to empty a row may have gone `astray`, into other columns, its seal
    doesn't tell that it is empty; and after a kill what is left there is told, as somebody may have typed it.
    """
    work = part.work
    columns = [column.key for column in work.tab.columns]
    for at in work.stale:
        row, edited = find_edits.withdrawn(work, at)
        as_sealed = matching.is_as_sealed(work.grid, work.tab, work.at, at)
        if find_edits.is_withdrawn(work, at, row) and at not in work.renamed and (as_sealed or not astray):
            part.deleted += [at] if as_sealed and not peopled else []
            continue
        part.parting |= not peopled
        if kept is not None:
            edited = find_edits.in_struck_row(work, row, at, kept.stood)
        elif shaken and not work.is_sealed(row.key, at):
            edited = []
        part.drift += [replace(one, about=find_edits.GONE) for one in edited]
        seal = seals.reseal(row.key, work.seals.get(row.key), columns, row.values)
        values = (row.key, seal, *row.values)
        part.left[at] = columns_of(work, differing(work, at, values), [(at, values)])


def _clear_leftovers(part: TabNeeds, last: Last) -> None:
    """Empty what we drew elsewhere out of rows that aren't ours; what else is in these rows is set aside, and stays.

    After a turn of which nobody knows where it came to stand, such a row isn't somebody's copy.
    """
    work = part.work
    rows = [row for row, _ in work.copies]
    if not last.shaken and not last.beside:
        part.aside += [one for one in find_edits.copies(work, rows) if one not in last.aside]
    for at, key in work.copies:
        cells = find_edits.leftovers(work, at, key)
        if cells:
            part.left[at] = [requests.write(work.grid.sheet_id, at, across, [[""]]) for across in cells]
