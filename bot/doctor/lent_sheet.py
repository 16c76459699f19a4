"""A trial with an empty spreadsheet that was lent: draw in it, change it as people do, and leave it empty again.

The drawn content is invented. The trial shows what no stand-in can: Google's own answers, such as to a turn that was
taken before (sheets/fence.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board, tally
from audit.cycle_facts import CycleView, MeetingView
from audit.library.default import DEFAULT
from audit.returns.answers import Answers
from audit.scales import INSPECTION
from bot.doctor.means import Means, heard
from bot.doctor.results import LookResult, ok, problem, unasked
from sheets import fence, found_sheet, requests, sync
from sheets.batches import body, encoded
from sheets.drawing import draw
from sheets.errors import SheetsRefused, SheetsUnavailable
from sheets.found_sheet import SHEET_MARK, TURN_MARK, Book, Grid, Rectangle
from sheets.google_client import GoogleClient, parse_url
from sheets.requests import Request
from sheets.tabs import KEY, SyncInfo, Tab
from storage.clock import wall

_TRIAL = "roundtabledoctor"
"""The id of the audit cycle that is drawn; no such cycle exists."""
TYPED = "Typed over by roundtable doctor"
AGENCIES = (("Education", "Education"), ("Police", "Police"))


def trial(given: Means, url: str, tell: Callable[[str], None]) -> Iterator[LookResult]:
    """Try the sheet step by step. Ends at the first step that Google refuses, and empties the sheet all the same.

    `tell` is called with a sentence when it begins to take long.
    """
    client = given.google()
    if client is None:
        yield problem("No service account is set, so no sheet can be opened: set GOOGLE_SERVICE_ACCOUNT.")
        return
    try:
        lent = _Lent(client, parse_url(url), board())
        lent.begin()
    except SheetsRefused as refusal:
        yield problem(refusal.sentence)
        return
    except SheetsUnavailable as silent:
        yield unasked(heard(silent))
        return
    tell("The sheet is empty. It is written to now, step by step.")
    try:
        yield from lent.steps()
    except SheetsRefused as refusal:
        yield problem(f"Google refuses the next step: {refusal.sentence}")
    except SheetsUnavailable as silent:
        yield unasked(heard(silent))
    finally:
        yield lent.emptied()


@dataclass
class _Lent:
    """The lent spreadsheet, the board drawn in it now, and the number of calls to Google."""

    client: GoogleClient
    spreadsheet_id: str
    drawn: Board
    calls: int = 0

    @property
    def info(self) -> SyncInfo:
        """The drawing's information about itself: always the same, so that nothing changes by itself."""
        return SyncInfo(self.drawn.now, 1)

    def begin(self) -> None:
        """Raise SheetsRefused unless the spreadsheet can be bound and is empty; remains of a trial are removed."""
        self.client.check_bindable(self.spreadsheet_id, _TRIAL)
        self.calls += 4
        book = self._book()
        if book.bound_to == _TRIAL:
            self._empty(book)
            book = self._book()
        if any(grid.end or grid.charts for grid in book.grids):
            raise SheetsRefused("The sheet that was lent isn't empty, so nothing was written: lend an empty one.")

    def steps(self) -> Iterator[LookResult]:
        """The results of the trial's steps, in order."""
        self._redraw()
        yield self._same("Every tab, colour and chart was written at once.", "The sheet doesn't show what was written")
        self.drawn = changed(self.drawn)
        yield self._told(self._redraw() > 0, "A change is written.", "A change wasn't written")
        yield from self._put_back()
        yield from self._sorted()
        self.drawn = renamed(self.drawn)
        yield self._told(
            self._redraw() == 1, "A new name is text everywhere.", "A new name was turned into something else"
        )
        yield self._same("It has replaced the old name everywhere.", "The old name is still somewhere")
        yield self._fenced()
        yield ok(f"Google was asked {self.calls} times.")

    def _redraw(self) -> int:
        """Draw the board; returns the number of writes."""
        done = sync.redraw(self.client, self.spreadsheet_id, self.drawn, self.info)
        self.calls += done.reads + done.writes
        return done.writes

    def _same(self, well: str, wrong: str) -> LookResult:
        """Whether the sheet shows what was drawn, so that nothing is left to write."""
        return self._told(self._redraw() == 0, well, wrong)

    @staticmethod
    def _told(well: bool, said: str, wrong: str) -> LookResult:  # noqa: FBT001  # the condition that is reported
        return ok(said) if well else problem(f"{wrong}: please tell whoever makes Roundtable, with this table.")

    def _put_back(self) -> Iterator[LookResult]:
        """Type over a cell, as people do, and have it put back."""
        tab, grid = self._returns()
        row = next(row for row in range(grid.end) if grid.at(row, grid.columns[KEY]) == tab.rows[0].key)
        across = grid.columns[tab.columns[-1].key]
        self._send([requests.write(grid.sheet_id, row, across, [[TYPED]])])
        done = sync.redraw(self.client, self.spreadsheet_id, self.drawn, self.info)
        self.calls += done.reads + done.writes
        seen = [one.found for one in done.drift] == [TYPED]
        yield self._told(seen, "A cell that was typed over is noticed.", "A cell that was typed over wasn't noticed")
        yield self._same("It is put back.", "It wasn't put back")

    def _sorted(self) -> Iterator[LookResult]:
        """Sort the rows, as people do, and have them found again."""
        _, grid = self._returns()
        below = Rectangle(1, grid.end, 0, grid.column_count)
        order = [{"dimensionIndex": grid.columns[KEY], "sortOrder": "DESCENDING"}]
        self._send([{"sortRange": {"range": requests.grid_range(grid.sheet_id, below), "sortSpecs": order}}])
        done = sync.redraw(self.client, self.spreadsheet_id, self.drawn, self.info)
        self.calls += done.reads + done.writes
        yield self._told(not done.drift, "Rows that were sorted stay whole.", "Sorting was taken for typing")
        yield self._same("Sorted rows are found again.", "Rows that were sorted aren't found again")

    def _fenced(self) -> LookResult:
        """Take a turn that was taken before: Google must refuse it, or two workers could draw over each other."""
        turn = fence.read(self._book().turns)
        if turn is None:
            return problem(
                "The sheet doesn't say whose turn it is: please tell whoever makes Roundtable, with this table."
            )
        try:
            self._send(fence.take(turn))
        except SheetsRefused as refusal:
            return ok(f"A write that comes too late is refused. Google said: {refusal.sentence}")
        return problem(
            "Google accepts a write that comes too late, so a slow one can undo a newer one: run one worker only, and"
            " tell whoever makes Roundtable, with this table."
        )

    def emptied(self) -> LookResult:
        """Leave the sheet empty, as it was lent."""
        try:
            self._empty(self._book())
            left = self._book()
        except SheetsRefused as refusal:
            return problem(f"The sheet couldn't be emptied, so delete it. {refusal.sentence}")
        except SheetsUnavailable as silent:
            return problem(f"The sheet couldn't be emptied, so delete it. {heard(silent)}")
        clean = not (left.bound_to or left.turns or any(grid.mark or grid.end for grid in left.grids))
        return ok("The sheet is empty again.") if clean else problem("The sheet isn't empty again: delete it.")

    def _empty(self, book: Book) -> None:
        ours = [grid for grid in book.grids if grid.mark]
        made: list[Request] = (
            [{"addSheet": {"properties": {"title": "Sheet1"}}}] if len(ours) == len(book.grids) else []
        )
        made += [{"deleteSheet": {"sheetId": grid.sheet_id}} for grid in ours]
        for key in (SHEET_MARK, TURN_MARK):
            if (key == SHEET_MARK and book.bound_to) or (key == TURN_MARK and book.turns):
                made.append(requests.unmark_all(key))
        if made:
            self._send(made)

    def _returns(self) -> tuple[Tab, Grid]:
        """The tab with the most rows, and its grid."""
        tab = max(draw(self.drawn, self.info), key=lambda one: len(one.rows))
        grid = self._book().grid(tab)
        if grid is None:
            raise SheetsRefused("A tab that was written isn't there.")
        return tab, grid

    def _book(self) -> Book:
        self.calls += 1
        return found_sheet.read(self.client.read(self.spreadsheet_id))

    def _send(self, made: list[Request]) -> None:
        self.calls += 1
        self.client.write(self.spreadsheet_id, body([encoded(one) for one in made], []))


def board() -> Board:
    """A board of three invented cases with two agencies."""
    now = wall().replace(microsecond=0)
    due, meeting = now + timedelta(days=7), now + timedelta(days=14)
    cycle = CycleView(
        id=_TRIAL, number=1, title="A trial of the sheet", theme="Trial", origin="roundtable doctor",
        state="collecting",
        due_at=due, summary_days=3, scale=INSPECTION, tool=DEFAULT, areas=("East",), agencies=AGENCIES,
        meetings=(MeetingView(meeting, ("East",)),),
    )  # fmt: skip
    cases = tuple(
        CaseView(
            id=f"trial{number}", cycle_id=_TRIAL, cycle_name=cycle.title, reference=f"TRIAL-{number}", area="East",
            due_at=due, meeting_at=meeting, released_at=None, scale=INSPECTION, tool=DEFAULT,
            lines=tuple(_line(f"trial{number}{short}", label, "good") for label, short in AGENCIES), judgement=None,
        )
        for number in (1, 2, 3)
    )  # fmt: skip
    return Board(cycle, cases, tally(cycle, cases), now, reflections=True)


def changed(drawn: Board) -> Board:
    """The board with another grade in one return."""
    first, *others = drawn.cases
    line = first.lines[0]
    cases = (replace(first, lines=(_line(line.return_id, line.agency, "inadequate"), *first.lines[1:])), *others)
    return replace(drawn, cases=cases, tally=tally(drawn.cycle, cases))


def renamed(drawn: Board) -> Board:
    """The board with another reference for its first case."""
    first, *others = drawn.cases
    cases = (replace(first, reference="TRIAL-ANEW"), *others)
    return replace(drawn, cases=cases, tally=tally(drawn.cycle, cases))


def _line(return_id: str, agency: str, grade: str) -> Line:
    return Line(
        return_id=return_id, agency=agency, state="submitted", version=1, late=False, after_release=False,
        answers=Answers({"went_well": "Nothing: this is a trial."}, grade, None, "It is a trial."),
        submitted_at=None, submitted_by=None,
    )  # fmt: skip
