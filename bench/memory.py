"""How much memory it takes: a web process and its worker on SQLite, beside a bare bolt app that stores nothing.

The most megabytes that each process has held (VmHWM; memory that a worker shares with the web process that it was
forked from counts in both): once it answers, after some returns have been acknowledged and passed on, and after redraws
that change nothing.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from bench import around, load
from bench.figures import Figure
from bench.signed import submission
from bench.submissions import LEADS, NOTHING, SAVED, bare, bodies, cycle, product_at
from sandbox.product import Product

AFTER, AT_ONCE = (0, 1000, 3000), 4
"""Numbers of returns after which memory is read; and how many are sent at a time, few enough to be answered quickly."""
AGAIN = (5, 10)
"""Numbers of redraws after which memory is read."""


def main() -> list[Figure]:
    """The figures of the web process and of its worker."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-bench-")))
        url, healthy = f"sqlite:///{home / 'roundtable.db'}", stack.enter_context(around.well())
        (home / "service-account.json").touch(0o600)
        (home / "service-account.json").write_text(healthy.account)
        baseline = stack.enter_context(bare("alone"))
        theirs = (submission(f"{number:032x}", LEADS["Police"], number) for number in range(10**6))
        product = stack.enter_context(product_at(home, url, healthy))
        product.run("cycle", "load", str(cycle(home)))
        product.run("sheet", "bind", "2", healthy.sheet)
        product.run("cycle", "open", "2")
        ours, figures = bodies(url), list[Figure]()

        def note(when: str) -> None:
            [least], [web, worker] = _peaks(baseline.pid), _peaks(product.pid)
            figures.append(Figure(f"MB at most, web process, {when}", web, least))
            figures.append(Figure(f"MB at most, its worker, {when}", worker, least))

        for before, after in zip((0, *AFTER), AFTER, strict=False):
            _send(product.port, islice(ours, after - before), SAVED)
            _send(baseline.port, islice(theirs, after - before), NOTHING)
            _settle(product)
            note(f"after {after:,} returns" if after else "when it answers")
        for redrawn in range(1, 1 + AGAIN[-1]):
            product.run("sheet", "rebuild", "2")
            _settle(product)
            if redrawn in AGAIN:
                note(f"after {redrawn} redraws of the whole sheet more")
    return figures


def _send(port: int, some: Iterator[bytes], says: bytes) -> None:
    load.at_once(port, [*some], says, most=AT_ONCE)


def _settle(product: Product) -> None:
    """Wait until every change has been passed on to Slack and the sheet."""
    while not product.ask("status")["settled"]:
        time.sleep(1)


def _peaks(pid: int) -> list[float]:
    """The most megabytes that each descendant of the process `pid` has held, parents before their children."""
    found = []
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        said = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
        assert said is not None  # noqa: S101  # Linux says it of each
        found += [int(said[1]) / 1024, *_peaks(child)]
    return found
