"""SQLite without waiting for the disk. Tests end processes, never the machine, so they can't notice."""

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
    """Switch the waiting off for every further connection of this process, after the product's own settings."""
    event.listen(Engine, "connect", _unsynced)


@contextmanager
def as_delivered() -> Iterator[None]:
    """While the block runs, new connections wait for the disk as the product's do."""
    event.remove(Engine, "connect", _unsynced)
    yield
    hurry()
