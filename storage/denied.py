"""Names that must not enter: kept as keyed hashes only, so that nobody can read them back."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.crypto import NAME
from storage.types import Base, Id


class DeniedName(Base):
    """A name on the list: `mark` is its keyed hash under the key named `key`, `words` how many words it has."""

    __tablename__ = "denied_names"
    __table_args__ = (UniqueConstraint("key", "mark"),)
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(NAME))
    mark: Mapped[str] = mapped_column(String(32))
    words: Mapped[int]
    added_at: Mapped[datetime]
