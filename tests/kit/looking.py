"""What stands in the database, looked at from outside the rules."""

from sqlalchemy import func, select

from storage.engine import Sessions
from storage.trail import TrailEntry
from storage.types import Base

Rows = dict[str, list[tuple[object, ...]]]


def rows(sessions: Sessions, *, but: frozenset[str] = frozenset({"trail", "trail_head"})) -> Rows:
    """Every row of every table, but for those of `but`."""
    with sessions.reading() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def entries(sessions: Sessions, verb: str, after: int = 0) -> list[TrailEntry]:
    """The trail's entries of a kind, oldest first; those with a number beyond `after`."""
    with sessions.reading() as session:
        found = select(TrailEntry).where(TrailEntry.verb == verb, TrailEntry.number > after)
        return list(session.scalars(found.order_by(TrailEntry.number)))


def newest_entry(sessions: Sessions) -> int:
    """The number of the trail's newest entry; 0 if there is none."""
    with sessions.reading() as session:
        return session.scalar(select(func.max(TrailEntry.number))) or 0
