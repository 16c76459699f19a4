"""Locks that somebody else holds in the product's database."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url


def rows_locked(connection: psycopg.Connection, table: str) -> None:
    """Lock every row of a table until the connection's transaction ends."""
    connection.execute(f"SELECT id FROM {table} FOR UPDATE".encode())


def waiting_for_locks(url: str, seconds: float = 0) -> int:
    """The number of connections to this PostgreSQL database that have waited for a lock for over `seconds`."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND clock_timestamp() - query_start > make_interval(secs => %s)"
    )
    with psycopg.connect(url) as connection:
        found = connection.execute(query.encode(), [seconds]).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def locked(url: str, table: str = "returns") -> Iterator[None]:
    """While the block runs, hold a lock that every writer needs: SQLite's write lock, or PostgreSQL's on the table."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as holder:
            holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
            yield
            holder.rollback()
        return
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def turn_is_taken(url: str) -> bool:
    """Whether a writer of the product has the turn to write to this SQLite database (storage/writers_turn)."""
    handle = os.open(Path(f"{make_url(url).database}.turn.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def messages_locked(url: str) -> AbstractContextManager[None]:
    """While the block runs, nobody can change the ledger of messages."""
    return locked(url, "messages")
