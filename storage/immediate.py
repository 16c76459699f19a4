"""Immediate actions: a return says that something must happen now."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.holds import Exports, Kept, RowHolding, Seen, Written, sealed
from storage.types import Base, Id, index_of, owned_by


class ImmediateAction(Base):
    """An immediate action: open until a coordinator has acknowledged and closed it; a return has at most one open.

    `text` is sealed JSON: what must happen, who owns it (a role), by when (an ISO date), as the return's `version` says
    (the newest that asks for one), and what the coordinators wrote on acknowledging and closing it.
    """

    __tablename__ = "immediate_actions"
    __holds__ = RowHolding(Kept.FACTS, Seen.RAISED, Exports.CASE, Written("raised_at", None, "version"))
    __table_args__ = (index_of("closed_at IS NULL", "ix_immediate_actions_open", "raised_at"),)
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    cycle_id: Mapped[str] = owned_by("cycles")
    text: Mapped[bytes] = sealed(counted=True)
    version: Mapped[int]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
