"""Worker slots: each live worker holds a numbered lock, so that a dead one can be told from a slow one."""

import fcntl
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

MOST = 32
NAMESPACE = 0x524F554E
"""Keeps our advisory locks apart from those of other software in the same PostgreSQL database."""


class SlotLost(Exception):
    """The lock is gone (its connection died): somebody else may take our work over, so this process must end."""


class Locks(ABC):
    """Numbered locks that end with the process that holds them."""

    @abstractmethod
    def take(self, number: int, *, wait: bool = False) -> bool:
        """Try to take lock `number`, or wait for it."""

    @abstractmethod
    def give_back(self, number: int) -> None:
        """Give lock `number` back."""

    @abstractmethod
    def check(self) -> None:
        """SlotLost if the locks taken are no longer held."""

    @abstractmethod
    def close(self) -> None:
        """Give everything back."""


class FileLocks(Locks):
    """Beside an SQLite file."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._handles: dict[int, int] = {}

    def take(self, number: int, *, wait: bool = False) -> bool:
        """Lock "<database>.worker-<number>.lock"."""
        handle = os.open(f"{self._database}.worker-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handles[number] = handle
        return True

    def give_back(self, number: int) -> None:
        """Closing the file unlocks it."""
        os.close(self._handles.pop(number))

    def check(self) -> None:
        """The kernel keeps them as long as we live."""

    def close(self) -> None:
        """Unlock everything."""
        for number in list(self._handles):
            self.give_back(number)


class AdvisoryLocks(Locks):
    """In PostgreSQL, on a connection of their own."""

    def __init__(self, url: URL) -> None:
        driven = url.set(drivername="postgresql+psycopg")
        self._engine: Engine = create_engine(driven, isolation_level="AUTOCOMMIT", hide_parameters=True)
        self._connection: Connection = self._engine.connect()

    def take(self, number: int, *, wait: bool = False) -> bool:
        """Session-level advisory lock (NAMESPACE, number)."""
        call = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
        taken = self._connection.scalar(text(f"SELECT {call}(:space, :number)"), self._ids(number))
        return wait or bool(taken)

    def give_back(self, number: int) -> None:
        """Unlock."""
        self._connection.execute(text("SELECT pg_advisory_unlock(:space, :number)"), self._ids(number))

    def check(self) -> None:
        """Ask the connection that holds the locks."""
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise SlotLost from error

    def close(self) -> None:
        """The server unlocks what a closed connection held."""
        self._connection.close()
        self._engine.dispose()

    @staticmethod
    def _ids(number: int) -> dict[str, int]:
        return {"space": NAMESPACE, "number": number}


def name(number: int) -> str:
    """The executor id of a slot."""
    return f"worker-{number}"


def number_of(executor: str) -> int | None:
    """The slot of an executor id, or None if it isn't one of ours."""
    digits = executor.removeprefix("worker-")
    return int(digits) if digits.isdecimal() and executor.startswith("worker-") else None


@contextmanager
def slot(url: URL) -> Iterator[tuple[Locks, int]]:
    """Hold a slot: on SQLite the only one, waiting for whoever has it; on PostgreSQL the first that is free."""
    if url.get_backend_name() == "sqlite":
        locks: Locks = FileLocks(str(url.database))
        number = 0
        locks.take(number, wait=True)
    else:
        locks = AdvisoryLocks(url)
        number = next((each for each in range(MOST) if locks.take(each)), MOST)
        if number == MOST:
            locks.close()
            raise SlotLost
    try:
        yield locks, number
    finally:
        locks.close()
