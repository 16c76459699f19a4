"""The product's database and both stand-ins as something once left them, for every test that begins like that.

What is made is made once in a process; each test gets a copy of its own, which costs a tenth of it.
"""

import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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


@dataclass(frozen=True)
class _Mould:
    """`fill` writes the rows into another database of its kind; the stand-ins are pickled; `now` is the product's."""

    fill: Callable[[str], None]
    slack: bytes
    google: bytes
    spreadsheet_id: str
    now: datetime


_FOUND: dict[tuple[object, str], _Mould] = {}


def cast(play: P, make: Callable[[P], None]) -> None:
    """Bring about in `play` what `make` does, which ends with nobody at work; by a copy, if that was done before."""
    url = play.settings.database_url.get_secret_value()
    kind = make_url(url).get_backend_name()
    if (make, kind) in _FOUND:
        _pour(_FOUND[make, kind], play, url)
        return
    make(play)
    _FOUND[make, kind] = _taken(play, url)


def _taken(play: Standing, url: str) -> _Mould:
    slack, drive = play.workspace, play.drive
    with slack.lock, drive.lock:
        return _Mould(
            _sqlite(url) if url.startswith("sqlite") else _postgresql(url),
            pickle.dumps({name: getattr(slack, name) for name in _SLACK}),
            pickle.dumps((drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries)),
            play.spreadsheet_id,
            play.settings.clock.now(),
        )


def _pour(mould: _Mould, play: Standing, url: str) -> None:
    slack, drive, address = play.workspace, play.drive, play.workspace.app.request_url
    mould.fill(url)
    with slack.changing():
        vars(slack).update(pickle.loads(mould.slack))
        slack.app.request_url = address
    with drive.lock:
        drive.files, drive.deleted, drive.accounts.tokens, drive.log.entries = pickle.loads(mould.google)
    play.spreadsheet_id = mould.spreadsheet_id
    play.settings.clock.move_to(mould.now)


def _sqlite(url: str) -> Callable[[str], None]:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(str(make_url(url).database))) as source:
        source.backup(kept)

    def fill(url: str) -> None:
        with closing(sqlite3.connect(str(make_url(url).database))) as database:
            kept.backup(database)

    return fill


def _connected(url: str) -> "psycopg.Connection":
    where = make_url(url)
    return psycopg.connect(host=str(where.query["host"]), user="postgres", dbname=where.database, autocommit=True)


def _postgresql(url: str) -> Callable[[str], None]:
    with _connected(url) as source:
        rows = {}
        for table in source.execute(_TABLES).fetchall():
            with source.cursor().copy(SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(*table))) as copy:
                rows[table] = b"".join(copy)
        numbers = source.execute(_NUMBERS).fetchall()
    return partial(_copied, rows, numbers)


def _copied(rows: dict[tuple[str, str], bytes], numbers: list[tuple[str, int]], url: str) -> None:
    with _connected(url) as target, target.transaction():
        target.execute("SET LOCAL session_replication_role = replica")  # in any order, and whatever forbids it
        for table, held in rows.items():
            target.execute(SQL("DELETE FROM {}").format(Identifier(*table)))
            with target.cursor().copy(SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(*table))) as copy:
                copy.write(held)
        for name, last in numbers:
            target.execute(SQL("SELECT setval({}, {})").format(Literal(name), Literal(last)))
