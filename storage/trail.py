"""The trail: every change and every reading of full text, append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, owned_by


class TrailEntry(Base):
    """Who did what to which row, and when. `detail` holds references and grades, never anyone's words."""

    __tablename__ = "trail"
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[str | None] = owned_by("people", nullable=True)
    actor: Mapped[str] = mapped_column(String(80))
    verb: Mapped[str] = mapped_column(String(40))
    cycle_id: Mapped[str | None] = owned_by("cycles", nullable=True)
    subject_id: Mapped[str | None] = mapped_column(String(32), index=True)
    detail: Mapped[str] = mapped_column(String(200), default="")
