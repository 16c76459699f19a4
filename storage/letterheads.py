"""The partnership's name, logo and Word template; every version is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, held, sealed
from storage.types import Base, Id, owned_by


class LetterheadPart(StrEnum):
    """The parts of a letterhead."""

    NAME = "name"
    LOGO = "logo"
    TEMPLATE = "template"


class LetterheadVersion(Base):
    """A version of one `part` (a LetterheadPart) of the letterhead; the one with the greatest `number` counts.

    `content`: the name, or the file in base64, sealed; null if the part was removed. `by_id` null: the command line.
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
