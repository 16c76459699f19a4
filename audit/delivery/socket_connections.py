"""Whether Slack is reached in Socket Mode, how often a connection was made anew, and whether others have some too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from audit.delivery import slack_conditions
from storage.clock import wall
from storage.conflicts import insert
from storage.socket_connections import SLACK, Connection

FRESH = timedelta(minutes=2)
"""How long ago a connection may have been seen that counts as standing: it is noted every half minute."""

CHANGING = timedelta(seconds=30)
"""For how long after a connection took the place of another there may be both; and between an opening and its note."""


@dataclass(frozen=True)
class ConnectionRecord:
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


@dataclass(frozen=True)
class Counted:
    """What Slack said `at` that moment as it greeted one of a process's connections: how many the app has, with it.

    `own`: how many the process had then; wall time.
    """

    all: int
    own: int
    at: datetime


def note(session: Session, process: str, *, again: bool) -> None:
    """The web process of that name has a connection; `again`: it took the place of another."""
    now = wall()
    anew = {"again": Connection.again + 1, "again_at": now} if again else {}
    first = {"since": now, "again": int(again), "again_at": now if again else None, "seen_at": now}
    rows = insert(session, Connection).values([first | {"to": to} for to in (SLACK, process)])
    session.execute(rows.on_conflict_do_update(index_elements=["to"], set_={"seen_at": now, **anew}))
    silent = ~Connection.seen_at.between(now - FRESH, now + FRESH)  # later than now: the clock was put back
    session.execute(delete(Connection).where(Connection.to != SLACK, silent))


def over(session: Session, process: str) -> None:
    """The web process of that name has no connection any more, and will have none."""
    session.execute(delete(Connection).where(Connection.to == process))


def crowded(session: Session, process: str, counted: Counted, each: int) -> int:
    """How many more connections Slack counts than this deployment has; while there are any, that is the matter.

    `counted`: as Slack said to that process; `each`: as many as every other one has, and has twice for the moments in
    which it replaces them.
    """
    of_others = (Connection.to.not_in((SLACK, process)), Connection.since <= counted.at + CHANGING)
    others = session.scalars(select(Connection.again_at).where(*of_others)).all()
    ours = counted.own + sum(2 * each if at and abs(counted.at - at) < CHANGING else each for at in others)
    if counted.all <= ours:
        slack_conditions.uncrowded(session)
        return 0
    sentence = f"Slack counted {counted.all} connections of this app, and {ours} of them were ours."
    slack_conditions.crowded(session, sentence, counted.at)
    return counted.all - ours


def known(session: Session) -> ConnectionRecord | None:
    """What is known of it; None if there never was one."""
    row = session.get(Connection, SLACK)
    return ConnectionRecord(row.since, row.again, row.again_at, row.seen_at) if row else None
