"""SQLite as tests have it: nobody waits for the disk. They end processes, never the machine, so it can't be seen."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def _unsynced(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def hurry() -> None:
    """From now on, for every connection of this process; after what the product sets on it."""
    event.listen(Engine, "connect", _unsynced)


@contextmanager
def as_delivered() -> Iterator[None]:
    """As the product has it, for as long as the block runs."""
    event.remove(Engine, "connect", _unsynced)
    yield
    hurry()
