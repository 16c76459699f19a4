"""An INSERT that can say what is to happen where such a row is there already."""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storage.types import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert(session: Session, table: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """Into that table, as the session's database says it; what belongs to the other one isn't even loaded."""
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
