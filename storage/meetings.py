"""Audit meetings, and the judgements that they ratify."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, Id, owned_by


class Meeting(Base):
    """Where the cases of one or more areas are discussed; which areas, storage.cycles.CycleArea says."""

    __tablename__ = "meetings"
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    starts_at: Mapped[datetime]


class Judgement(Base):
    """The ratified grade of a case: one a case, changed in place, with every change in the trail.

    `statement` is sealed: why this grade and, for the lowest grade, the assurance that the child is safe.
    """

    __tablename__ = "judgements"
    id: Mapped[Id]
    case_id: Mapped[str] = owned_by("cases", unique=True)
    grade: Mapped[str] = mapped_column(String(32))
    not_graded_reason: Mapped[str | None] = mapped_column(String(32))
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[str] = owned_by("people")
    ratified_at: Mapped[datetime]
