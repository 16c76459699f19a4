"""The state of the product's database and of both stand-ins, kept as a starting point for several tests.

It is made once in a run, by the first process that needs it, while others that need it wait; each test gets a copy,
which costs a tenth of making it.
"""

import fcntl
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, TypeVar

import psycopg
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import make_url

from bot.settings import Settings
from sandbox.sheets import Drive
from sandbox.slack import Workspace

P = TypeVar("P", bound="Standing")
_SLACK = (
    "team", "app", "teams", "users", "channels", "messages", "files", "views", "stacks", "homes", "earlier",
    "triggers", "response_urls", "calls", "counts", "misuses",
)  # fmt: skip
_TABLES = (
    "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
    " AND tablename NOT IN ('alembic_version', 'dbos_migrations')"
)
_NUMBERS = "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"


class Standing(Protocol):
    """A snapshot's source: the product between its stand-ins, with no worker at work."""

    settings: Settings
    workspace: Workspace
    drive: Drive
    spreadsheet_id: str


Rows = dict[tuple[str, str], bytes]
"""(schema, table) -> PostgreSQL's rows, in COPY's binary format."""


@dataclass(frozen=True)
class _Snapshot:
    """`database`: SQLite's file, or PostgreSQL's rows and sequence values; `now`: the moved clock's time, or None."""

    database: bytes | tuple[Rows, list[tuple[str, int]]]
    slack: dict[str, object]
    google: tuple[object, ...]
    spreadsheet_id: str
    now: datetime | None


@dataclass(frozen=True)
class Snapshots:
    """A test run's snapshots, in `home`; all databases are sealed with the same `key`, so that copies can be read."""

    home: Path
    key: str

    def start_from(self, play: P, make: Callable[[P], None]) -> None:
        """Do to `play` what `make` does, or insert a copy if it was done before. `make` leaves no worker at work."""
        url = play.settings.database_url.get_secret_value()
        file = self.home / f"{make.__module__}.{make.__qualname__}.{make_url(url).get_backend_name()}"
        with self.making(file) as beside:
            if beside is not None:
                make(play)
                beside.write_bytes(_take(play, url))
                return
        _restore(pickle.loads(file.read_bytes()), play, url)

    @contextmanager
    def making(self, file: Path) -> Iterator[Path | None]:
        """A path at which to make this file, which is moved into place at the block's end; None if the file exists.

        No other process makes it meanwhile.
        """
        with file.with_name(f"{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if file.exists():
                yield None
                return
            beside = file.with_name(f"{file.name}.new")
            beside.unlink(missing_ok=True)
            yield beside
            beside.replace(file)


def _take(play: Standing, url: str) -> bytes:
    slack, drive = play.workspace, play.drive
    with slack.lock, drive.lock:
        return pickle.dumps(_Snapshot(
            _sqlite(url) if url.startswith("sqlite") else _postgresql(url),
            {name: getattr(slack, name) for name in _SLACK},
            (drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries),
            play.spreadsheet_id,
            play.settings.clock.now() if play.settings.clock.offset() else None,
        ))  # fmt: skip


def _restore(snapshot: _Snapshot, play: Standing, url: str) -> None:
    slack, drive, address = play.workspace, play.drive, play.workspace.app.request_url
    if isinstance(snapshot.database, bytes):
        with TemporaryDirectory() as beside:  # a file, since a database in memory has no write-ahead log
            file = Path(beside) / "kept.db"
            file.write_bytes(snapshot.database)
            with closing(sqlite3.connect(file)) as kept, closing(sqlite3.connect(_file(url))) as database:
                kept.backup(database)
    else:
        _copy(*snapshot.database, url)
    with slack.changing():
        vars(slack).update(snapshot.slack)
        slack.app.request_url = address
    with drive.lock:
        drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries = snapshot.google  # type: ignore[assignment]
    play.spreadsheet_id = snapshot.spreadsheet_id
    if snapshot.now is not None:
        play.settings.clock.move_to(snapshot.now)


def _file(url: str) -> str:
    return str(make_url(url).database)


def _sqlite(url: str) -> bytes:
    with closing(sqlite3.connect(_file(url))) as source:
        return source.serialize()


def _connected(url: str) -> "psycopg.Connection":
    where = make_url(url)
    return psycopg.connect(host=str(where.query["host"]), user="postgres", dbname=where.database, autocommit=True)


def _postgresql(url: str) -> tuple[Rows, list[tuple[str, int]]]:
    with _connected(url) as source:
        rows = {}
        for table in source.execute(_TABLES).fetchall():
            with source.cursor().copy(SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(*table))) as copy:
                rows[table] = b"".join(copy)
        return rows, source.execute(_NUMBERS).fetchall()


def _copy(rows: Rows, numbers: list[tuple[str, int]], url: str) -> None:
    with _connected(url) as target, target.transaction():
        target.execute("SET LOCAL session_replication_role = replica")  # no foreign keys or triggers
        for table, held in rows.items():
            target.execute(SQL("DELETE FROM {}").format(Identifier(*table)))
            with target.cursor().copy(SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(*table))) as copy:
                copy.write(held)
        for name, last in numbers:
            target.execute(SQL("SELECT setval({}, {})").format(Literal(name), Literal(last)))
