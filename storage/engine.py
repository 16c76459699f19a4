"""Sessions: `begin()` for the one writing transaction of a request, `reading()` for a look that changes nothing."""

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
    "journal_size_limit=4194304",  # bytes; else the WAL keeps for ever the size that it once had
    "temp_store=MEMORY",  # a large sort would spill rows into a file
)

WROTE: ContextVar[bool] = ContextVar("wrote", default=False)
"""Whether the last writing transaction was committed; whoever handles a request sets this to False at its beginning."""

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)
"""Until when (time.monotonic) the writing transaction that begins may wait for SQLite's lock."""


UNAVAILABLE = (Busy, OperationalError, InterfaceError, PoolTimeout)
"""What a transaction raises where the database can't be reached, or has no time for it."""
NOT_THERE = "no such database file"
"""What a connection to an SQLite file that isn't there fails with."""


@event.listens_for(Engine, "do_connect")
def _only_there(dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[str], _named: dict[str, object]) -> None:
    """No SQLite file is made by looking into it: whoever begins a database says private_files.make first."""
    if dialect.name == "sqlite" and arguments[0] != ":memory:" and not Path(arguments[0]).exists():
        raise sqlite3.OperationalError(NOT_THERE)


@event.listens_for(Engine, "connect")
def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """On every SQLite connection of the process, those of Alembic and DBOS too.

    secure_delete, say, holds only for what is deleted over the connection that has set it.
    """
    if isinstance(connection, sqlite3.Connection):
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _, _, file = connection.execute("PRAGMA database_list").fetchone()
        if file:
            private_files.narrow(file)


class Sessions:
    """The way to the database for one process. `patience`: seconds to wait for a lock, a statement or a connection.

    `local_ids`: what the partnership's own reference numbers of children look like (audit.identifiers.patterns).
    `publishing`: from how many on a number isn't small, and from how many cases on the numbers for all are published.
    `periods`: how long what is kept is kept.
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
        savepoints = "create_savepoint"  # where a session's connection is in a transaction already
        self._write = sessionmaker(self._writing, expire_on_commit=False, info=info, join_transaction_mode=savepoints)
        self._read = sessionmaker(self._reading, expire_on_commit=False, info=info)
        self._shared = SharedCommits(self._begun, lambda connection: self._write(bind=connection), patience)
        self._marking: PoolProxiedConnection | None = None

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One writing transaction: committed at the end of the block, rolled back if it raises.

        Busy, with nothing changed, if its waits add up to more than our patience: whoever asked has been told by then
        that it failed, so it mustn't be committed after all.
        """
        WROTE.set(False)
        with self._begun(time.monotonic() + self._patience) as session:
            yield session
        WROTE.set(True)

    def together(self, work: Callable[[Session], Result]) -> Result:
        """What `work` returns, done in one writing transaction, as in `begin`, and committed.

        On SQLite it may share the transaction, and so the wait for the disk, with what others bring meanwhile; each
        fails by itself. It may be done in another's thread, and must be short.
        """
        if self._turn is None:
            with self.begin() as session:
                return work(session)
        WROTE.set(False)
        result = self._shared.done(work, time.monotonic() + self._patience)
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
        """Have the turn to write, where one is needed, as long as `stack` is open; Busy if it doesn't come by then."""
        if self._turn is not None:
            stack.enter_context(self._turn.taken(until))
            _UNTIL.set(until)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look at the database; an attempt to change anything is an error."""
        with self._read.begin() as session:
            yield session

    def mark(self) -> object:
        """What differs from an earlier one if anybody has committed a change meanwhile; else it is the same.

        SQLite counts the changes of all connections but the one that asks, which changes nothing, and is kept for it.
        PostgreSQL says which transactions are over, those of its other databases among them.
        """
        if self._turn is None:
            with self.reading() as session:
                return session.scalar(text("SELECT CAST(pg_current_snapshot() AS text)"))
        if self._marking is None:
            self._marking = self._reading.raw_connection()
            self._marking.detach()
        with closing(self._marking.cursor()) as cursor:
            cursor.execute("PRAGMA data_version")
            return cursor.fetchone()

    def clear(self) -> None:
        """Empty SQLite's WAL into the database: until then what was deleted or replaced stands in one of them.

        Nobody is waited for: where somebody is reading or writing, or the disk is full, the next time does it.
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
        """Write the database's files anew, without what was deleted or replaced; False if others kept it from that.

        SQLite's: VACUUM, and then the WAL emptied into the file, which a reader hinders without an error.
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
        """How many connections are in use now: none, between requests."""
        engines = {id(engine.pool): engine.pool for engine in (self._writing, self._reading)}
        return sum(pool.checkedout() for pool in engines.values())  # type: ignore[attr-defined]  # QueuePool has it

    def dispose(self) -> None:
        """Close every connection."""
        if self._marking is not None:
            self._marking.close()
            self._marking = None
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
    """Whether every table of ours could be written anew; each is locked meanwhile."""
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            for table in Base.metadata.sorted_tables:
                connection.execute(text(f'VACUUM FULL "{table.name}"'))
            connection.invalidate()  # the next one has its time limit again
    except OperationalError:
        return False
    return True
