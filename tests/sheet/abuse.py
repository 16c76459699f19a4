"""A random machine: returns, withdrawals, edits by people, faults and kills, and what must hold after quiet."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Literal

import stamina
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from audit.cycle.board import Board
from audit.returns.answers import Answers
from sandbox.faults import Fault
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Person, create_app
from sandbox.sheets.errors import Refused
from sheets.client import connect
from sheets.drawing import draw
from sheets.drift import Drift
from sheets.errors import OutcomeUnknown, OutOfStep, SheetsUnavailable
from sheets.memory import Memory
from sheets.tabs import HEADER
from tests.sheet.boards import AGENCIES, NOW, a1, answers, board, made_of, sync
from tests.sheet.conftest import Sheet, checking

REMARKS = "Our remarks"
PLACES = st.integers(0, 40)
GRADES = st.sampled_from(["outstanding", "good", "requires_improvement", "inadequate"])


class Killed(BaseException):
    """The process is gone."""


class Abuse(RuleBasedStateMachine):
    """Coordinators and Google against the projection. `remarks`: what people wrote beside each return, by its key."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(stamina.set_testing(True, attempts=3))
        self.problems: list[str] = []
        self.drive = Drive()
        address = self.stack.enter_context(serving(checking(create_app(self.drive), self.problems)))
        key = self.drive.create_spreadsheet("Abused", share_with=(BOT,))
        self.sheet = Sheet(connect(self.drive.service_account(address), address), self.drive, key)
        self.person = Person(self.drive, key)
        self.given: dict[str, Answers] = {}
        self.cases, self.generation = 4, 1
        self.released: set[int] = set()
        self.unreleased = True
        self.remarks: dict[str, str] = {}
        self.drift: dict[str, Drift] = {}
        self.typed: list[str] = []
        self.deleted: set[tuple[str, str]] = set()
        self.memory: Memory | None = None
        self.sync()

    def teardown(self) -> None:
        """The last quiet."""
        self.drive.faults.clear()
        self.drive.meanwhile.let_go()
        self.drive.meanwhile.clear()
        self.sync()
        self.check()
        self.stack.close()
        assert not self.problems, self.problems

    @property
    def board(self) -> Board:
        """The database's truth."""
        whole = board(self.cases, 3, self.given)
        cases = tuple(
            replace(case, released_at=NOW) if number in self.released else case
            for number, case in enumerate(whole.cases)
        )
        return replace(made_of(cases, whole.cycle), unreleased=self.unreleased)

    def sync(self, at: Callable[[str], None] = lambda _place: None, *, whole: bool = True) -> None:
        """One redraw, tried again, as the worker does, where late writes get in its way each time."""
        self.generation += 1
        for attempt in stamina.retry_context((OutcomeUnknown, OutOfStep)):
            with attempt:
                done = self.sheet.draw(
                    self.board,
                    sync=sync(self.generation),
                    before_write=lambda todo: self.drift.update({one.id: one for one in todo.drift}),
                    at=at,
                    memory=self.memory,
                    whole=whole,
                )
                self.memory = done.memory

    @property
    def title(self) -> str:
        """The Returns tab, however people call it."""
        return next(title for title in self.sheet.look.titles if title.startswith("Returns"))

    def header(self) -> tuple[int, list[str]]:
        """Where the header stands, and what it says."""
        grid = self.sheet.look.grid(self.title)
        return next((row, line) for row, line in enumerate(grid) if HEADER in line)

    def row(self, place: int) -> int:
        """One of our rows."""
        rows = sorted(self.ours().values())
        return rows[place % len(rows)]

    def ours(self) -> dict[str, int]:
        """Where each return of the board stands."""
        top, header = self.header()
        grid, at = self.sheet.look.grid(self.title), header.index(HEADER)
        keys = {line.return_id for case in self.board.cases for line in case.lines}
        return {line[at]: row for row, line in enumerate(grid) if row != top and line[at] in keys}

    def key_in(self, row: int) -> str:
        """The key of a row."""
        return next(key for key, at in self.ours().items() if at == row)

    @rule(case=st.integers(1, 6), agency=st.integers(0, 2), grade=GRADES)
    def submit(self, case: int, agency: int, grade: str) -> None:
        """A return comes in."""
        area = ("Central", "East", "North")[case % 3]
        self.given[f"T2-{area.upper()}-{case:02} {AGENCIES[agency][1]}"] = answers(grade)

    @rule(cases=st.integers(2, 6))
    def resize(self, cases: int) -> None:
        """Cases join or are withdrawn."""
        self.sync()
        self.cases = cases
        self.sync()
        present = {line.return_id for case in self.board.cases for line in case.lines}
        self.remarks = {key: text for key, text in self.remarks.items() if key in present}

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
        names = [one.header for one in draw(self.board, sync())[2].columns]
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

    @rule(column=st.integers(0, 12), descending=st.booleans())
    def sort(self, column: int, *, descending: bool) -> None:
        """Somebody sorts the tab."""
        top, header = self.header()
        end = len(self.sheet.look.grid(self.title))
        area = f"{a1(top + 1, 0)}:{a1(end - 1, len(header) - 1)}"
        with suppress(Refused):  # Sheets doesn't sort merged cells
            self.person.sort(self.title, area, column % len(header), descending=descending)

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
        row = self.row(place)
        key = self.key_in(row)
        self.remarks.pop(key, None)
        self.deleted.add(("returns", key))
        self.person.delete_rows(self.title, row)
        self.sync()

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
        names = [one.header for one in draw(self.board, sync())[2].columns]
        across, row = self.header()[1].index(names[column]), self.row(place)
        with suppress(Refused):
            self.person.merge(self.title, f"{a1(row, across)}:{a1(row + height - 1, across)}")

    @rule(name=st.sampled_from(["Returns A", "Returns B", "Returns"]))
    def rename(self, name: str) -> None:
        """Somebody renames the tab."""
        self.person.rename_tab(self.title, name)

    @rule(which=st.sampled_from(["Status", "Tallies", "Returns", "Read me"]))
    def delete_tab(self, which: str) -> None:
        """Somebody deletes a tab of ours."""
        self.sync()
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
        assert set(self.typed) <= found
        theirs = (*self.typed, *self.remarks.values(), "(deleted)", "")
        assert {text for text in found if text not in theirs and not text.startswith("r ")} == set()

    def check(self) -> None:
        """Sheet equals database, people's remarks are where they were, no key twice, nothing left to do."""
        assert self.sheet.draw(self.board, sync=sync(self.generation)).writes == 0
        for tab in draw(self.board, sync()):
            if tab.key == "returns":
                rows = self.sheet.rows(self.title)
                for row in tab.rows:
                    both = zip(tab.columns, row.values, strict=True)
                    cells = {column.header: str(value) for column, value in both if not column.kind}
                    assert {name: rows[row.key][name] for name in cells} == cells
                shown = {key: rows[key].get(REMARKS, "") for key in self.remarks}
                assert shown == self.remarks
