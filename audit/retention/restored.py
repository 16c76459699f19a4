"""A database that was put back from a backup: it is silent until a person says that the other has stopped.

What happened after the backup was made isn't known here. So nothing is posted before Slack was asked whether it
stands there already, and everything that stands is brought up to date.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.calendar import stamp
from audit.errors import Refused
from audit.whose_sheet import OF_ALL
from storage.clock import now, wall
from storage.cycles import UNDER_WAY, Cycle
from storage.messages import Message, MessageState
from storage.retention import Restoration
from storage.sheet_state import SheetState
from storage.types import LOCK

RESUME = "restored.resume"
"""What the trail calls it."""
FORGOTTEN = timedelta(days=30)
"""For how long Slack is asked for what the twin may have posted: whatever was due then, is due here at once."""

MISSED_SINCE = (
    select(func.min(Restoration.made_at)).where(Restoration.asks_until > Message.created_at).scalar_subquery()
)
"""Of a row of the ledger: from when on its message may stand in Slack, though this database doesn't know; else null."""


class Silent(Exception):
    """Nobody has said yet that the other has stopped; says what to do, in words."""


def begin(session: Session, made_at: datetime) -> None:
    """This database was restored from a backup of then. Whoever was at work in the other isn't here."""
    free = {"claim": None, "attempt": 0, "next_try_at": wall()}
    session.execute(update(Message).values(free))
    session.execute(update(Message).where(Message.ts.is_(None)).values(intended_at=wall()))
    under_way = Message.cycle_id.in_(select(Cycle.id).where(Cycle.state.in_(UNDER_WAY)))
    standing = (Message.ts.is_not(None), Message.state == MessageState.LIVE, under_way)
    session.execute(update(Message).where(*standing).values(wanted=Message.wanted + 1, content_hash=None))
    unseen = {"drawers": None, "memory": None, "looked_at": None, "version": None}
    session.execute(update(SheetState).values(free | unseen))
    drawn = or_(OF_ALL, SheetState.spreadsheet_id.is_not(None))
    session.execute(update(SheetState).where(drawn).values(wanted=SheetState.wanted + 1))
    session.add(Restoration(made_at=made_at, restored_at=now(session), asks_until=wall() + FORGOTTEN))


def require_resumed(session: Session) -> None:
    """Silent as long as this database may have a twin that is at work."""
    made_at = silent_since(session)
    if made_at is not None:
        raise Silent(
            f"This database was restored from a backup of {stamp(made_at)}, so nothing was started: two at"
            " once would post everything twice. Once the installation that it was made from has stopped for good, "
            "run `roundtable resume --the-other-has-stopped`."
        )


def silent_since(session: Session) -> datetime | None:
    """When the backup was made from which this database was put back, if nobody has said yet that the other stopped."""
    row = session.scalars(_waiting()).first()
    return None if row is None else row.made_at


def resume(session: Session) -> None:
    """The other has stopped: from now on this one speaks. Refused if there is nothing to resume."""
    rows = session.scalars(_waiting().with_for_update(**LOCK)).all()
    if not rows:
        raise Refused("This database wasn't restored from a backup, or is already in use.")
    for row in rows:
        row.resumed_at = now(session)
        trail.record(session, None, RESUME, subject_id=row.id, detail=f"a backup of {row.made_at.isoformat()}")


def _waiting() -> Select[Restoration]:
    return select(Restoration).where(Restoration.resumed_at.is_(None)).order_by(Restoration.restored_at.desc())
