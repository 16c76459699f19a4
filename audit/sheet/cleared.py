"""A sheet that is cleared: what was drawn in it is removed, since its audit's time is over."""

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from storage.holds import Kept
from storage.retention import Purge
from storage.sheet_state import SheetState

CLEARED = and_(
    SheetState.drawn_at.is_(None),
    exists().where(Purge.cycle_id == SheetState.cycle_id, Purge.kind == Kept.WORK),
)
"""That a sheet is cleared: whether its audit is held or not, since a hold brings nothing back."""


def sentence(number: int) -> str:
    """What to say of the cycle of that number, whose sheet is cleared."""
    return f"What this sheet showed of audit {number} was removed when its retention period ended."


def require_not(session: Session, sheet_id: str, number: int, field: str | None = None) -> None:
    """Refuse to draw a sheet of that cycle which is cleared; at `field`."""
    if session.scalar(select(exists().where(SheetState.id == sheet_id, CLEARED))):
        raise Refused(f"{sentence(number)} So there is no sheet of it any more.", field=field)
