"""A random machine: returns, withdrawals, edits by people, faults and kills, and what must hold after quiet."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from sandbox.faults import Fault
from sandbox.sheets.errors import Refused
from sheets.errors import SheetsUnavailable
from sheets.found_sheet import TableHeading
from sheets.tabs import HEADER
from tests.sheet.abused import REMARKS, Abused, unnumbered
from tests.sheet.boards import AGENCIES, a1, answers

PLACES = st.integers(0, 40)
CHANGES = st.sampled_from(["withdraw", "withdraw", "rename", "rename", "withhold", "erase"])
GRADES = st.sampled_from(["outstanding", "good", "requires_improvement", "inadequate"])


class Killed(BaseException):
    """The process is gone."""


class Abuse(Abused):
    """Coordinators and Google against the projection."""

    @rule(case=st.integers(1, 6), agency=st.integers(0, 2), grade=GRADES)
    def submit(self, case: int, agency: int, grade: str) -> None:
        """A return comes in."""
        area = ("Central", "East", "North")[case % 3]
        self.said += 1
        given = answers(grade, voice=f"Said as {self.said}.")
        self.given[f"T2-{area.upper()}-{case:02} {AGENCIES[agency][1]}"] = given

    @rule(what=CHANGES, case=st.integers(1, 4))
    def change(self, what: str, case: int) -> None:
        """The database says something else of what stands there, or no more; asked again, it is as it was."""
        name = ("T2-EAST-01", "T2-EAST-99") if case % 2 else (AGENCIES[1][0], "Schools")
        if what == "withdraw":
            self.gone ^= {case}
        elif what == "rename":
            self.names = dict({*self.names.items()} ^ {name})
        elif what == "withhold":
            self.reflections = not self.reflections
        else:
            self.given = {key: answers("good", voice="Erased.") for key in self.given}

    @rule(cases=st.integers(2, 6))
    def resize(self, cases: int) -> None:
        """Cases join or are withdrawn."""
        self.sync()
        self.cases = cases
        self.sync()

    @rule(case=st.integers(0, 5), unreleased=st.booleans())
    def release(self, case: int, *, unreleased: bool) -> None:
        """A case's summary is posted, and the sheet is shared with others, or no longer."""
        self.released.add(case)
        self.unreleased = unreleased

    @rule(place=PLACES, text=st.text("abc", min_size=1, max_size=5))
    def remark(self, place: int, text: str) -> None:
        """Somebody writes beside a return, in a column of their own."""
        self.sync()
        top, header = self.header()
        if REMARKS not in header:
            across = len(header)
            self.person.paste(self.title, a1(top, across), [[REMARKS]])
            header.append(REMARKS)
        row = self.row(place)
        self.remarks[self.key_in(row)] = f"r {text}"
        self.person.paste(self.title, a1(row, header.index(REMARKS)), [[f"r {text}"]])

    @rule(place=PLACES, column=st.integers(2, 9), text=st.text("xyz", min_size=1, max_size=5))
    def overtype(self, place: int, column: int, text: str) -> None:
        """Somebody types over a cell of ours."""
        _, header = self.header()
        names = [one.header for one in self.returns().columns]
        across = header.index(names[column])
        self.sync()
        self.person.paste(self.title, a1(self.row(place), across), [[f"typed {text}"]])
        self.typed.append(f"typed {text}")
        self.sync()

    @rule(place=PLACES, other=PLACES)
    def paste_key(self, place: int, other: int) -> None:
        """Somebody pastes one row's key over another's."""
        self.sync()
        _, header = self.header()
        row = self.row(other)
        if row != self.row(place):
            self.person.paste(self.title, a1(self.row(place), header.index(HEADER)), [[self.key_in(row)]])
        self.sync()

    @rule(column=st.integers(0, 12), descending=st.booleans(), seen=st.booleans())
    def sort(self, column: int, *, descending: bool, seen: bool) -> None:
        """Somebody sorts the tab, or what they see of it."""
        area, first = self.what_is_seen() if seen else self.all_rows()
        across = first + column % (len(self.header()[1]) - first)
        with suppress(Refused):  # Sheets doesn't sort merged cells
            self.person.sort(self.title, area, across, descending=descending)

    @rule(at=st.integers(0, 20))
    def insert_column(self, at: int) -> None:
        """Somebody inserts a column."""
        if len(self.header()[1]) < 40:
            self.person.insert_columns(self.title, at)

    @rule(start=st.integers(0, 20), to=st.integers(0, 20))
    def move_column(self, start: int, to: int) -> None:
        """Somebody drags a column."""
        if to not in (start, start + 1):
            with suppress(Refused):  # nor does it pull merged cells apart
                self.person.move_columns(self.title, start, to)

    @rule(place=st.integers(0, 15), rows=st.integers(1, 3))
    def insert_rows(self, place: int, rows: int) -> None:
        """Somebody inserts rows, anywhere."""
        self.person.insert_rows(self.title, place, rows)

    @rule(place=PLACES)
    def delete_row(self, place: int) -> None:
        """Somebody deletes a row of ours, remark and all."""
        self.sync()
        self.forget(self.row(place))
        self.sync()

    def forget(self, row: int) -> None:
        """A row of ours is deleted, remark and all, as is to be told."""
        self.missed(self.key_in(row))
        self.person.delete_rows(self.title, row)

    def missed(self, key: str) -> None:
        """What is in the row of a key goes, as is to be told."""
        self.remarks.pop(key, None)
        self.deleted.add(("returns", key))

    @rule(place=PLACES)
    def delete_cells(self, place: int) -> None:
        """Somebody deletes what they see of a row of ours, and has what is below move up."""
        self.sync()
        self.move_cells_up(place)
        self.sync()

    def move_cells_up(self, place: int) -> None:
        """What is seen of a row of ours goes, as is to be told, and what is below moves up."""
        area, first = self.what_is_seen()
        row, (*_, last) = self.row(place), sorted(self.ours().values())
        if first and row < last:
            key, end = self.key_in(row), area.partition(":")[2]
            gone = self.person._range(self.title, f"{a1(row, first)}:{end}") | {"endRowIndex": row + 1}  # noqa: SLF001
            with suppress(Refused):  # merged cells, or a table, are in the way
                self.person.do(deleteRange={"range": gone, "shiftDimension": "ROWS"})
                self.missed(key)

    @rule(place=PLACES)
    def copy_row(self, place: int) -> None:
        """Somebody copies a row below everything."""
        self.sync()
        row, end, width = self.row(place), len(self.sheet.look.grid(self.title)), len(self.header()[1])
        tab = self.person.tab(self.title)
        source = {"sheetId": tab.id, "startRowIndex": row, "endRowIndex": row + 1, "endColumnIndex": width}
        to = {"sheetId": tab.id, "startRowIndex": end + 1, "endRowIndex": end + 2, "endColumnIndex": width}
        self.person.do(copyPaste={"source": source, "destination": to})

    @rule(place=PLACES, column=st.integers(0, 8), height=st.integers(2, 3))
    def merge(self, place: int, column: int, height: int) -> None:
        """Somebody merges cells of ours."""
        self.sync()
        names = [one.header for one in self.returns().columns]
        across, row = self.header()[1].index(names[column]), self.row(place)
        with suppress(Refused):
            self.person.merge(self.title, f"{a1(row, across)}:{a1(row + height - 1, across)}")

    @rule(place=PLACES, seen=st.booleans(), dropdown=st.booleans(), headed=st.booleans())
    def convert_to_table(self, place: int, *, seen: bool, dropdown: bool, headed: bool) -> None:
        """Somebody converts our rows, or some of them, to a table: some columns or all, with our header or without."""
        self.sync()
        self.unheaded |= not headed
        self.make_a_table(place, first=2 * seen, types={"G": "DROPDOWN"} if dropdown else {}, headed=headed)

    def make_a_table(
        self, place: int, *, first: int = 0, types: Mapping[str, str] | None = None, headed: bool = True
    ) -> None:
        """A table down to one of our rows, from our header, or from three rows above, which is its header then."""
        top, header = self.header()
        last, bottom = len(header) - 1 if place % 3 else min(place + 6, len(header) - 1), self.row(place)
        top = top if headed else max(top, bottom - 3)
        with suppress(Refused):  # there is one already, or cells are merged
            self.person.convert_to_table(self.title, f"{a1(top, first)}:{a1(bottom, last)}", types)

    @rule()
    def convert_to_cells(self) -> None:
        """Somebody has enough of their table."""
        self.person.convert_to_cells(self.title)

    @rule(name=st.sampled_from(["Returns A", "Returns B", "Returns"]))
    def rename(self, name: str) -> None:
        """Somebody renames the tab."""
        self.person.rename_tab(self.title, name)

    @rule(which=st.sampled_from(["Status", "Tallies", "Returns", "Read me"]))
    def delete_tab(self, which: str) -> None:
        """Somebody deletes a tab of ours."""
        self.sync()
        if which not in (*self.sheet.look.titles, "Returns"):
            return  # an agency's own has no tallies
        if which == "Returns":
            self.remarks = {}
        self.deleted.add((which.lower().replace(" ", "_"), ""))
        self.person.delete_tab(self.title if which == "Returns" else which)
        self.sync()

    @rule(drop=st.sampled_from(["before", "after"]))
    def lost_answer(self, drop: Literal["before", "after"]) -> None:
        """A write whose answer is lost."""
        self.drive.faults.add(Fault("POST .*:batchUpdate", drop=drop))
        self.sync()
        self.drive.faults.clear()

    @rule()
    def outage(self) -> None:
        """Google is away for a while."""
        self.drive.faults.add(Fault("/v4/", times=None, status=503))
        with suppress(SheetsUnavailable):
            self.sync()
        self.drive.faults.clear()

    @rule(place=st.sampled_from(["sheet.after_read", "sheet.after_http"]))
    def kill(self, place: str) -> None:
        """The worker dies."""

        def die(reached: str) -> None:
            if reached == place:
                raise Killed

        with suppress(Killed):
            self.sync(at=die)

    @rule()
    def quiet(self) -> None:
        """Nobody does anything for a while."""
        self.sync()
        self.check()

    @invariant()
    def edits_are_kept(self) -> None:
        """Whatever was typed over is in the drift log, and nothing that nobody typed."""
        assert {(one.lost_from, one.row_key) for one in self.drift.values() if one.lost_from} == self.deleted
        found = {one.found for one in self.drift.values() if one.tab != "Quarantine"}  # copies of rows of ours
        assert set(self.typed) <= found | {*map(unnumbered, found)}
        theirs = (*self.typed, *self.remarks.values(), "(deleted)", "")
        if self.unheaded:  # Google made texts of the numbers of a row, which then moved out of the table's header
            found -= {text for text in found if any(isinstance(one, float) for one in TableHeading(text).instead)}
        assert {text for text in found if unnumbered(text) not in theirs and not text.startswith("r ")} == set()
