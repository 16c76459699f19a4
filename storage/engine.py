"""Database sessions: `begin()` for the one writing transaction of a request, `reading()` for reading only."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from storage import private_files
from storage.clock import Clock
from storage.crypto import Vault
from storage.retention import Periods
from storage.shared_commits import Result, SharedCommits
from storage.types import Base
from storage.writers_turn import Busy, Turn

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "journal_size_limit=4194304",  # bytes; otherwise the WAL never shrinks
    "temp_store=MEMORY",  # otherwise a large sort writes rows to a temporary file
)

WROTE: ContextVar[bool] = ContextVar("wrote", default=False)
"""Whether the last writing transaction was committed; each request's handling sets it to False at the beginning."""

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)
"""Until when (time.monotonic) the writing transaction that is beginning may wait for SQLite's lock."""


UNAVAILABLE = (Busy, OperationalError, InterfaceError, PoolTimeout)
"""The errors of a transaction when the database can't be reached, or has no time for it."""
NOT_THERE = "no such database file"
"""The message of the error on connecting to an SQLite file that doesn't exist."""
NOT_UTF8 = "the encoding is another one than UTF8"
"""The message of the error on connecting to a PostgreSQL database that couldn't keep each letter that people write."""


@event.listens_for(Engine, "do_connect")
def _only_there(dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[str], _named: dict[str, object]) -> None:
    """Keep SQLite from creating a missing file on connecting; a new database is begun with private_files.make."""
    if dialect.name == "sqlite" and arguments[0] != ":memory:" and not Path(arguments[0]).exists():
        raise sqlite3.OperationalError(NOT_THERE)


@event.listens_for(Engine, "connect")
def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Set up or refuse every connection of the process, including those of Alembic and DBOS.

    On SQLite a pragma like secure_delete affects only what is deleted over the connection that has set it.
    """
    if isinstance(connection, sqlite3.Connection):
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _, _, file = connection.execute("PRAGMA database_list").fetchone()
        if file:
            private_files.narrow(file)
    elif connection.info.parameter_status("server_encoding") not in {"UTF8", None}:  # None: a pooler doesn't say
        from psycopg import OperationalError as Unusable  # which SQLite does without

        raise Unusable(NOT_UTF8)


class Sessions:
    """One process's access to the database. `patience`: seconds to wait for a lock, a statement or a connection.

    `local_ids`: patterns of the partnership's own reference numbers for children (audit.identifiers.masks).
    `publishing`: the smallest number that doesn't count as small, and the smallest number of cases for which overall
    numbers are published. `periods`: how long data is kept.
    """

    def __init__(
        self,
        url: str,
        vault: Vault,
        clock: Clock,
        *,
        patience: float = 2.0,
        pool: int = 16,
        local_ids: tuple[re.Pattern[str], ...] = (),
        publishing: tuple[int, int] = (3, 10),
        periods: Periods = Periods(),  # noqa: B008  # it can't be changed
    ) -> None:
        parsed = make_url(url)
        self.url = parsed
        self.clock = clock
        self._patience = patience
        if parsed.get_backend_name() == "sqlite":
            self._turn: Turn | None = Turn(Path(f"{parsed.database}.turn.lock"))
            self._writing = _sqlite(parsed, pool, patience, begin="BEGIN IMMEDIATE", query_only=False)
            self._reading = _sqlite(parsed, pool, patience, begin="BEGIN DEFERRED", query_only=True)
        else:
            self._turn = None
            self._writing = _postgresql(parsed, pool, patience)
            self._reading = self._writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        info = {"vault": vault, "clock": clock, "local_ids": local_ids, "publishing": publishing}
        info["periods"] = periods
        savepoints = "create_savepoint"  # if a session's connection is in a transaction already
        self._write = sessionmaker(self._writing, expire_on_commit=False, info=info, join_transaction_mode=savepoints)
        self._read = sessionmaker(self._reading, expire_on_commit=False, info=info)
        self._shared = SharedCommits(self._begun, lambda connection: self._write(bind=connection), patience)
        self._watching: PoolProxiedConnection | None = None

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One writing transaction: committed at the end of the block, rolled back if the block raises.

        Busy, with nothing changed, if the transaction takes longer than `patience`: by then the caller has reported a
        failure, so it mustn't be committed after all.
        """
        WROTE.set(False)
        with self._begun(time.monotonic() + self._patience) as session:
            yield session
        WROTE.set(True)

    def run_in_transaction(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in one writing transaction as in `begin`, commit it, and return its result.

        On SQLite `work` may share the transaction, and so the wait for the disk, with other threads' work; each fails
        by itself. It may run in another thread, and must be short.
        """
        if self._turn is None:
            with self.begin() as session:
                return work(session)
        WROTE.set(False)
        result = self._shared.run(work, time.monotonic() + self._patience)
        WROTE.set(True)
        return result

    @contextmanager
    def _begun(self, until: float) -> Iterator[Session]:
        with ExitStack() as stack:
            self._wait(stack, until)
            session = stack.enter_context(self._write.begin())
            session.connection()
            yield session
            session.flush()
            if time.monotonic() > until:
                raise Busy

    def _wait(self, stack: ExitStack, until: float) -> None:
        """Hold the turn to write, if the database needs one, while `stack` is open; Busy if `until` comes first."""
        if self._turn is not None:
            stack.enter_context(self._turn.taken(until))
            _UNTIL.set(until)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent snapshot of the database; an attempt to change anything is an error."""
        with self._read.begin() as session:
            yield session

    def data_version(self) -> object:
        """A value that stays the same as long as nobody commits a change, to compare with an earlier one.

        SQLite counts the changes of all connections except the one that asks, so a connection that never writes is kept
        for it. PostgreSQL's value names the transactions that have ended, including those in the server's other
        databases.
        """
        if self._turn is None:
            with self.reading() as session:
                return session.scalar(text("SELECT CAST(pg_current_snapshot() AS text)"))
        if self._watching is None:
            self._watching = self._reading.raw_connection()
            self._watching.detach()
        with closing(self._watching.cursor()) as cursor:
            cursor.execute("PRAGMA data_version")
            return cursor.fetchone()

    def checkpoint(self) -> None:
        """Move SQLite's WAL into the database file: until then deleted or replaced content remains in one of them.

        This waits for nobody: while somebody is reading or writing, or the disk is full, it is left to the next call.
        """
        if self._turn is not None:
            connection = self._writing.raw_connection()
            try:
                with suppress(sqlite3.OperationalError):
                    connection.cursor().execute("PRAGMA busy_timeout=0")
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def compact(self) -> bool:
        """Rewrite the database's files without deleted or replaced content; False if other connections prevented it.

        On SQLite this is VACUUM and then a checkpoint that truncates the WAL; a reader can block the latter without an
        error.
        """
        if self._turn is None:
            return _rewritten(self._writing)
        with ExitStack() as stack:
            try:
                self._wait(stack, time.monotonic() + self._patience)
                connection = stack.enter_context(closing(self._writing.raw_connection()))
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout={int(self._patience * 1000)}")
                cursor.execute("VACUUM")
                hindered, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except (Busy, sqlite3.OperationalError):
                return False
            return not hindered

    def checked_out(self) -> int:
        """The number of connections in use: 0 between requests."""
        engines = {id(engine.pool): engine.pool for engine in (self._writing, self._reading)}
        return sum(pool.checkedout() for pool in engines.values())  # type: ignore[attr-defined]  # QueuePool has it

    def dispose(self) -> None:
        """Close every connection."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None
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
        connection.isolation_level = None  # sqlite3's own transactions are off: on_begin says BEGIN
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        until = _UNTIL.get()
        if until is not None and not query_only:
            left = max(0, int(1000 * (until - time.monotonic())))
            connection.connection.execute(f"PRAGMA busy_timeout={left}")
        connection.exec_driver_sql(begin)

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


def _rewritten(engine: Engine) -> bool:
    """Rewrite every table of ours, each of which is locked meanwhile; returns False if the database failed."""
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            for table in Base.metadata.sorted_tables:
                connection.execute(text(f'VACUUM FULL "{table.name}"'))
            connection.invalidate()  # so that no later user gets it without a time limit
    except OperationalError:
        return False
    return True
