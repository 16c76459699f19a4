"""How fast returns are acknowledged, beside a bolt app that acknowledges and stores nothing, in the same run.

Both are served by the product's own server with as many threads, and get equal requests in turns: 32 at a
time (returns a second), 100 a second (time of each answer), 1,000 at once (time of the last answer). Then the product
is measured again while Slack and Google accept requests and never answer, and on a slower disk. On SQLite and on
PostgreSQL, with every commit waiting for the disk, and with the worker passing changes on meanwhile.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

import psycopg
from sqlalchemy import create_engine, text

from bench import around, load
from bench.around import Around
from bench.figures import Figure, until_it_listens
from bench.signed import submission
from sandbox import die_with_parent
from sandbox.product import Product, free_port
from tests.kit.loaded import FILE
from tests.kit.postgres import postgres

PUBLISHED = json.loads(FILE.read_text())["setup"]
AREA, CASES = "East", 600
LEADS = {
    role["agency"]: person["user_id"]
    for person in PUBLISHED["people"]
    for role in person["roles"]
    if role["kind"] == "agency_lead" and role.get("area", AREA) == AREA
}
"""Agency label -> the Slack user id of its lead, who is in the workspace of Slack's stand-in, too."""
AT_ONCE, BURST, PER_SECOND = 32, 1000, 100
SLOWER = 5
"""Milliseconds that each commit takes longer on the slower disk."""
ROUNDS, SHARE = 5, 300
"""Rounds of each kind of measurement, and requests of one round."""
SAVED, NOTHING = b"Return saved", b""


@dataclass
class Measured:
    """What was measured of one server, by round.

    `rates`: requests a second; `evenly`: milliseconds of each request at a steady rate; `last`: milliseconds until the
    last of BURST requests was answered.
    """

    rates: list[float] = field(default_factory=list)
    evenly: list[list[float]] = field(default_factory=list)
    last: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)

    def slowest(self, hundredth: int) -> float:
        """The given percentile of milliseconds at a steady rate, the median of the rounds."""
        return median(quantiles(each, n=100)[hundredth - 1] for each in self.evenly)


class Server:
    """One of the two servers, and the requests for it, each of which is sent once."""

    def __init__(self, port: int, bodies: Iterator[bytes], says: bytes) -> None:
        self._port, self._bodies, self._says = port, bodies, says
        self.measured = Measured()

    def closed(self) -> None:
        """Measure SHARE requests, AT_ONCE at a time."""
        seconds, took = load.at_once(self._port, self._some(SHARE), self._says, most=AT_ONCE)
        self.measured.rates.append(len(took) / seconds)

    def even(self) -> None:
        """Measure SHARE requests at a steady rate."""
        took = load.every(self._port, self._some(SHARE), self._says, per_second=PER_SECOND)
        self.measured.evenly.append(took)

    def crowd(self) -> None:
        """Measure BURST requests that are sent in the same moment."""
        _, took = load.at_once(self._port, self._some(BURST), self._says, most=BURST)
        self.measured.last.append(max(took))

    def _some(self, count: int) -> list[bytes]:
        some = list(islice(self._bodies, count))
        if len(some) < count:
            raise load.Failed("There are too few returns.")
        return some


def main() -> list[Figure]:
    """The figures on both databases."""
    figures: list[Figure] = []
    for name, database in (("SQLite", _sqlite), ("PostgreSQL", postgresql)):
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-bench-")))
            url, healthy = stack.enter_context(database(home)), stack.enter_context(around.well())
            figures += _on(name, home, url, healthy, stack.enter_context(bare()).port)
    return figures


def _on(name: str, home: Path, url: str, healthy: Around, bare_port: int) -> list[Figure]:
    (home / "service-account.json").touch(0o600)
    (home / "service-account.json").write_text(healthy.account)
    theirs = (submission(f"{number:032x}", LEADS["Police"], number) for number in range(10**6))
    bare = Server(bare_port, theirs, NOTHING)
    with product_at(home, url, healthy) as product:
        product.run("cycle", "load", str(cycle(home)))
        product.run("sheet", "bind", "2", healthy.sheet)
        product.run("cycle", "open", "2")
        sent = bodies(url)
        ours = Server(product.port, sent, SAVED)
        for each, rounds in (("closed", ROUNDS), ("even", ROUNDS - 2), ("crowd", 2)):
            for _ in range(rounds):
                getattr(bare, each)()
                getattr(ours, each)()
    with around.hanging(healthy) as silent:
        product = product_at(home, url, silent)
        product.start()
        try:
            alone = Server(product.port, sent, SAVED)
            for _ in range(ROUNDS - 2):
                alone.closed()
        finally:
            product.kill()
    slow_disk = _slow_sqlite(home) if name == "SQLite" else _slow_postgresql(url)
    with product_at(home, url, healthy, **slow_disk) as product:
        slow = Server(product.port, sent, SAVED)
        for _ in range(2):
            slow.even()
    last = median(map(max, slow.measured.evenly)), median(map(max, bare.measured.evenly))
    what = f"ms for the slowest at {PER_SECOND} a second, each commit {SLOWER} ms slower, {name}"
    return [*_told(name, ours.measured, bare.measured, alone.measured), Figure(what, *last)]


def _slow_postgresql(url: str) -> dict[str, str]:
    """Make PostgreSQL wait before it writes each commit to disk; the product needs no environment variable for it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE bench SET commit_delay = {1000 * SLOWER}".encode())
        connection.execute("ALTER DATABASE bench SET commit_siblings = 0")
    return {}


_LATE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#define LATE(name) int name(int file) { usleep(WAITS); return ((int (*)(int))dlsym(RTLD_NEXT, #name))(file); }
LATE(fsync)
LATE(fdatasync)
"""


def _slow_sqlite(home: Path) -> dict[str, str]:
    """The environment variable that delays each fsync of a process, by a small C library in front of the system's."""
    library = home / "late.so"
    compiler = ("cc", "-shared", "-fPIC", f"-DWAITS={1000 * SLOWER}", "-x", "c", "-", "-o", str(library), "-ldl")
    subprocess.run(compiler, input=_LATE, text=True, check=True)  # noqa: S603  # as above
    return {"LD_PRELOAD": str(library)}


def _told(name: str, ours: Measured, bare: Measured, alone: Measured) -> list[Figure]:
    return [
        Figure(f"submissions a second, {AT_ONCE} at any moment, {name}", ours.rate, bare.rate),
        Figure(f"the same, Slack and Google hanging, beside both well, {name}", alone.rate, ours.rate),
        *(
            Figure(f"ms for {share} of 100 at {PER_SECOND} a second, {name}", ours.slowest(share), bare.slowest(share))
            for share in (50, 99)
        ),
        Figure(f"ms for the last of {BURST:,} at once, {name}", median(ours.last), median(bare.last)),
    ]


def product_at(home: Path, url: str, around_it: Around, **more: str) -> Product:
    """The product with its worker beside it; `more`: further environment variables."""
    settings = {"DATABASE_URL": url, "EMBEDDED_WORKER": "true", "SWEEP_SECONDS": "1", "REDRAW_SECONDS": "15", **more}
    return Product(home, slack_url=around_it.slack, google_url=around_it.google, **settings)


def cycle(home: Path) -> Path:
    """The file of the published cycle with CASES cases in one area instead, about which every agency is asked."""
    setup = PUBLISHED | {
        "cases": [{"reference": f"B-{n:04d}", "area": AREA, "agencies": [*LEADS]} for n in range(CASES)]
    }
    file = home / "cycle.json"
    file.write_text(json.dumps({"note": "For measuring.", "setup": setup}))
    return file


_RETURNS = (
    "SELECT returns.id, agencies.label FROM returns JOIN involvements ON involvements.id = involvement_id"
    " JOIN agencies ON agencies.id = agency_id ORDER BY returns.id"
)


def bodies(url: str) -> Iterator[bytes]:
    """The body of a request for each return in a database, sent by its agency's lead."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        rows = connection.execute(text(_RETURNS)).all()
    engine.dispose()
    return (submission(record_id, LEADS[agency], number) for number, (record_id, agency) in enumerate(rows))


@contextmanager
def _sqlite(home: Path) -> Iterator[str]:
    yield f"sqlite:///{home / 'roundtable.db'}"


@contextmanager
def postgresql(_home: Path) -> Iterator[str]:
    """The address of an empty database on a server of its own that waits for the disk."""
    with postgres(lasting=True) as server:
        with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield f"postgresql://postgres@/bench?host={server}"


@dataclass(frozen=True)
class Bare:
    """The baseline while it is served: its port, and the id of its process (sandbox.die_with_parent)."""

    port: int
    pid: int


@contextmanager
def bare(*alone: str) -> Iterator[Bare]:
    """Serve the baseline with the product's own server; with any argument, with plain waitress."""
    port = free_port()
    serve = (sys.executable, "-m", "bench.bare", port, *alone)
    with subprocess.Popen(die_with_parent.command(*serve), stdin=subprocess.PIPE) as process:  # noqa: S603  # our own app
        until_it_listens(port)
        yield Bare(port, process.pid)
