"""Names that must not be entered, stored as keyed hashes only, so that nobody can read them back."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.crypto import NAME
from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id


class DeniedName(Base):
    """A name on the list: `mark` is its keyed hash under the key named `key`, `words` the number of words in it."""

    __tablename__ = "denied_names"
    __holds__ = RowHolding(Kept.SETUP, Seen.NOBODY)
    __table_args__ = (UniqueConstraint("key", "mark"),)
    id: Mapped[Id]
    key: Mapped[str] = held(Holds.OURS, NAME)
    mark: Mapped[str] = held(Holds.HASH, 32)
    words: Mapped[int]
    added_at: Mapped[datetime]
