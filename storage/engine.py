"""Sessions: `begin()` for the one writing transaction of a request, `reading()` for a look that changes nothing."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from storage.clock import Clock
from storage.crypto import Vault

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")


class Busy(Exception):
    """The database couldn't be had in time; nothing was changed."""


class Sessions:
    """The way to the database for one process. `patience`: seconds to wait for a lock, a statement or a connection."""

    def __init__(self, url: str, vault: Vault, clock: Clock, *, patience: float = 2.0, pool: int = 16) -> None:
        parsed = make_url(url)
        self.url = parsed
        self.clock = clock
        self._patience = patience
        if parsed.get_backend_name() == "sqlite":
            self._turn: Path | None = Path(f"{parsed.database}.turn.lock")
            self._writing = _sqlite(parsed, pool, patience, begin="BEGIN IMMEDIATE", query_only=False)
            self._reading = _sqlite(parsed, pool, patience, begin="BEGIN DEFERRED", query_only=True)
        else:
            self._turn = None
            self._writing = _postgresql(parsed, pool, patience)
            self._reading = self._writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        info = {"vault": vault, "clock": clock}
        self._write = sessionmaker(self._writing, expire_on_commit=False, info=info)
        self._read = sessionmaker(self._reading, expire_on_commit=False, info=info)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One writing transaction: committed at the end of the block, rolled back if it raises."""
        with ExitStack() as stack:
            if self._turn is not None:
                stack.enter_context(_turn(self._turn, self._patience))
            yield stack.enter_context(self._write.begin())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look at the database; an attempt to change anything is an error."""
        with self._read.begin() as session:
            yield session

    def checked_out(self) -> int:
        """How many connections are in use now: none, between requests."""
        engines = {id(engine.pool): engine.pool for engine in (self._writing, self._reading)}
        return sum(pool.checkedout() for pool in engines.values())  # type: ignore[attr-defined]  # QueuePool has it

    def dispose(self) -> None:
        """Close every connection."""
        self._writing.dispose()
        self._reading.dispose()


def _sqlite(url: URL, pool: int, patience: float, *, begin: str, query_only: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=patience,
        connect_args={"timeout": patience, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3's: we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (*PRAGMAS, f"query_only={'ON' if query_only else 'OFF'}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: object) -> None:
        connection.exec_driver_sql(begin)  # type: ignore[attr-defined]  # a Connection; the event isn't typed

    return engine


def _postgresql(url: URL, pool: int, patience: float) -> Engine:
    wait = int(patience * 1000)
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=patience,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={wait} -c statement_timeout={wait} -c timezone=UTC"},
    )


@contextmanager
def _turn(path: Path, patience: float) -> Iterator[None]:
    """Wait in line for the right to write to SQLite, whose own wait polls and lets latecomers overtake.

    The kernel serves waiters of flock in order, threads and processes alike. Whoever had to wait longer than
    `patience` gives up: the answer would come too late for Slack, and a late commit looks like a failure.
    """
    asked = time.monotonic()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if time.monotonic() - asked > patience:
            raise Busy
        yield
    finally:
        os.close(handle)
