"""Cleared sheets: those whose content was removed because the audit's retention period ended."""

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
"""A condition on SheetState: it is cleared. A legal hold set later doesn't change that: nothing is drawn again."""


def sentence(number: int) -> str:
    """A sentence that says that the sheet of the cycle with this number is cleared."""
    return f"What this sheet showed of audit {number} was removed when its retention period ended."


def require_not(session: Session, sheet_id: str, number: int, field: str | None = None) -> None:
    """Refuse, at `field`, to draw a cleared sheet. `number`: its cycle's."""
    if session.scalar(select(exists().where(SheetState.id == sheet_id, CLEARED))):
        raise Refused(f"{sentence(number)} So there is no sheet of it any more.", field=field)
