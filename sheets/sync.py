"""One pass: a masked read, the drawing, the difference, and one atomic write if there is any.

It keeps nothing: what was last drawn is sealed into each row (sheets/seals.py), so it needs no table of its own, may be
killed anywhere and may be repeated. Drift and what is set aside are handed to `before_write` before anything is
overwritten, so that whoever keeps them has them even if the process dies then; a repeated pass finds the same `id`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import stamina

from audit.cycle.board import Board
from sheets import changes, found
from sheets.changes import Changes
from sheets.client import WITHIN, Client, refuse_other_cycle
from sheets.drawing import draw
from sheets.drift import Drift, SetAside
from sheets.errors import OutcomeUnknown, OutOfStep
from sheets.requests import Request
from sheets.tabs import SyncInfo

BATCH = 1_800_000
"""Bytes in one write. Google advises at most 2 MB; only drawing many hundred returns at once takes more than one."""

PASSES = 3


@dataclass(frozen=True)
class Redrawn:
    """What a redraw cost and found. `reads` and `writes` are calls, `bytes` those of the writes' bodies."""

    reads: int
    writes: int
    bytes: int
    drift: tuple[Drift, ...] = ()
    quarantined: tuple[SetAside, ...] = ()


def _nowhere(_place: str) -> None:
    """Nobody wants to know."""


def _nobody(_todo: Changes) -> None:
    """Nobody keeps it."""


def redraw(
    client: Client,
    spreadsheet_id: str,
    board: Board,
    sync: SyncInfo,
    *,
    before_write: Callable[[Changes], None] = _nobody,
    at: Callable[[str], None] = _nowhere,
) -> Redrawn:
    """Make the spreadsheet show the board; SheetsUnavailable or SheetsRefused if that can't be done (now).

    A write with an unknown outcome, or one at odds with what people did meanwhile, is followed by another pass.
    `at` is told "sheet.after_read" and "sheet.after_http".
    """
    run = _Redraw(client, spreadsheet_id, board, sync, before_write, at)
    for attempt in stamina.retry_context(_again, attempts=PASSES, timeout=60.0, wait_initial=0.5):
        with attempt:
            run.once()
    return Redrawn(run.reads, run.writes, run.bytes, tuple(run.drift.values()), tuple(run.aside.values()))


def _again(error: Exception) -> bool | float:
    """Whether another pass may help, and after how many seconds, if Google says that."""
    if isinstance(error, OutcomeUnknown) and error.retry_after is not None:
        return error.retry_after if error.retry_after < WITHIN else False
    return isinstance(error, OutcomeUnknown | OutOfStep)


@dataclass
class _Redraw:
    """The passes of one redraw, with what they cost and found together: a later one doesn't see what an earlier did."""

    client: Client
    spreadsheet_id: str
    board: Board
    sync: SyncInfo
    before_write: Callable[[Changes], None]
    at: Callable[[str], None]
    reads: int = 0
    writes: int = 0
    bytes: int = 0
    drift: dict[str, Drift] = field(default_factory=dict)
    aside: dict[SetAside, SetAside] = field(default_factory=dict)

    def once(self) -> None:
        """One pass."""
        self.reads += 1
        todo = compare(self.client, self.spreadsheet_id, self.board, self.sync)
        self.at("sheet.after_read")
        self.drift |= {one.id: one for one in todo.drift}
        self.aside |= {one: one for one in todo.set_aside}
        if todo.drift or todo.set_aside:
            self.before_write(todo)
        for body in batches(todo.requests):
            self.writes += 1
            self.bytes += len(body)
            self.client.write(self.spreadsheet_id, body)
            self.at("sheet.after_http")


def compare(client: Client, spreadsheet_id: str, board: Board, sync: SyncInfo) -> Changes:
    """What a redraw would do now: one read, no write."""
    book = found.read(client.read(spreadsheet_id))
    refuse_other_cycle([book.cycle_id] if book.cycle_id else [], board.cycle.id)
    return changes.changes(book, draw(board, sync), board.cycle.id, sync.drawn_at)


def batches(requests: Sequence[Request]) -> list[bytes]:
    """The bodies of as few writes as Google takes; one, but for the first drawing of a very large cycle."""
    groups: list[list[bytes]] = []
    size = BATCH
    for request in requests:
        text = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        if size + len(text) + 1 > BATCH:
            groups.append([])
            size = 0
        groups[-1].append(text)
        size += len(text) + 1
    return [b'{"requests":[' + b",".join(group) + b"]}" for group in groups]
