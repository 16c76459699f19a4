"""Findings: what a meeting saw in a case, linked to the agency and the learning theme that it is about."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class FindingKind(StrEnum):
    """What sort of finding it is."""

    STRENGTH = "strength"
    CONCERN = "concern"
    LEARNING = "learning"


class Finding(Base):
    """One finding, in its newest wording; `text` is sealed. `agency_id` null: about how agencies worked together.

    `by_id` wrote the newest text, at `at`; earlier texts are in storage.rewordings.

    `theme_id` stays as it was chosen when themes are merged: storage.cycles.LearningTheme says what it counts as.
    """

    __tablename__ = "findings"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE, Written("at", version="version"))
    id: Mapped[Id]
    case_id: Mapped[str] = owned_by("cases")
    kind: Mapped[str] = held(Holds.CHOICE, 10)
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True)
    theme_id: Mapped[str | None] = owned_by("learning_themes", nullable=True)
    text: Mapped[bytes] = sealed()
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
