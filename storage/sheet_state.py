"""How far a cycle's Google Sheet is behind the database."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.following import Following
from storage.types import Base


class SheetState(Following, Base):
    """One row a cycle; `drawn_at` is when the sheet last came to show the database (wall time)."""

    __tablename__ = "sheet_states"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    drawn_at: Mapped[datetime | None]
