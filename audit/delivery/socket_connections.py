"""Connections in Socket Mode: whether one is open, how often one was replaced, whether other deployments have any."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from audit.delivery import slack_conditions
from storage.clock import wall
from storage.conflicts import insert
from storage.socket_connections import SLACK, Connection

FRESH = timedelta(minutes=2)
"""How long after it was last noted a connection counts as open. Open ones are noted every half minute."""

CHANGING = timedelta(seconds=30)
"""How long a replaced connection and its replacement may both be open; also, how late an opening may be noted."""


@dataclass(frozen=True)
class ConnectionRecord:
    """The history of connections. `again`: how often one was replaced after `since`, the last time at `again_at`.

    `seen_at`: when one was last open. All times are wall times.
    """

    since: datetime
    again: int
    again_at: datetime | None
    seen_at: datetime

    @property
    def stands(self) -> bool:
        """Whether a connection is open now, as far as is known."""
        return abs(wall() - self.seen_at) < FRESH  # a later time means that the clock was put back


@dataclass(frozen=True)
class Counted:
    """Slack's count of the app's connections, given at the wall time `at` in greeting a new one, which is included.

    `own`: how many connections the process itself had then.
    """

    all: int
    own: int
    at: datetime


def note(session: Session, process: str, *, again: bool) -> None:
    """Note that this web process has an open connection. `again`: it replaced another one."""
    now = wall()
    anew = {"again": Connection.again + 1, "again_at": now} if again else {}
    first = {"since": now, "again": int(again), "again_at": now if again else None, "seen_at": now}
    rows = insert(session, Connection).values([first | {"to": to} for to in (SLACK, process)])
    session.execute(rows.on_conflict_do_update(index_elements=["to"], set_={"seen_at": now, **anew}))
    silent = ~Connection.seen_at.between(now - FRESH, now + FRESH)  # a later time means that the clock was put back
    session.execute(delete(Connection).where(Connection.to != SLACK, silent))


def over(session: Session, process: str) -> None:
    """Note that this web process has no connection left, and won't open any."""
    session.execute(delete(Connection).where(Connection.to == process))


def crowded(session: Session, process: str, counted: Counted, each: int) -> int:
    """How many more connections Slack counts than this deployment has. The condition is recorded while there are any.

    `counted`: Slack's count, as given to this process. `each`: the connections of every other process, which has twice
    as many while it replaces them.
    """
    of_others = (Connection.to.not_in((SLACK, process)), Connection.since <= counted.at + CHANGING)
    others = session.scalars(select(Connection.again_at).where(*of_others)).all()
    ours = counted.own + sum(2 * each if at and abs(counted.at - at) < CHANGING else each for at in others)
    if counted.all <= ours:
        slack_conditions.connections_fit(session)
        return 0
    sentence = f"Slack counted {counted.all} connections of this app, and {ours} of them were ours."
    slack_conditions.too_many_connections(session, sentence, counted.at)
    return counted.all - ours


def known(session: Session) -> ConnectionRecord | None:
    """The history of connections; None if there never was one."""
    row = session.get(Connection, SLACK)
    return ConnectionRecord(row.since, row.again, row.again_at, row.seen_at) if row else None
