"""The product's database and both stand-ins as something once left them, for every test that begins like that.

What is made is made once in a run, by whichever of its processes needs it first, while those that need it too wait;
each test gets a copy of its own, which costs a tenth of it.
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
    """What a mould is taken of: the product between its stand-ins, with no worker at work."""

    settings: Settings
    workspace: Workspace
    drive: Drive
    spreadsheet_id: str


Rows = dict[tuple[str, str], bytes]
"""What PostgreSQL's tables hold, by schema and name."""


@dataclass(frozen=True)
class _Mould:
    """`database`: a file of SQLite, or PostgreSQL's rows and where its sequences are; `now`: where it was moved to."""

    database: bytes | tuple[Rows, list[tuple[str, int]]]
    slack: dict[str, object]
    google: tuple[object, ...]
    spreadsheet_id: str
    now: datetime | None


@dataclass(frozen=True)
class Moulds:
    """Those of a test run, in `home`; all of its databases are sealed with one `key`, so that a copy can be read."""

    home: Path
    key: str

    def cast(self, play: P, make: Callable[[P], None]) -> None:
        """Bring about in `play` what `make` does, which leaves nobody at work; by a copy, if that was done before."""
        url = play.settings.database_url.get_secret_value()
        file = self.home / f"{make.__module__}.{make.__qualname__}.{make_url(url).get_backend_name()}"
        with self.making(file) as beside:
            if beside is not None:
                make(play)
                beside.write_bytes(_taken(play, url))
                return
        _pour(pickle.loads(file.read_bytes()), play, url)

    @contextmanager
    def making(self, file: Path) -> Iterator[Path | None]:
        """Where to make this file, whole at the block's end and by no other process meanwhile; None if it is there."""
        with file.with_name(f"{file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if file.exists():
                yield None
                return
            beside = file.with_name(f"{file.name}.new")
            beside.unlink(missing_ok=True)
            yield beside
            beside.replace(file)


def _taken(play: Standing, url: str) -> bytes:
    slack, drive = play.workspace, play.drive
    with slack.lock, drive.lock:
        return pickle.dumps(_Mould(
            _sqlite(url) if url.startswith("sqlite") else _postgresql(url),
            {name: getattr(slack, name) for name in _SLACK},
            (drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries),
            play.spreadsheet_id,
            play.settings.clock.now() if play.settings.clock.offset() else None,
        ))  # fmt: skip


def _pour(mould: _Mould, play: Standing, url: str) -> None:
    slack, drive, address = play.workspace, play.drive, play.workspace.app.request_url
    if isinstance(mould.database, bytes):
        with TemporaryDirectory() as beside:  # not in memory, where there is no write-ahead log
            file = Path(beside) / "kept.db"
            file.write_bytes(mould.database)
            with closing(sqlite3.connect(file)) as kept, closing(sqlite3.connect(_file(url))) as database:
                kept.backup(database)
    else:
        _copied(*mould.database, url)
    with slack.changing():
        vars(slack).update(mould.slack)
        slack.app.request_url = address
    with drive.lock:
        drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries = mould.google  # type: ignore[assignment]
    play.spreadsheet_id = mould.spreadsheet_id
    if mould.now is not None:
        play.settings.clock.move_to(mould.now)


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


def _copied(rows: Rows, numbers: list[tuple[str, int]], url: str) -> None:
    with _connected(url) as target, target.transaction():
        target.execute("SET LOCAL session_replication_role = replica")  # in any order, and whatever forbids it
        for table, held in rows.items():
            target.execute(SQL("DELETE FROM {}").format(Identifier(*table)))
            with target.cursor().copy(SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(*table))) as copy:
                copy.write(held)
        for name, last in numbers:
            target.execute(SQL("SELECT setval({}, {})").format(Literal(name), Literal(last)))
