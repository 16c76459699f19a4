"""One redraw: read, draw, take the difference, check again where it is to be written, and one atomic write.

What was last drawn is sealed into each row (sheets/seals.py), so a redraw can be killed anywhere and repeated. Drift
and rows set aside are passed to `before_write` before anything is overwritten; a repeated pass finds the same.

People go on working between a read and the write. So a write takes a turn (sheets/fence.py), doesn't rewrite correct
keys, and asks back where keys and columns are: if they aren't where they should be, another pass follows at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import stamina

from audit.cycle.board import Board
from sheets import changes, fence, found_sheet, numbers, partial_look, refused_tabs
from sheets.batches import body, encoded, grouped
from sheets.cells_beside import BesideRows
from sheets.changes import Changes
from sheets.drawer import Drawer, FoundForDrawing, checked
from sheets.drawing import Drawing
from sheets.errors import OutcomeUnknown, OutOfStep, SheetsRefused
from sheets.fence import SheetTurn
from sheets.find_edits import Drift, SetAside
from sheets.found_sheet import Book
from sheets.google_answer import MASK, ROWS
from sheets.google_client import WITHIN, GoogleClient, refuse_other
from sheets.memory import Memory
from sheets.one_tab import Last
from sheets.partial_look import Places, Shape
from sheets.peoples_cells import Theirs
from sheets.refused_tabs import RefusedTabs
from sheets.spreadsheet_calls import SpreadsheetCalls
from sheets.tabs import Row, SyncInfo, Tab

PASSES = 8
"""Number of passes in a row that people may disturb by shifting rows or columns."""
TROUBLES = 3
"""Number of attempts while Google leaves unknown whether a write was applied, or finds it out of step."""


@dataclass(frozen=True)
class Redrawn:
    """The cost and findings of a redraw. `reads` and `writes` count calls, `bytes` the size of the writes' bodies.

    `memory`: the spreadsheet's state now, if the last turn is known to be right. `whole`: everything was read, and
    `theirs` is all that people have of their own. `left_out`: a sentence, with what to do, for each tab that Google
    refuses to have written; the others are drawn.
    """

    reads: int
    writes: int
    bytes: int
    drift: tuple[Drift, ...] = ()
    quarantined: tuple[SetAside, ...] = ()
    memory: Memory | None = None
    whole: bool = True
    left_out: tuple[str, ...] = ()
    theirs: tuple[Theirs, ...] = ()


class _Moved(Exception):
    """People shifted rows or columns, or keys had to be corrected first: another pass must follow."""


def _untold(_: object) -> None:
    """The default of `at` and `before_write`: does nothing."""


def redraw(
    client: GoogleClient,
    spreadsheet_id: str,
    board: Board,
    sync: SyncInfo,
    *,
    before_write: Callable[[Changes], None] = _untold,
    at: Callable[[str], None] = _untold,
    drawer: Drawer | None = None,
    memory: Memory | None = None,
    whole: bool = False,
) -> Redrawn:
    """Make the spreadsheet show the board; SheetsUnavailable or SheetsRefused if that isn't possible (now).

    A write with unknown outcome, or in conflict with what people did meanwhile, is followed by another pass. With a
    `memory`, only what changed since is read if that is enough, unless `whole` is set; and rows and tabs deleted since
    are reported. `at` is called with "sheet.after_read" and "sheet.after_http".
    """
    calls, turns = SpreadsheetCalls(client, spreadsheet_id), _Turns(memory.turn if memory else "")
    run = _Redraw(calls, Drawing.of(board, sync), drawer or Drawer(), before_write, at, memory, turns, whole=whole)
    run.tab_by_tab()
    return Redrawn(
        calls.reads, calls.writes, calls.sent, tuple(run.drift.values()), tuple(run.aside), run.memory, run.whole,
        tuple(run.refused.left_out.values()), run.theirs,
    )  # fmt: skip


def _again(error: Exception) -> bool | float:
    """Whether another pass may help, or after how many seconds, if Google says that."""
    if isinstance(error, OutcomeUnknown) and error.retry_after is not None:
        return error.retry_after if error.retry_after < WITHIN else False
    return isinstance(error, OutcomeUnknown | OutOfStep)


@dataclass(frozen=True)
class _Turns:
    """What a redraw knows about the turns in the sheet. `held`: the last one known to be right, or "".

    `sent`: the last write, until it is known to be in the right places. `struck`: tab's key -> people's cells beside
    rows of ours that were misplaced. `maybe_misplaced`: something written before may be misplaced.
    """

    held: str
    sent: tuple[SheetTurn, Changes] | None = None
    struck: Mapping[str, BesideRows] = field(default_factory=dict)
    maybe_misplaced: bool = False

    def found(self, turn: SheetTurn | None) -> Self:
        """The state once `turn` is found in the spreadsheet."""
        struck = self.struck
        if self.sent and self.sent[0] == turn:  # the last write was applied, but partly in the wrong places
            struck = {**struck, **self.sent[1].beside}
        return replace(self, sent=None, struck=struck, maybe_misplaced=self.maybe_misplaced or not self.holds(turn))

    def holds(self, turn: SheetTurn | None) -> bool:
        """Whether what `turn` wrote is known to be in the right places."""
        return turn is None or str(turn) == self.held


@dataclass
class _Redraw:
    """The passes of one redraw, with their findings together: a later pass doesn't see what an earlier one reverted."""

    calls: SpreadsheetCalls
    drawing: Drawing
    drawer: Drawer
    before_write: Callable[[Changes], None]
    at: Callable[[str], None]
    memory: Memory | None
    turns: _Turns
    whole: bool
    drift: dict[str, Drift] = field(default_factory=dict)
    aside: dict[SetAside, None] = field(default_factory=dict)
    refused: RefusedTabs = field(default_factory=RefusedTabs)
    theirs: tuple[Theirs, ...] = ()

    def tab_by_tab(self) -> None:
        """Make passes over all tabs; a tab that Google refuses to have written doesn't hold up the others."""
        while True:
            try:
                return self._patiently()
            except SheetsRefused as refused:
                self.refused.learn(refused)
                self.whole = True

    def _patiently(self) -> None:
        for attempt in stamina.retry_context(_again, attempts=TROUBLES, timeout=60.0, wait_initial=0.5):
            with attempt:
                self.until_it_holds()

    def until_it_holds(self) -> None:
        """Make passes until nothing is left to do, or everything written is in the right places."""
        for _ in range(PASSES):
            try:
                return self._once()
            except _Moved:
                self.whole = True
        raise OutOfStep("People are moving rows and columns of the sheet: it is updated when they have finished.")

    def _once(self) -> None:
        looked = self._look(self.refused.tabs(self.drawing.tabs))
        if looked is None:
            return
        self.at("sheet.after_read")
        numbers.look(looked.book, looked.tabs, self.calls.read_numbers)
        stood = partial_look.shape(looked.book, looked.tabs)
        todo = changes.changes(looked.book, replace(self.drawing, tabs=looked.tabs), self._last(looked.turn))
        self._keep(todo)
        self.theirs = todo.theirs if self.whole else ()
        if not todo.requests:
            self._remember(str(looked.turn or ""), todo)
            return
        if self.whole and stood:
            self._look_closely(stood, looked.turn)
        self._write(todo, looked, stood)

    def _look(self, tabs: Sequence[Tab]) -> FoundForDrawing | None:
        """Read what changed, if that can be told, else everything. None: nothing changed."""
        if self.memory and not self.whole:
            changed = self.memory.changed(tabs)
            if changed == {}:
                return None
            looked = self._glance(self.memory, changed, tabs) if changed else None
            if looked:
                return looked
        self.whole = True
        return self._checked(self.calls.whole(), tabs)

    def _glance(
        self, memory: Memory, changed: Mapping[str, Sequence[Row]], tabs: Sequence[Tab]
    ) -> FoundForDrawing | None:
        """Read the changed rows only; None if the sheet isn't plainly as remembered."""
        touched = [tab for tab in tabs if tab.key in changed]
        rows = {key: {row.key for row in changed[key]} for key in changed}
        stand: Places | None = partial_look.remembered(memory, touched)
        for _ in range(2):
            book = self.calls.parts(partial_look.ranges(memory, stand, rows), ROWS) if stand else None
            looked = self._checked(book, touched) if book else None
            if stand is None or looked is None or str(looked.turn or "") != memory.turn:
                return None
            if partial_look.is_as_remembered(looked.book, memory, touched, stand, rows):
                partial_look.fill_unread(looked.book, memory, touched, stand, rows)
                return looked
            stand = self.calls.places(memory, touched)  # people sorted, so the rows are elsewhere
        return None

    def _checked(self, book: Book, tabs: Sequence[Tab]) -> FoundForDrawing:
        return checked(book, tabs, self.drawing.mark, self.drawer)

    def _look_closely(self, stood: Shape, turn: SheetTurn | None) -> None:
        """Check once more, right before the write, that columns and rows are where they were; _Moved if they aren't."""
        ranges = [
            one for sheet_id, (columns, _) in stood.items() for one in partial_look.position_ranges(sheet_id, columns)
        ]
        book = self.calls.parts(ranges, MASK)
        if book is None or partial_look.shape_of(book, stood) != stood or fence.read(book.turns) != turn:
            raise _Moved

    def _last(self, turn: SheetTurn | None) -> Last:
        """What is known about the turn found in the spreadsheet."""
        self.turns = turns = self.turns.found(turn)
        unsure = None if turn is None or turns.holds(turn) else turn.kind
        return Last(unsure, turns.struck, self.aside, self.memory.tabs if self.memory else {}, turns.maybe_misplaced)

    def _keep(self, todo: Changes) -> None:
        self.drift |= {one.id: one for one in todo.drift}
        self.aside |= dict.fromkeys(todo.set_aside)
        if todo.drift or todo.set_aside:
            self.before_write(todo)

    def _write(self, todo: Changes, looked: FoundForDrawing, stood: Shape) -> None:
        """Send the changes, and check that all of them are in the right places; _Moved if another pass must follow."""
        turn = looked.turn
        if todo.kind == "rows":  # rows are deleted only once everything else is right
            self.turns = _Turns(str(turn or ""))
        asked = [one for one in todo.standing if one.sheet_id in stood and one.expected]
        groups = grouped(self.refused.requests(todo.requests, looked))
        for place, group in enumerate(groups, 1):
            turn = fence.after(turn, todo.kind, self.drawer.name)
            self.turns = replace(self.turns, sent=(turn, todo))
            ranges = [one for standing in asked for one in standing.ranges(todo.kind)] if place == len(groups) else []
            batch = [*map(encoded, fence.take(turn)), *group]
            try:
                answer = self.calls.write(body(batch, ranges))
            except SheetsRefused as refused:
                refused_tabs.place(refused, batch, looked)
                raise
            self.at("sheet.after_http")
        read_back = found_sheet.read(answer)
        if todo.kind == "rows" or not all(one.holds(read_back, todo.kind) for one in asked):
            raise _Moved
        held = str(turn)
        self.turns = replace(self.turns, held=held, sent=None) if todo.kind == "keys" else _Turns(held)
        if todo.unfinished:
            raise _Moved
        self._remember(held, todo)

    def _remember(self, turn: str, todo: Changes) -> None:
        known = None if self.whole else self.memory
        self.memory = known.then(turn, todo.standing) if known else Memory.of(turn, todo.standing)


def compare(client: GoogleClient, spreadsheet_id: str, board: Board, sync: SyncInfo) -> Changes:
    """What a redraw would do now: one read, no write."""
    book, drawing = found_sheet.read(client.read(spreadsheet_id)), Drawing.of(board, sync)
    refuse_other([book.bound_to] if book.bound_to else [], board.mark)
    return changes.changes(book, drawing)
