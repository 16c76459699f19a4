"""Whether Slack is reached in Socket Mode, and how often a connection was made anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage.clock import wall
from storage.conflicts import insert
from storage.socket_connections import SLACK, Connection

FRESH = timedelta(minutes=2)
"""How long ago a connection may have been seen that counts as standing: it is noted every half minute."""


@dataclass(frozen=True)
class Known:
    """What is known of it. `again`: how often one took the place of another since `since`, the last time at `again_at`.

    `seen_at`: when one was last there; all wall time.
    """

    since: datetime
    again: int
    again_at: datetime | None
    seen_at: datetime

    @property
    def stands(self) -> bool:
        """Whether there is one now, as far as is known."""
        return abs(wall() - self.seen_at) < FRESH  # later than now: the clock was put back


def note(session: Session, *, again: bool) -> None:
    """There is a connection; `again`: it took the place of another."""
    now = wall()
    anew = {"again": Connection.again + 1, "again_at": now} if again else {}
    first = {"to": SLACK, "since": now, "again": int(again), "again_at": now if again else None, "seen_at": now}
    statement = insert(session, Connection).values(first)
    session.execute(statement.on_conflict_do_update(index_elements=["to"], set_={"seen_at": now, **anew}))


def known(session: Session) -> Known | None:
    """What is known of it; None if there never was one."""
    row = session.get(Connection, SLACK)
    return Known(row.since, row.again, row.again_at, row.seen_at) if row else None
