"""What stands in the database, looked at from outside the rules."""

from sqlalchemy import select

from storage.engine import Sessions
from storage.trail import TrailEntry
from storage.types import Base

Rows = dict[str, list[tuple[object, ...]]]


def rows(sessions: Sessions, *, but: frozenset[str] = frozenset({"trail"})) -> Rows:
    """Every row of every table, but for those of `but`."""
    with sessions.reading() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def entries(sessions: Sessions, verb: str) -> list[TrailEntry]:
    """The trail's entries of a kind, oldest first."""
    with sessions.reading() as session:
        return list(session.scalars(select(TrailEntry).where(TrailEntry.verb == verb).order_by(TrailEntry.number)))
