"""The trail: every change and every reading of full text, append-only."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, Row, Seen, held
from storage.types import Base, owned_by


class TrailEntry(Base):
    """Who did what to which row, and when. `detail` holds references and grades, never anyone's words."""

    __tablename__ = "trail"
    __holds__ = Row(Kept.TRAIL, Seen.NOBODY, Exports.CASE | Exports.PERSON)
    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[str | None] = owned_by("people", nullable=True)
    actor: Mapped[str] = held(Holds.PERSON, 80)
    verb: Mapped[str] = held(Holds.CHOICE, 40)
    cycle_id: Mapped[str | None] = owned_by("cycles", nullable=True)
    subject_id: Mapped[str | None] = held(Holds.ROW, 32, index=True)
    detail: Mapped[str] = held(Holds.REFERENCE, 200, default="")
