"""Earlier texts of findings, recommendations and report paragraphs."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class EarlierWording(Base):
    """The last text of the row `subject_id` in its `version`; `text` is sealed.

    `by_id` and `at` say who wrote that text and when, not who replaced it.
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
