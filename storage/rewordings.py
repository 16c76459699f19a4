"""What findings, recommendations and paragraphs of the report said before their text was changed."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class EarlierWording(Base):
    """The text of what `subject_id` names as it stood last in `version`; `text` is sealed.

    `by_id` and `at`: who wrote it, and when, not who replaced it.
    """

    __tablename__ = "earlier_wordings"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, Exports.CASE, Written("at", version="version"))
    __table_args__ = (UniqueConstraint("subject_id", "version"),)
    id: Mapped[Id]
    subject_id: Mapped[str] = held(Holds.ROW, 32, of=("findings", "recommendations", "paragraphs"))
    version: Mapped[int]
    text: Mapped[bytes] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
