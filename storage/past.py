"""Audits from before this software: their results, as boards kept them in spreadsheets."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, owned_by


class PastCycle(Base):
    """An audit cycle of which only the results are known. `scale` is stored as it was given.

    It has a `number`, or, if the board gave it none, a `name`.
    """

    __tablename__ = "past_cycles"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING)
    id: Mapped[Id]
    number: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str | None] = held(Holds.NAME, 40, unique=True)
    title: Mapped[str] = held(Holds.NAME, 100)
    scale: Mapped[dict[str, object]] = held(Holds.FORM, JSON)
    imported_at: Mapped[datetime]

    @property
    def called(self) -> int | str:
        """The past audit's number, or its name if it has none."""
        return self.name or "" if self.number is None else self.number


class PastResult(Base):
    """A grade of one case or return, or of `count` of them that have no reference.

    `kind`: "return", "moderated" (its second grade) or "judgement". `grade`: a key of the scale, "not_graded", another
    answer (audit.past.grades), or a band: keys joined by "_or_". `section`: the label of the graded section, or None
    for an overall grade. `reason`: why it isn't graded, as a key of audit.scales.REASONS; None if it is graded or no
    reason is known. `key` (SHA-256, hexadecimal) identifies what the result is about within its cycle.
    """

    __tablename__ = "past_results"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, Exports.CASE)
    __table_args__ = (UniqueConstraint("past_cycle_id", "key"),)
    id: Mapped[Id]
    past_cycle_id: Mapped[str] = owned_by("past_cycles")
    key: Mapped[str] = held(Holds.HASH, 64)
    kind: Mapped[str] = held(Holds.CHOICE, 10)
    section: Mapped[str | None] = held(Holds.NAME, 75)
    area: Mapped[str | None] = held(Holds.NAME, 75)
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True)
    reference: Mapped[str | None] = held(Holds.REFERENCE, 40)
    grade: Mapped[str] = held(Holds.GRADE, 150)
    reason: Mapped[str | None] = held(Holds.GRADE, 32)
    count: Mapped[int] = mapped_column(default=1)
