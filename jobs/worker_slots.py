"""Worker slots: each live worker holds a numbered lock, which tells a dead worker from a slow one."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import structlog
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

MOST = 32
LOOK = 0.2
"""Seconds between two attempts to get the only slot."""
_NAMESPACE = 0x524F554E
"""Distinguishes our advisory locks from those of other software in the same PostgreSQL database."""
_EXECUTOR = "worker-"

log = structlog.get_logger()


class SlotLost(Exception):
    """The lock is gone (its connection died): another worker may take over, so this process must end."""


class Slot:
    """A live worker's slot; on SQLite the only one, whose lock the kernel keeps while the process lives."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.executor = f"{_EXECUTOR}{number}"

    def check(self) -> None:
        """Raise SlotLost if the lock is no longer held."""

    @contextmanager
    def instead_of(self, executor: str) -> Iterator[bool]:
        """Whether the worker with this executor id is dead; during the block nobody else takes its work or slot."""
        del executor
        yield False


class SharedSlot(Slot):
    """One of several slots on PostgreSQL: a session-level advisory lock on a connection of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        number = next((free for free in range(MOST) if self._try("lock", free)), None)
        if number is None:
            raise SlotLost
        super().__init__(number)

    def check(self) -> None:
        """Raise SlotLost if the connection that holds the lock is lost."""
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise SlotLost from error

    @contextmanager
    def instead_of(self, executor: str) -> Iterator[bool]:
        """Whether that worker's lock is free, which means that it is dead; the lock is held during the block."""
        number = executor.removeprefix(_EXECUTOR)
        dead = number.isdecimal() and executor != self.executor and self._try("lock", int(number))
        try:
            yield dead
        finally:
            if dead:
                self._try("unlock", int(number))

    def _try(self, what: str, number: int) -> bool:
        call = {"lock": "pg_try_advisory_lock", "unlock": "pg_advisory_unlock"}[what]
        return bool(
            self._connection.scalar(text(f"SELECT {call}(:space, :number)"), {"space": _NAMESPACE, "number": number})
        )


_HELD = text(
    "SELECT count(DISTINCT objid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def alive(session: Session) -> int:
    """The number of workers that hold a slot now; asking doesn't disturb them."""
    url = session.get_bind().engine.url
    if url.get_backend_name() == "sqlite":
        return int(_held(f"{url.database}.worker-0.lock"))
    return int(session.scalar(_HELD, {"space": _NAMESPACE}) or 0)


def _held(path: str) -> bool:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:  # there has never been a worker
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def slot(url: URL, stop: Event) -> Iterator[Slot | None]:
    """Hold a slot: on SQLite the only one, on PostgreSQL the first that is free.

    None if another process kept the only one until `stop` was set. SlotLost if all are taken.
    """
    if url.get_backend_name() == "sqlite":
        handle = os.open(f"{url.database}.worker-0.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield Slot() if _waited(handle, stop) else None
        finally:
            os.close(handle)
    else:
        driven = url.set(drivername="postgresql+psycopg")
        engine = create_engine(driven, isolation_level="AUTOCOMMIT", hide_parameters=True, poolclass=NullPool)
        with engine.connect() as connection:
            yield SharedSlot(connection)


def _waited(handle: int, stop: Event) -> bool:
    """Wait for a lock; False if `stop` was set first."""
    waits = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waits:
                log.info("worker_waits")
            waits = True
            if stop.wait(LOOK):
                return False
        else:
            return True
