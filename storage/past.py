"""Audits from before this software: their results, as boards kept them in spreadsheets."""

from datetime import datetime

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, Id, owned_by


class PastCycle(Base):
    """An audit cycle of which only results are known. `scale` is kept as it was given."""

    __tablename__ = "past_cycles"
    id: Mapped[Id]
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(100))
    scale: Mapped[dict[str, object]] = mapped_column(JSON)
    imported_at: Mapped[datetime]


class PastResult(Base):
    """A grade of one case or return, or of `count` of them that have no reference.

    `kind`: "return" or "judgement". `grade`: a key of the scale, "not_graded", or a band: keys joined by "_or_".
    `reason`: why it isn't graded, as a key of audit.scales.REASONS; None where it is, or where nobody said why.
    `key` (SHA-256, hexadecimal) tells what the result is about from every other of its cycle.
    """

    __tablename__ = "past_results"
    __table_args__ = (UniqueConstraint("past_cycle_id", "key"),)
    id: Mapped[Id]
    past_cycle_id: Mapped[str] = owned_by("past_cycles")
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    area: Mapped[str | None] = mapped_column(String(20))
    agency_id: Mapped[str | None] = owned_by("agencies", nullable=True)
    reference: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str] = mapped_column(String(150))
    reason: Mapped[str | None] = mapped_column(String(32))
    count: Mapped[int] = mapped_column(default=1)
