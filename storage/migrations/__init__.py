"""The first schema, and what changed in it since, in order: `upgrade` brings any of them up to this version's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from storage import guards, private_files, tables  # noqa: F401  # the tables, so that autogenerate and the tests see them all
from storage.crypto import Vault

HERE = Path(__file__).parent
BEFORE_THE_FIRST = frozenset(f"{number:04}" for number in range(1, 12))
"""The revisions that led to the first schema before anything was released, and are no longer here."""


class NotOurs(Exception):
    """The database has a schema that no step leads on from; says so in words."""


def engine_for(url: str) -> Engine:
    """An engine that neither waits in line nor hurries, and on SQLite too undoes a step that was interrupted."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True)
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3's: BEGIN is ours
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")  # a table is changed by a copy of it, and the old one dropped
    cursor.close()


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection that is closed for good afterwards, whatever happens."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def config(connection: Connection | None = None, vault: Vault | None = None) -> Config:
    """Alembic's settings, without a file."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes |= {"connection": connection, "vault": vault}
    return settings


def upgrade(url: str, vault: Vault | None = None) -> None:
    """Bring the schema up to date: each step whole or not at all, so an interrupted upgrade goes on where it was.

    An SQLite file that isn't there is made; the trail's guards are made anew where they are missing.

    `vault`: for a step that seals what is there. NotOurs if no step leads on from the schema that is there, KeysRefused
    if a step must seal and can't; nothing was changed then.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        private_files.make(parsed.database)
    with _connected(url) as connection:
        _standing(connection)
        connection.rollback()  # so that each step begins a transaction of its own
        command.upgrade(config(connection, vault), "head")
        if guards.missing(connection):  # somebody took them away
            guards.guard_the_trail(connection)
        connection.commit()


def is_current(url: str) -> bool:
    """Whether the database has the schema that this code expects; NotOurs if it never can."""
    with _connected(url) as connection:
        return _standing(connection) == newest()


def newest() -> str:
    """The revision of the schema that this code expects."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def _standing(connection: Connection) -> str | None:
    """The revision of the schema that is there, None if there is none; NotOurs if it isn't one of ours."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision in BEFORE_THE_FIRST:
        raise NotOurs(
            f"The database is of an unreleased state of Roundtable (schema {revision}), from which no upgrade leads to"
            " this version. Nothing was changed. Set DATABASE_URL to a new database."
        )
    known = {step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise NotOurs("The database was made by a newer version of Roundtable than this one. Nothing was changed.")
    return revision
