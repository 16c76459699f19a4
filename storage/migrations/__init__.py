"""The first schema, and what changed in it since, in order: `upgrade` brings any of them up to this version's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from storage import guards, private_files, schema, tables  # noqa: F401  # the tables, so that autogenerate and the tests see them all
from storage.crypto import Vault

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


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
def connected(url: str) -> Iterator[Connection]:
    """A connection that is closed for good afterwards, whatever happens."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def config(connection: Connection | None = None, vault: Vault | None = None) -> "Config":
    """Alembic's settings, without a file."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes |= {"connection": connection, "vault": vault}
    return settings


def upgrade(url: str, vault: Vault | None = None) -> None:
    """Bring the schema up to date: each step whole or not at all, so an interrupted upgrade goes on where it was.

    An SQLite file that isn't there is made (OSError if it can't be); the trail's guards are made anew where they are
    missing.

    `vault`: for a step that seals what is there. schema.NotOurs if no step leads on from the schema that is there,
    KeysRefused if a step must seal and can't; nothing was changed then.
    """
    from alembic import command  # slow to load: whoever only asks where a database stands does without

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        private_files.make(parsed.database)
    with connected(url) as connection:
        schema.standing(connection)
        connection.rollback()  # so that each step begins a transaction of its own
        command.upgrade(config(connection, vault), "head")
        if guards.missing(connection):  # somebody took them away
            guards.guard_the_trail(connection)
        connection.commit()


def is_current(url: str) -> bool:
    """Whether the database has the schema that this code expects; schema.NotOurs if it never can."""
    with connected(url) as connection:
        return schema.is_current(connection)
