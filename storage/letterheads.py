"""The partnership's name, its logo and its Word template, as each was set, every version kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, held, sealed
from storage.types import Base, Id, owned_by


class LetterheadPart(StrEnum):
    """What a letterhead is made of."""

    NAME = "name"
    LOGO = "logo"
    TEMPLATE = "template"


class LetterheadVersion(Base):
    """What a `part` (a LetterheadPart) of the letterhead was set to; the greatest `number` of a part counts.

    `content`: the name, or the file in base64, sealed; null: it was taken away. `by_id` null: the command line.
    """

    __tablename__ = "letterheads"
    __holds__ = RowHolding(Kept.SETUP, Seen.EVERYBODY)
    __table_args__ = (UniqueConstraint("part", "number"),)
    id: Mapped[Id]
    part: Mapped[str] = held(Holds.CHOICE, 10)
    number: Mapped[int]
    content: Mapped[bytes | None] = sealed()
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    at: Mapped[datetime]
