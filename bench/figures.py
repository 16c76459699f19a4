"""Measured numbers with their baselines, and the file that they are written to (bench/results.md)."""

import os
import platform
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"
TOP = "# Measured\n\nMachines differ: the ratios count."


@dataclass(frozen=True)
class Figure:
    """One measured number and its baseline from the same run. `what`: what was measured, with its unit."""

    what: str
    ours: float
    baseline: float

    @property
    def row(self) -> str:
        """The row of a Markdown table."""
        return f"| {self.what} | {_short(self.ours)} | {_short(self.baseline)} | {self.ours / self.baseline:.2f} |"


def write(part: str, figures: Sequence[Figure], only: str = "") -> None:
    """Write what `python -m bench PART` measured into bench/results.md, with the machine, in place of earlier figures.

    `only`: the beginning of the names that were measured, if not the whole part was; they get a table of their own.
    """
    head = ("| | product | baseline | ratio |", "| --- | ---: | ---: | ---: |")
    machine = f"{_processor()}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"
    name = f"{part} {only}".strip()
    said = f"Written by `python -m bench {name}` on {machine}, {datetime.now(UTC):%Y-%m-%d}."
    top, *parts = RESULTS.read_text().split("\n## ") if RESULTS.exists() else [TOP]
    kept = {each.partition("\n")[0]: each.partition("\n")[2].strip() for each in parts}
    if only:
        rows = kept.get(part, "").splitlines()
        kept[part] = "\n".join(each for each in rows if f": {only}" not in each)
    else:
        kept = {each: text for each, text in kept.items() if not each.startswith(f"{part} ")}
    kept[name] = "\n".join((said, "", *head, *(each.row for each in figures)))
    RESULTS.write_text("".join((top.rstrip(), "\n", *(f"\n## {each}\n\n{text}\n" for each, text in kept.items()))))
    sys.stdout.write(f"{name}\n{kept[name]}\n")


def until_it_listens(port: int) -> None:
    """Wait until a server listens at the port."""
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


def _processor() -> str:
    with suppress(FileNotFoundError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"  # noqa: PLR2004  # three digits say enough
