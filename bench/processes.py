"""How much a second web process on the same port adds, on PostgreSQL, with a separate worker."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import sleep

from bench import around, submissions
from bench.figures import Figure
from bench.submissions import AT_ONCE, BURST, ROUNDS, SAVED, Server
from sandbox.product import Product

APART = {"EMBEDDED_WORKER": "false", "SWEEP_SECONDS": "1", "REDRAW_SECONDS": "15"}


def main() -> list[Figure]:
    """The figures of two web processes, with those of one as the baseline."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-bench-")))
        url, near = stack.enter_context(submissions.postgresql(home)), stack.enter_context(around.well())
        (home / "service-account.json").touch(0o600)
        (home / "service-account.json").write_text(near.account)
        settings = {"slack_url": near.slack, "google_url": near.google, "DATABASE_URL": url, **APART}
        first = stack.enter_context(Product(home, **settings))
        first.run("cycle", "load", str(submissions.cycle(home)))
        first.run("sheet", "bind", "2", near.sheet)
        first.run("cycle", "open", "2")
        worker = stack.enter_context(first.follow("worker"))
        stack.callback(worker.terminate)
        sent = submissions.bodies(url)
        one, two = (Server(first.port, sent, SAVED) for _ in range(2))
        _measure(one)
        second = Product(home, **settings, PORT=str(first.port))
        second.port = first.port
        second.start()
        stack.callback(second.stop)
        while (home / "product.log").read_text().count('"listening"') < 2:  # noqa: PLR2004  # both
            sleep(0.1)
        _measure(two)
    rates, lasts = (two.measured.rate, one.measured.rate), (two.measured.last[-1], one.measured.last[-1])
    return [
        Figure(f"submissions a second, {AT_ONCE} at any moment, two web processes beside one", *rates),
        Figure(f"ms for the last of {BURST:,} at once, two web processes beside one", *lasts),
    ]


def _measure(server: Server) -> None:
    server.closed()
    server.measured.rates.clear()  # who has just started is slower
    for _ in range(ROUNDS):
        server.closed()
    server.crowd()
