"""What a person's Home costs where nothing lies behind and where a hundred closed audits do, on both databases.

Prints statements and milliseconds of this process's own time (the median of several), by role, without and with them.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, event

from audit.access import actor
from audit.home import home
from audit.setup import opening
from bot import loading
from storage import migrations
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from tests.kit import behind
from tests.kit.loaded import FILE
from tests.kit.postgres import postgres
from views.home import home as home_view

BEHIND, FIRST, TIMES = 100, 100, 15
TEAM = "T0SANDBOX1"
ROLES = {
    "coordinator": "U0COORDIN",
    "sub-group member": "U0SUBGROUP",
    "chair": "U0CHAIR",
    "lead": "U0EDUEAST",
    "deputy": "U0EDUDEPUTY",
}


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder, postgres() as server:
        with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        file = Path(folder) / "bench.db"
        yield {"SQLite": f"sqlite:///{file}", "PostgreSQL": f"postgresql://postgres@/bench?host={server}"}


def _measured(sessions: Sessions, user: str) -> tuple[int, float]:
    """Statements, and milliseconds of processor time."""
    texts: list[str] = []

    def executed(*given: object) -> None:
        texts.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", executed)
    spent = []
    try:
        for _ in range(TIMES):
            texts.clear()
            began = time.process_time()
            with sessions.reading() as session:
                shown = home.home(session, actor(session, TEAM, user))
            home_view.home(shown)
            spent.append(1000 * (time.process_time() - began))
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
    return len(texts), statistics.median(spent)


def main() -> None:
    """Measure, and print a line a database and role."""
    with _databases() as urls:
        for name, url in urls.items():
            migrations.upgrade(url)
            sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock(), patience=60.0)
            with sessions.begin() as session:
                cycle = loading.load(session, loading.read(FILE), answered=False)
                opening.open_cycle(session, None, cycle.id)
            without = {role: _measured(sessions, user) for role, user in ROLES.items()}
            with sessions.begin() as session:
                behind.copied(session, behind.finished(session, FIRST), range(FIRST + 1, FIRST + BEHIND))
            for role, user in ROLES.items():
                (before, quick), (after, slow) = without[role], _measured(sessions, user)
                sys.stdout.write(
                    f"home of a {role}, {name}: {before} statements and {quick:.1f} ms;"
                    f" with {BEHIND} closed audits behind {after} and {slow:.1f} ms\n"
                )
            sessions.dispose()
