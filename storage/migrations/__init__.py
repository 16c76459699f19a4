"""Schema changes, in order. `upgrade` brings a database of any released version up to this one."""

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

from storage import tables  # noqa: F401  # so that autogenerate and the tests see them all

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
def _connected(url: str) -> Iterator[Connection]:
    """A connection that is closed for good afterwards, whatever happens."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.attributes["connection"] = connection
    return settings


def upgrade(url: str) -> None:
    """Bring the schema up to date: each step whole or not at all, so an interrupted upgrade goes on where it was."""
    with _connected(url) as connection:
        command.upgrade(config(connection), "head")


def is_current(url: str) -> bool:
    """Whether the database has the schema that this code expects."""
    with _connected(url) as connection:
        there = MigrationContext.configure(connection).get_current_revision()
    return there == ScriptDirectory.from_config(config()).get_current_head()
