"""How far a cycle's Google Sheet is behind the database."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base


class SheetState(Base):
    """`wanted` rises with every change of the cycle; `drawn` is the `wanted` that the sheet shows."""

    __tablename__ = "sheet_states"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    wanted: Mapped[int] = mapped_column(default=1)
    drawn: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claim: Mapped[str | None] = mapped_column(String(80), index=True)
    drawn_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
