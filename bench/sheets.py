"""What keeping a sheet costs in calls and bytes, beside a program that appends a row for each return, in the same run.

Both talk to the stand-in for Google, whose log of requests is counted. Prints a table: calls (sent / received).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from google.oauth2 import service_account

from audit.cycle.as_it_stood import CycleVersions, SentVersion
from audit.cycle.board import Board
from bench.naive import Naive
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Person, create_app
from sheets import sync
from sheets.drawing import returns
from sheets.found_sheet import text
from sheets.google_client import SCOPES, GoogleClient, connect
from sheets.memory import Memory
from tests.sheet.boards import NOW, answers, full, made_of
from tests.sheet.boards import sync as info

BURST = 150
SIZES = ((15, 10), (200, 10), (1000, 10))
NAIVE_AT_MOST = 2000
"""Up to this many returns, bursts are run for the other program too, which reads the whole tab for each return."""


@dataclass(frozen=True)
class Cost:
    """Calls to Sheets and Drive, and the bytes of their bodies before compression."""

    calls: int
    sent: int
    received: int

    def __str__(self) -> str:
        return f"{self.calls:,} ({self.sent / 1000:,.0f} kB / {self.received / 1000:,.0f} kB)"


NOTHING = Cost(0, 0, 0)


class Bench:
    """The stand-in for Google, and a client for it."""

    def __init__(self, drive: Drive, host: str) -> None:
        self.drive, self.host = drive, host
        self.client: GoogleClient = connect(drive.service_account(host), host)

    def cost(self, do: Callable[[], object]) -> Cost:
        """The cost of the calls that `do` makes."""
        self.drive.log.clear()
        do()
        counts = self.drive.counts()
        calls = counts["reads"] + counts["writes"] + counts["drive_reads"]
        return Cost(calls, counts["request_bytes"], counts["response_bytes"])

    def fresh(self) -> str:
        """The id of a new, empty spreadsheet."""
        return self.drive.create_spreadsheet("Measured", share_with=(BOT,))

    def naive(self, header: list[str]) -> Naive:
        """The baseline program with an empty spreadsheet."""
        signed = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # google-auth's
            self.drive.service_account(self.host), scopes=SCOPES
        )
        return Naive(signed, self.host, self.fresh(), header)


def _remembered(whole: Board) -> Board:
    """The same board with versions of its returns that were sent today, so that the tab What changed has rows."""
    lines = [line for case in whole.cases for line in case.lines if line.version and line.submitted_at]
    versions = {line.return_id: [SentVersion(line.submitted_at or NOW, line.version, line.result)] for line in lines}
    return replace(whole, history=CycleVersions(versions))


def _without(whole: Board, count: int) -> Board:
    """The same board before its last `count` returns were sent."""
    left = sum(len(case.lines) for case in whole.cases) - count
    cases = []
    for case in whole.cases:
        here = max(0, min(left, len(case.lines)))
        left -= here
        asked = [
            replace(line, state="requested", version=0, answers=None, submitted_at=None, submitted_by=None)
            for line in case.lines[here:]
        ]
        cases.append(replace(case, lines=(*case.lines[:here], *asked)))
    return made_of(tuple(cases), whole.cycle)


def _changed(whole: Board) -> Board:
    """The same board with another grade in its first return."""
    first, *others = whole.cases
    lines = (replace(first.lines[0], version=2, answers=answers("inadequate")), *first.lines[1:])
    return made_of((replace(first, lines=lines), *others), whole.cycle)


def _withdrawn(whole: Board) -> Board:
    """The same board without its last case."""
    return made_of(whole.cases[:-1], whole.cycle)


class Ours:
    """A spreadsheet that Roundtable draws as its worker does, with what one redraw remembers handed to the next."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.key = bench, bench.fresh()
        self.memory: Memory | None = None
        self.generation = 0
        bench.client.read(self.key)  # signed in

    def draw(self, what: Board, *, whole: bool = False) -> Cost:
        """The cost of one redraw, with its calls to Drive before it and, if it wrote anything, after it."""
        self.generation += 1

        def redraw() -> None:
            client = self.bench.client
            client.file(self.key)
            memory = None if whole else self.memory
            done = sync.redraw(client, self.key, _remembered(what), info(self.generation), memory=memory)
            self.memory = done.memory
            if done.writes:
                client.version(self.key)

        return self.bench.cost(redraw)

    def sorted(self) -> Self:
        """The same spreadsheet after a person has sorted its returns in another order."""
        person, rows = (
            Person(self.bench.drive, self.key),
            self.bench.drive.spreadsheet(self.key).book.sheets[2].row_count,
        )
        person.sort("Returns", f"A2:AH{rows}", 2, descending=True)
        return self


def ours(bench: Bench, whole: Board) -> list[Cost]:
    """First draw, one change, no change, a look at everything, a change after people sorted, a withdrawal, a burst."""
    one, other = Ours(bench), Ours(bench)
    costs = [
        one.draw(whole),
        one.draw(_changed(whole)),
        one.draw(_changed(whole)),
        one.draw(_changed(whole), whole=True),
        one.sorted().draw(whole),
        one.draw(_withdrawn(whole)),
    ]
    other.draw(_without(whole, BURST))
    return [*costs, other.draw(whole)]


def theirs(bench: Bench, whole: Board) -> list[Cost | None]:
    """The same of the baseline program; None where it has no such thing, or would take too long.

    It costs nothing where nothing has changed, and can't withdraw a case.
    """
    tab = returns.tab(whole)
    header = ["key", *(column.header for column in tab.columns)]
    rows = [[row.key, *map(text, row.values)] for row in tab.rows]
    one = bench.naive(header)
    one.fill(rows)
    change = bench.cost(lambda: one.change(rows[0][0], rows[0]))
    if len(rows) > NAIVE_AT_MOST:
        return [None, change, NOTHING, NOTHING, change, None, None]
    burst = bench.naive(header)
    burst.fill(rows[: len(rows) - BURST])
    came = bench.cost(lambda: burst.add_all(rows[-BURST:]))
    return [came if len(rows) == BURST else None, change, NOTHING, NOTHING, change, None, came]


@contextmanager
def standing() -> Iterator[Bench]:
    """The stand-in for Google while it is served."""
    drive = Drive()
    with serving(create_app(drive)) as host:
        yield Bench(drive, host)


def main() -> None:
    """Print the costs for each size of audit."""
    out = sys.stdout.write
    out(f"{'returns':>8}  {'what':<14}{'Roundtable':>28}{'append per return':>30}\n")
    with standing() as bench:
        for cases, agencies in SIZES:
            whole = full(cases, agencies)
            both = zip(ours(bench, whole), theirs(bench, whole), strict=True)
            whats = (
                "first draw",
                "one change",
                "no change",
                "whole look",
                "change, sorted",
                "a withdrawal",
                f"burst of {BURST}",
            )
            for what, (our, their) in zip(whats, both, strict=True):
                out(f"{cases * agencies:>8,}  {what:<14}{our!s:>28}{their or 'not run'!s:>30}\n")
