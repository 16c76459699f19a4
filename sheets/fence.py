"""Turns: each write takes the turn after the one that was read, so that no write can follow one that is newer.

A turn is developer metadata of the spreadsheet whose id is made of its number. Ids are unique, so Google refuses a
second batch that takes the same turn, whoever sends it and however late it comes. The last `KEPT` turns stay.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from sheets import requests
from sheets.found_sheet import TURN_MARK
from sheets.requests import Request

KEPT = 30
_FIRST = 731_000_000  # the id of turn 0

Kind = Literal["keys", "cells", "rows"]
"""What a batch does to rows that stand: it writes their keys, or their cells and seals, or deletes rows. Never two of
these: so one always tells whose row it is, if people shifted rows just before the batch was applied, and where rows may
have been deleted in place of others, no more was done to that tab than this."""


@dataclass(frozen=True)
class SheetTurn:
    """One write to a spreadsheet. `drawer`: the process that made it; `mark` is like no other turn's."""

    number: int
    kind: Kind
    drawer: str
    mark: str

    def __str__(self) -> str:
        """The turn as text, as the spreadsheet keeps it."""
        return f"{self.number}.{self.kind}.{self.drawer}.{self.mark}"


def read(texts: Iterable[str]) -> SheetTurn | None:
    """The last turn among those that stand in a spreadsheet; None if it never was drawn in."""
    turns = [_turn(text) for text in texts]
    return max((turn for turn in turns if turn), key=lambda turn: turn.number, default=None)


def _turn(text: str) -> SheetTurn | None:
    match = re.fullmatch(r"(\d+)\.(keys|cells|rows)\.(\w+)\.(\w+)", text)
    return SheetTurn(int(match[1]), cast("Kind", match[2]), match[3], match[4]) if match else None


def after(turn: SheetTurn | None, kind: Kind, drawer: str) -> SheetTurn:
    """The turn to take when `turn` is the last."""
    return SheetTurn(turn.number + 1 if turn else 1, kind, drawer, secrets.token_hex(4))


def take(turn: SheetTurn) -> list[Request]:
    """The requests that take a turn, which go into the turn's own batch."""
    made = requests.mark(TURN_MARK, str(turn), {"spreadsheet": True}, _FIRST + turn.number)
    old = turn.number - KEPT
    return [made, *([requests.unmark(_FIRST + old)] if old > 0 else [])]
