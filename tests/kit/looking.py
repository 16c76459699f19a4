"""The database's rows, read without the rules."""

from sqlalchemy import func, select

from storage.engine import Sessions
from storage.trail import TrailEntry
from storage.types import Base

Rows = dict[str, list[tuple[object, ...]]]


def rows(sessions: Sessions, *, but: frozenset[str] = frozenset({"trail", "trail_head"})) -> Rows:
    """Table -> all its rows, without the tables in `but`."""
    with sessions.reading() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }


def entries(sessions: Sessions, verb: str, after: int = 0) -> list[TrailEntry]:
    """The trail's entries with this verb, oldest first, with a number above `after`."""
    with sessions.reading() as session:
        found = select(TrailEntry).where(TrailEntry.verb == verb, TrailEntry.number > after)
        return list(session.scalars(found.order_by(TrailEntry.number)))


def newest_entry(sessions: Sessions) -> int:
    """The number of the trail's newest entry, 0 without any."""
    with sessions.reading() as session:
        return session.scalar(select(func.max(TrailEntry.number))) or 0
