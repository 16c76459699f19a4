"""What it costs to start a web process, beside loading bolt, Flask and waitress, and a command, beside SQLAlchemy.

In milliseconds of processor time, the lowest of several starts; a web process's end is counted, too. The library rich,
which the development tools bring along, is hidden, since no installation has it.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure
from sandbox.product import Product

TIMES = 5
NO_SLACK = "http://127.0.0.1:9"
COMMANDS = ("--help", "status", "key")


def main() -> list[Figure]:
    """The figures of a web process and of several commands."""
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        (Path(folder) / "rich.py").write_text("raise ImportError\n")  # structlog loads it where there is one
        product = Product(Path(folder), slack_url=NO_SLACK, EMBEDDED_WORKER="false", PYTHONPATH=folder)
        product.run("migrate")
        web, door = _least(lambda: _once(product)), _loading("flask, slack_bolt.adapter.flask, waitress")
        library = _loading("sqlalchemy")
        commands = {each: _least(lambda each=each: product.run(each)) for each in COMMANDS}  # type: ignore[misc]
    said = {f"ms of work of `roundtable {each}`, beside `import sqlalchemy`": spent for each, spent in commands.items()}
    return [
        Figure("ms of work until a web process answers and has ended, beside loading bolt and Flask", web, door),
        *(Figure(what, spent, library) for what, spent in said.items()),
    ]


def _once(product: Product) -> None:
    product.start()
    product.stop()


def _loading(modules: str) -> float:
    return _least(lambda: subprocess.run([sys.executable, "-c", f"import {modules}"], check=True))  # noqa: S603


def _least(begin: Callable[[], object]) -> float:
    """Milliseconds of processor time of the processes that `begin` starts and waits for."""
    spent = []
    for _ in range(TIMES):
        before = _children()
        begin()
        spent.append(1000 * (_children() - before))
    return min(spent)


def _children() -> float:
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime
