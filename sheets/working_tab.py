"""A found tab being worked on: each request that shifts cells also updates the known places of cells."""

from collections.abc import Sequence

from sheets import layout, requests, seals
from sheets.found_sheet import COLUMN_MARK, Foreign, Found, Grid
from sheets.matching import Match
from sheets.requests import Request
from sheets.tabs import HEADER, KEY, SEAL, Row, Tab


class Working:
    """A found tab with its matched rows. `requests` are in the order in which Google must apply them.

    `at`: column key -> place of our columns; `rows`: key -> row number of our rows. `added`: columns that were missing;
    `fresh`: rows that were missing. `dropped`: columns to delete; `released`: columns to empty and leave to people.
    `renamed`: rows that are no longer drawn and get new names.
    """

    def __init__(self, tab: Tab, grid: Grid, at: dict[str, int], match: Match) -> None:
        self.tab = tab
        self.grid = grid
        self.at = at
        self.rows = dict(match.rows)
        self.seals = match.seals
        self.copies = list(match.copies)
        self.stale = dict(match.stale)
        self.header = match.header
        self.added: list[str] = []
        self.fresh: set[str] = set()
        self.renamed: set[int] = set()
        self.dropped: list[int] = []
        self.released: list[int] = []
        self.requests: list[Request] = []

    def mark(self) -> None:
        """Mark the tab and its columns again if their marks were lost."""
        if self.grid.mark is None:
            self.requests.append(layout.mark_tab(self.tab, self.grid.sheet_id))
        lost = {key: at for key, at in self.at.items() if key not in self.grid.columns}
        self.requests += [layout.mark_column(self.grid.sheet_id, key, at) for key, at in lost.items()]

    def renew_looks(self) -> None:
        """Update the appearance of a tab drawn by an older version, once all of its columns are there."""
        if self.grid.looks != layout.LOOKS:
            self.requests += layout.renew(self.tab, self.grid, self.at, self.header or 0)

    def unmerge(self) -> None:
        """Undo merges that cover cells of ours: a covered cell doesn't keep what is written to it."""
        rows = {*self.rows.values(), *([] if self.header is None else [self.header])}
        columns = {self.at[key] for key in self.tab.column_keys if key in self.at}
        for area in self.grid.merges:
            if rows & set(range(area.top, area.bottom)) and columns & set(range(area.left, area.right)):
                self.requests.append(requests.unmerge(self.grid.sheet_id, area))

    @property
    def standing(self) -> dict[str, int]:
        """Key -> row number of the rows of ours that are there, including the header."""
        return ({} if self.header is None else {HEADER: self.header}) | self.rows

    @property
    def left(self) -> dict[str, int]:
        """Key -> row number of the rows that are no longer drawn."""
        return {key: row for row, key in self.stale.items()}

    def place(self, key: str) -> int:
        """The number of a row of ours; KeyError if it isn't there."""
        return self.header if key == HEADER and self.header is not None else self.rows[key]

    def wrong_keys(self) -> dict[int, str]:
        """Row number -> key, of the rows of ours with another text in their key cell.

        What people write into the key cell of a row that is no longer drawn is their own, unless it is a key of ours.
        """
        across, keys = self.at.get(KEY), {row: key for key, row in self.standing.items()} | self.stale
        if across is None:
            return keys
        row_texts = {row: seals.fold(self.grid.at(row, across)) for row in keys}
        drawn, sealed = {"", HEADER, *(row.key for row in self.tab.rows)}, self.sealed_keys()
        return {
            row: key
            for row, key in keys.items()
            if not seals.same(row_texts[row], key)
            and (row not in self.stale or row_texts[row] in drawn or seals.key_digest(str(row_texts[row])) in sealed)
        }

    def is_named(self, row: Row, at: int | None = None) -> bool:
        """Whether the identity cells at the row's place, or in row `at`, are those of the drawn `row`."""
        place, own = self.place(row.key) if at is None else at, zip(self.tab.columns, row.values, strict=True)
        named = ((self.at.get(one.key), value) for one, value in own if one.identity)
        return all(column is not None and seals.same(self.grid.at(place, column), value) for column, value in named)

    def is_sealed(self, key: str, at: int) -> bool:
        """Whether the seal in row `at` was made for the row with this key."""
        seal = seals.read(self.grid.at(at, self.at[SEAL])) if SEAL in self.at else None
        return seal is not None and seal.is_of(key)

    def sealed_keys(self) -> set[str]:
        """The digests of keys in all seals on the tab, including those of rows no longer drawn."""
        seals_found = (
            seals.read(self.grid.at(row, self.at[SEAL])) for row in range(len(self.grid.cells)) if SEAL in self.at
        )
        return {seal.of_key for seal in seals_found if seal}

    def copied_keys(self) -> list[int]:
        """The rows whose key cell is a copy of another row's key."""
        ours = {seals.fold(key) for key in (HEADER, *(row.key for row in self.tab.rows), *self.stale.values())}
        return [row for row, _ in self.copies if KEY in self.at and seals.fold(self.grid.at(row, self.at[KEY])) in ours]

    def peopled(self) -> bool:
        """Whether people have anything of their own on this tab: in a column or row of their own, or a note."""
        ours = {*self.standing.values(), *(row for row, _ in self.copies), *self.stale}
        columns = set(self.at.values())
        return bool(self.grid.notes) or any(
            value not in ("", Foreign("FALSE")) and not (row in ours and across in columns)
            for row, line in enumerate(self.grid.cells)
            for across, value in enumerate(line)
        )

    def add_columns(self, keys: Sequence[str] = ()) -> None:
        """Insert the missing columns (of `keys`, if given), each after its predecessor, wherever that is."""
        after = -1
        for key in keys or self.tab.column_keys:
            if key not in self.at:
                self._insert_column(after + 1)
                self.at[key] = after + 1
                self.added.append(key)
                self.requests += layout.new_column(self.tab, key, self.grid.sheet_id, after + 1)
            after = self.at[key]

    def _insert_column(self, across: int) -> None:
        self.requests.append(requests.insert(self.grid.sheet_id, "COLUMNS", across, 1, inherit=across > 0))
        self.grid.column_count += 1
        for line in self.grid.cells:
            if len(line) > across:
                line.insert(across, "")
        self.at = {key: where + (where >= across) for key, where in self.at.items()}
        self.grid.notes = {(row, col + (col >= across)): note for (row, col), note in self.grid.notes.items()}

    def place_header(self) -> int:
        """Ensure that there is a header above all of our rows; returns its row."""
        if self.header is None:
            self.insert_rows(0, 1)
            self.header = 0
            self.fresh.add(HEADER)
        top = min([*self.rows.values(), *self.stale], default=self.header)
        if top < self.header:
            self.move_row(self.header, top)
        return self.header

    def insert_rows(self, at: int, count: int) -> None:
        """Insert empty rows before `at`."""
        below_header = self.header is not None and at > self.header + 1
        self.requests.append(requests.insert(self.grid.sheet_id, "ROWS", at, count, inherit=below_header))
        self.grid.row_count += count
        if at < len(self.grid.cells):
            self.grid.cells[at:at] = [[] for _ in range(count)]
        self._renumber([*range(at), *range(at + count, self.grid.row_count)])

    def move_row(self, row: int, before: int) -> None:
        """Move a row up, before another one."""
        self.requests.append(requests.move_row(self.grid.sheet_id, row, before))
        line: list[Found] = self.grid.cells.pop(row) if row < len(self.grid.cells) else []
        self.grid.cells.extend([] for _ in range(before - len(self.grid.cells)))
        self.grid.cells.insert(before, line)
        self._renumber([*range(before), *range(before + 1, row + 1), before, *range(row + 1, self.grid.row_count)])

    def _renumber(self, now: Sequence[int]) -> None:
        """Update all places after a shift: what was in `row` is now in `now[row]`."""
        self.rows = {key: now[row] for key, row in self.rows.items()}
        self.copies = [(now[row], key) for row, key in self.copies]
        self.stale = {now[row]: key for row, key in self.stale.items()}
        self.header = None if self.header is None else now[self.header]
        self.grid.notes = {(now[row], column): note for (row, column), note in self.grid.notes.items()}
        self.grid.merged = {now[row] for row in self.grid.merged}
        self.grid.ends = {now[row] for row in self.grid.ends}

    def place_rows(self) -> None:
        """Insert the missing rows right below ours.

        Existing empty rows are never used: people may have moved something there meanwhile.
        """
        missing = [row.key for row in self.tab.rows if row.key not in self.rows]
        if not missing:
            return
        top = self._last() + 1
        if top > 1 and (top >= self.grid.row_count or top - 1 in self.grid.ends):
            self.insert_rows(top - 1, len(missing))  # inside the coloured and filtered range, and inside people's table
            self.move_row(top - 1 + len(missing), top - 1)
        else:
            if top >= self.grid.row_count:
                self.requests.append(requests.append_row(self.grid.sheet_id))
                self.grid.row_count += 1
            self.insert_rows(top, len(missing))
        self.rows |= {key: top + place for place, key in enumerate(missing)}
        self.fresh |= set(missing)

    def _last(self) -> int:
        """The row after which new rows are inserted: our last row, not counting a total at the end."""
        totals = {row.key for row in self.tab.rows if row.total}
        ours = [*(row for key, row in self.standing.items() if key not in totals), *self.stale]
        return max([*ours, self.grid.end - 1] if self.tab.kept else ours, default=-1)

    def gather_charts(self) -> None:
        """Move the charts' rows back below the header, where the charts read them."""
        if self.header is None:
            return
        for chart in self.tab.charts:
            for place, key in enumerate(chart.rows, self.header + 1 + chart.below):
                if self.rows[key] > place:
                    self.move_row(self.rows[key], place)

    def redraw_charts(self) -> None:
        """Make the remaining charts show the current rows and columns."""
        if self.header is None:
            return
        for chart in self.tab.charts:
            sources = layout.chart_sources(chart, self.at, self.header)
            drawn = frozenset(area for areas in sources.values() for area in areas)
            for chart_id, shown in self.grid.charts.items():
                if layout.is_of(chart, chart_id) and (shown != drawn or self.requests):
                    spec = layout.chart_spec(chart, self.grid.sheet_id, self.at, self.header)
                    self.requests.append({"updateChartSpec": {"chartId": chart_id, "spec": spec}})

    def drop_columns(self) -> None:
        """Delete columns of ours that are no longer drawn; if people work on the tab, only empty them.

        It can't be known for sure which column a deletion hits, and people's cells in it exist nowhere else.
        """
        gone = [key for key in self.at if key not in self.tab.column_keys]
        peopled = bool(gone) and self.peopled()
        for key in gone:
            across = self.at.pop(key)
            if not peopled:
                self.dropped.append(across)
            else:
                self.released.append(across)
                self.requests.append(requests.unmark_column(self.grid.sheet_id, COLUMN_MARK, key))

    def segments(self, keys: Sequence[str]) -> list[list[str]]:
        """These columns from left to right, grouped into runs of neighbours."""
        placed = sorted((self.at[key], key) for key in keys)
        runs: list[list[str]] = []
        before = -2
        for across, key in placed:
            if across != before + 1:
                runs.append([])
            runs[-1].append(key)
            before = across
        return runs
