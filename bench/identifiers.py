"""How many identifiers are found in labelled text, and how often there is a false alarm, with exact 95% intervals."""

import json
import sys
import time
from collections.abc import Callable
from math import comb
from pathlib import Path

from audit.identifiers.find import asks, find

CORPUS = Path(__file__).parent.parent / "tests" / "screening" / "corpus"
LENGTH = 30_000
HOSTILE = (
    "0 ", "1 ", "o ", "(0", "a@", "07700 90012 ", "AA 12 34 ", "12 Aa ", "a at b dot c ", "born ", "1/2/3 ",
    "at one Mill Lane ", "LN one ", "born third of the third two ",
)  # fmt: skip
PROSE = "The plan was reviewed on 12/03/2024 by Early Help; 3 of 15 visits were missed, and nobody rang 111. "


def main() -> None:
    """Print a line for each kind in each corpus, and how long a long text takes."""
    out = sys.stdout.write
    for name in ("tuned", "held_out"):
        read: dict[str, list[str]] = json.loads((CORPUS / f"{name}.json").read_text())
        clean = read.pop("clean")
        del read["note"]
        out(f"identifiers, {name}: {sum(map(len, read.values()))} with one, {len(clean)} without\n")
        for kind, texts in read.items():
            found = sum(kind in kinds(text) for text in texts)
            alarms = sum(kind in kinds(text) for text in clean)
            out(f"  {kind:27} found {_share(found, len(texts))}, false alarms {_share(alarms, len(clean))}\n")
    slowest = max(_milliseconds((unit * LENGTH)[:LENGTH]) for unit in HOSTILE)
    prose = _milliseconds((PROSE * LENGTH)[:LENGTH])
    out(f"  {LENGTH:,} characters: prose {prose:.0f} ms, the slowest of {len(HOSTILE)} hostile {slowest:.0f} ms\n")


def kinds(text: str) -> set[str | None]:
    """All kinds of identifiers that are refused or asked about in a text."""
    return {find(text), *(kind for kind, _ in asks(text))}


def interval(hits: int, of: int) -> tuple[float, float]:
    """The 95% Clopper-Pearson confidence interval of the share `hits` / `of`."""
    tail = 0.025
    low = 0.0 if hits == 0 else _where(lambda share: 1 - _at_most(hits - 1, of, share) >= tail)
    high = 1.0 if hits == of else _where(lambda share: _at_most(hits, of, share) <= tail)
    return low, high


def _at_most(hits: int, of: int, share: float) -> float:
    return sum(comb(of, each) * share**each * (1 - share) ** (of - each) for each in range(hits + 1))


def _where(holds: Callable[[float], bool]) -> float:
    """The least share from 0 to 1 at which `holds` is true; it must be true of every greater share, too."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _share(hits: int, of: int) -> str:
    low, high = interval(hits, of)
    return f"{hits:3} of {of:3} ({low:.1%} to {high:.1%})"


def _milliseconds(text: str) -> float:
    began = time.process_time()
    kinds(text)
    return (time.process_time() - began) * 1000
