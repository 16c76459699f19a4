"""Audit meetings: who attended, what the meeting decided about each case, and the judgements that were ratified."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class Meeting(Base):
    """An audit meeting. storage.cycles.CycleArea says which places' cases are discussed at it."""

    __tablename__ = "meetings"
    __holds__ = RowHolding(Kept.FACTS, Seen.EVERYBODY)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    starts_at: Mapped[datetime]
    chair_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)


class Attendance(Base):
    """Whether an agency was at a meeting; `who`, sealed: the role of the person who came for it, if known."""

    __tablename__ = "attendances"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, written=Written("at"))
    __table_args__ = (UniqueConstraint("meeting_id", "agency_id"),)
    id: Mapped[Id]
    meeting_id: Mapped[str] = owned_by("meetings")
    agency_id: Mapped[str] = owned_by("agencies")
    present: Mapped[bool]
    who: Mapped[bytes | None] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]


class Moderation(Base):
    """A moderated grade in place of an agency's self-grade, which is kept; the newest `number` for a return counts.

    `section`: the key of the graded section, or "" for the overall grade; each has numbers of its own. `grade` is null
    if the self-grade is to stand after all. `reason` is sealed, and so is `exception`: why it was moderated before the
    meeting. `version`: the return's version that was discussed.
    """

    __tablename__ = "moderations"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE, Written("at", version="number"))
    __table_args__ = (UniqueConstraint("return_id", "section", "number"),)
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    section: Mapped[str] = held(Holds.FORM, 64, default="", server_default="")
    number: Mapped[int]
    version: Mapped[int]
    grade: Mapped[str | None] = held(Holds.GRADE, 32)
    not_graded_reason: Mapped[str | None] = held(Holds.GRADE, 32)
    reason: Mapped[bytes] = sealed()
    exception: Mapped[bytes | None] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]


class Judgement(Base):
    """The ratified grade of a case, every version kept; the one in force has no `ended_at`.

    `grade` is "no_overall" where an audit is graded by section only; `sections`: section's key -> an option of its
    scale. A judgement ends when the case is ratified again or re-opened. `statement` is sealed: why this grade, why an
    agency disagreed, why it was ratified outside the meeting, what was missing, and, for the lowest grade, that the
    child is safe.
    """

    __tablename__ = "judgements"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE, Written("ratified_at", version="version"))
    __table_args__ = (UniqueConstraint("case_id", "version"),)
    id: Mapped[Id]
    case_id: Mapped[str] = owned_by("cases")
    grade: Mapped[str] = held(Holds.GRADE, 32)
    not_graded_reason: Mapped[str | None] = held(Holds.GRADE, 32)
    sections: Mapped[dict[str, str] | None] = held(Holds.GRADE, JSON)
    statement: Mapped[bytes] = sealed(counted=True)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[str] = owned_by("people")
    ratified_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


IN_FORCE = Judgement.ended_at.is_(None)
"""The condition that a judgement is the one that counts; a case has at most one."""


class Stance(StrEnum):
    """An agency's position on a judgement."""

    AGREES = "agrees"
    DISSENTS = "dissents"
    SILENT = "silent"  # it was absent or said nothing, which is recorded


class Position(Base):
    """A contributing agency's position on a judgement; `stance` is a Stance."""

    __tablename__ = "positions"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE)
    __table_args__ = (UniqueConstraint("judgement_id", "agency_id"),)
    id: Mapped[Id]
    judgement_id: Mapped[str] = owned_by("judgements")
    agency_id: Mapped[str] = owned_by("agencies")
    stance: Mapped[str] = held(Holds.CHOICE, 10)


class Reopening(Base):
    """A ratified case was opened again, with a sealed `reason`; `judgement_id` is the judgement in force until then."""

    __tablename__ = "reopenings"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE, Written("at"))
    id: Mapped[Id]
    case_id: Mapped[str] = owned_by("cases")
    judgement_id: Mapped[str] = owned_by("judgements")
    reason: Mapped[bytes] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
