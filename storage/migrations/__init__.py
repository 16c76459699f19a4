"""The first schema and every later change to it, in order; `upgrade` brings a database up to the current one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from storage import guards, private_files, schema, tables  # noqa: F401  # all tables, for autogenerate and the tests
from storage.crypto import Vault

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def engine_for(url: str) -> Engine:
    """An engine without the product's short time limits; on SQLite, too, an interrupted step is rolled back."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True)
    engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": 30})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3's own transactions are off: engine_for says BEGIN
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")  # a table is changed by copying it and dropping the old one
    cursor.close()


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection whose engine is disposed of afterwards, whatever happens."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def config(connection: Connection | None = None, vault: Vault | None = None) -> "Config":
    """Alembic's settings, without a configuration file."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes |= {"connection": connection, "vault": vault}
    return settings


def upgrade(url: str, vault: Vault | None = None) -> None:
    """Bring the schema up to date. Each step is applied fully or not at all; an interrupted upgrade can be continued.

    A missing SQLite file is created (OSError if it can't be), and missing guards of the trail are created again.

    `vault` is for steps that seal existing text. schema.NotOurs if no step leads on from the database's schema,
    KeysRefused if a step must seal and can't: it changed nothing, and the steps before it stay applied.
    """
    from alembic import command  # slow to load, and not needed for asking which schema a database has

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        private_files.make(parsed.database)
    with connected(url) as connection:
        schema.standing(connection)
        connection.rollback()  # so that each step runs in its own transaction
        command.upgrade(config(connection, vault), "head")
        if guards.missing(connection):  # somebody dropped or disabled them
            guards.guard_the_trail(connection)
        connection.commit()


def is_current(url: str) -> bool:
    """Whether the database has the schema that this code expects; schema.NotOurs if it never can."""
    with connected(url) as connection:
        return schema.is_current(connection)
