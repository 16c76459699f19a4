"""A database restored from a backup: it sends nothing until a person confirms that the original has stopped.

Nothing is known here of what happened after the backup was made. So a message is posted only after Slack was asked
whether it exists already, and everything that was posted is brought up to date.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, or_, select, update
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
"""The trail's name for this confirmation."""
FORGOTTEN = timedelta(days=30)
"""For how long Slack is asked about messages that the original may have posted; later ones are new."""

MISSED_SINCE = (
    select(func.min(Restoration.made_at)).where(Restoration.asks_until > Message.created_at).scalar_subquery()
)
"""From when on Slack may have a ledger row's message that this database doesn't know of; null if it can't."""


class Silent(Exception):
    """Nobody has confirmed yet that the original has stopped. The message says what to do."""


def begin(session: Session, made_at: datetime) -> None:
    """Prepare a database that was restored from a backup made at `made_at`.

    Claims of the original's workers are released, Slack will be asked about messages that aren't known to be posted,
    and all that is posted or drawn is brought up to date.
    """
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
    """Raise Silent while the original of this database may still be running."""
    made_at = silent_since(session)
    if made_at is not None:
        raise Silent(
            f"This database was restored from a backup of {stamp(made_at)}, so nothing was started: two at"
            " once would post everything twice. Once the installation that it was made from has stopped for good, "
            "run `roundtable resume --the-other-has-stopped`."
        )


def silent_since(session: Session) -> datetime | None:
    """When the backup was made from which this database was restored; None once a person has confirmed."""
    row = session.scalars(_waiting()).first()
    return None if row is None else row.made_at


def unknown_since(session: Session, cycle: Cycle) -> datetime | None:
    """When the backup was made since which something may have happened in a cycle that isn't known here; None if not.

    That is so for a cycle that was opened before this database was restored.
    """
    return session.scalar(select(func.min(Restoration.made_at)).where(Restoration.restored_at >= cycle.opened_at))


def since(session: Session, at: datetime) -> bool:
    """Whether this database was restored since a time, so that something later may be unknown here."""
    return session.scalar(select(exists().where(Restoration.restored_at >= at))) is True


def resume(session: Session) -> None:
    """Confirm that the original has stopped, so that this database is used. Refused if there is nothing to confirm."""
    rows = session.scalars(_waiting().with_for_update(**LOCK)).all()
    if not rows:
        raise Refused("This database wasn't restored from a backup, or is already in use.")
    for row in rows:
        row.resumed_at = now(session)
        trail.record(session, None, RESUME, subject_id=row.id, detail=f"a backup of {row.made_at.isoformat()}")


def _waiting() -> Select[Restoration]:
    return select(Restoration).where(Restoration.resumed_at.is_(None)).order_by(Restoration.restored_at.desc())
