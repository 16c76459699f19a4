"""A sheet that a random machine is let loose on: what the database says, what stands there, what must hold."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

import stamina
from hypothesis.stateful import RuleBasedStateMachine

from audit.cases.summary import CaseView
from audit.cycle.board import Board
from audit.returns.answers import Answers
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Person, create_app
from sheets.drawing import draw
from sheets.errors import OutcomeUnknown, OutOfStep
from sheets.find_edits import Drift
from sheets.google_client import connect
from sheets.memory import Memory
from sheets.tabs import HEADER, Tab
from tests.sheet.boards import NOW, a1, board, made_of, sync
from tests.sheet.conftest import Sheet, checking

REMARKS = "Our remarks"
SAID = re.compile(r"Said as \d+\.")
"""A text of one return alone."""


def unnumbered(text: str) -> str:
    """A text as it was before its row was a table's header, where Google names and numbers what isn't unlike others."""
    return re.sub(r"^Column \d+$|(?<=.) \d+$", "", text)


class Abused(RuleBasedStateMachine):
    """A sheet that people and Google do things to. `remarks`: what people wrote beside each return, by its key."""

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
        self.released: set[int] = {0}
        self.unreleased = self.reflections = True
        self.gone: set[int] = set()
        self.names: dict[str, str] = {}
        self.remarks: dict[str, str] = {}
        self.drift: dict[str, Drift] = {}
        self.typed: list[str] = []
        self.said = 0
        self.unheaded = False
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

    def shown(self, whole: Board) -> Board:
        """What the sheet shows of an audit: its own, all of it."""
        return whole

    @property
    def board(self) -> Board:
        """The database's truth."""
        whole = board(self.cases, 3, self.given)
        cases = tuple(
            replace(case, released_at=NOW) if number in self.released else case
            for number, case in enumerate(whole.cases)
            if number not in self.gone
        )
        for old, new in self.names.items():
            cases = tuple(self._renamed(case, old, new) for case in cases)
        agencies = tuple((self.names.get(label, label), short) for label, short in whole.cycle.agencies)
        made = made_of(cases, replace(whole.cycle, agencies=agencies))
        return self.shown(replace(made, unreleased=self.unreleased, reflections=self.reflections))

    @staticmethod
    def _renamed(case: CaseView, old: str, new: str) -> CaseView:
        """A case in which an agency, or which itself, has another name."""
        lines = (replace(line, agency=new if line.agency == old else line.agency) for line in case.lines)
        return replace(case, reference=new if case.reference == old else case.reference, lines=tuple(lines))

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

    def returns(self) -> Tab:
        """The Returns tab as it should be."""
        return next(tab for tab in draw(self.board, sync()) if tab.key == "returns")

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

    def all_rows(self) -> tuple[str, int]:
        """The cells below the header, and their first column."""
        top, header = self.header()
        return f"{a1(top + 1, 0)}:{a1(len(self.sheet.look.grid(self.title)) - 1, len(header) - 1)}", 0

    def what_is_seen(self) -> tuple[str, int]:
        """The same without the hidden columns, where these are the first and no row of others is between ours."""
        top, header = self.header()
        hidden, at = header[0] == HEADER and header[1].startswith("rt1."), header.index(HEADER)
        grid = self.sheet.look.grid(self.title)
        rows = [row for row, line in enumerate(grid) if line[at].startswith("T2-")]  # withdrawn ones, too
        if not hidden or rows != [*range(top + 1, top + 1 + len(rows))]:
            return self.all_rows()
        return f"{a1(top + 1, 2)}:{a1(rows[-1], len(header) - 1)}", 2

    def check(self) -> None:
        """Sheet equals database, people's remarks are where they were, no key twice, nothing left to do.

        What is drawn no more can be read nowhere, but for what was set aside with people's own.
        """
        assert self.sheet.draw(self.board, sync=sync(self.generation)).writes == 0
        stands = (self.sheet.look.grid(title) for title in self.sheet.look.titles if title != "Quarantine")
        assert {*SAID.findall(str([*stands]))} <= {*SAID.findall(str(draw(self.board, sync())))}
        tab, rows = self.returns(), self.sheet.rows(self.title)
        for row in tab.rows:
            both = zip(tab.columns, row.values, strict=True)
            cells = {column.header: unnumbered(str(value)) for column, value in both if not column.kind}
            assert {name: unnumbered(rows[row.key][name]) for name in cells} == cells
        shown = {key: unnumbered(rows[key].get(REMARKS, "")) for key in self.remarks}
        assert shown == self.remarks
