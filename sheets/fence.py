"""Turns: each write takes the turn after the last one it read, so that no write can be applied after a newer one.

A turn is developer metadata of the spreadsheet whose id is made of its number. Ids are unique, so Google refuses a
second batch that takes the same turn, whoever sends it and however late it arrives. The last `KEPT` turns are kept.
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
"""What a batch does to existing rows: it writes their keys, or their cells and seals, or deletes rows; never two of
these. So if people shift rows just before the batch is applied, key or seal still shows which row it is; and where the
wrong rows may have been deleted, the batch did nothing else to that tab."""


@dataclass(frozen=True)
class SheetTurn:
    """One write to a spreadsheet. `drawer`: the process that made it; `mark` is unique to the turn."""

    number: int
    kind: Kind
    drawer: str
    mark: str

    def __str__(self) -> str:
        """The turn as stored in the spreadsheet."""
        return f"{self.number}.{self.kind}.{self.drawer}.{self.mark}"


def read(texts: Iterable[str]) -> SheetTurn | None:
    """The last turn among the texts found in a spreadsheet; None if nothing was ever drawn in it."""
    turns = [_turn(text) for text in texts]
    return max((turn for turn in turns if turn), key=lambda turn: turn.number, default=None)


def _turn(text: str) -> SheetTurn | None:
    match = re.fullmatch(r"(\d+)\.(keys|cells|rows)\.(\w+)\.(\w+)", text)
    return SheetTurn(int(match[1]), cast("Kind", match[2]), match[3], match[4]) if match else None


def after(turn: SheetTurn | None, kind: Kind, drawer: str) -> SheetTurn:
    """The turn that follows `turn`."""
    return SheetTurn(turn.number + 1 if turn else 1, kind, drawer, secrets.token_hex(4))


def take(turn: SheetTurn) -> list[Request]:
    """The requests that take a turn, to be part of the turn's own batch."""
    made = requests.mark(TURN_MARK, str(turn), {"spreadsheet": True}, _FIRST + turn.number)
    old = turn.number - KEPT
    return [made, *([requests.unmark(_FIRST + old)] if old > 0 else [])]
