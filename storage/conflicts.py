"""An INSERT that can say what to do if a row with the same key exists already."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storage.types import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert(session: Session, table: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT into the table, in the dialect of the session's database."""
    return _insert(session.get_bind().dialect.name, table)


def insert_unless_present(session: Session, table: type[Base], key: str, values: Mapping[str, object]) -> None:
    """Insert a row at once, unless there is one with the same value in the column `key`."""
    session.flush()
    session.connection().execute(_put(session.get_bind().dialect.name, table, key), values)


@cache
def _put(dialect: str, table: type[Base], key: str) -> "postgresql.Insert | sqlite.Insert":
    return _insert(dialect, table).on_conflict_do_nothing(index_elements=[key])


def _insert(dialect: str, table: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """The dialect's INSERT. The other database's dialect isn't even loaded."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
