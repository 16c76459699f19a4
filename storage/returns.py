"""Single-agency returns; every version is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, index_of, owned_by


class ReturnState(StrEnum):
    """How far a return has come. Overdue is no state (the clock decides), nor is locked (ratification adds it)."""

    REQUESTED = "requested"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    NIL = "nil"
    DECLINED = "declined"


UNANSWERED = (ReturnState.REQUESTED, ReturnState.DRAFTED)
"""The states in which an agency still has to answer."""


class Return(Base):
    """An agency's answer about its involvement; `version` is the newest version's number, 0 before the first."""

    __tablename__ = "returns"
    __holds__ = RowHolding(Kept.FACTS, Seen.RETURN, Exports.CASE)
    id: Mapped[Id]
    involvement_id: Mapped[str] = owned_by("involvements", unique=True)
    state: Mapped[str] = held(Holds.CHOICE, 20, default=ReturnState.REQUESTED)
    version: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]


class ReturnVersion(Base):
    """One step of a return. `answers` is sealed JSON; `view_id` and `base` tell a repeated submission from a new one.

    `state` is the ReturnState that the step brought about: submitted, nil, declined, or requested if it took the return
    back. `source` and `given_by` (a role, sealed) say how and from whom a coordinator received what they entered for an
    agency. `sections`: section's key -> the option chosen on its scale; these aren't repeated in `answers`.
    """

    __tablename__ = "return_versions"
    __holds__ = RowHolding(Kept.FACTS, Seen.RETURN, Exports.CASE, Written("submitted_at", version="number"))
    __table_args__ = (UniqueConstraint("return_id", "number"), UniqueConstraint("return_id", "view_id", "base"))
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    number: Mapped[int]
    state: Mapped[str] = held(Holds.CHOICE, 20, default=ReturnState.SUBMITTED)
    base: Mapped[int]
    view_id: Mapped[str] = held(Holds.ACCOUNT, 64, index=True)
    tool_id: Mapped[str] = owned_by("audit_tools", index=False)
    grade: Mapped[str | None] = held(Holds.GRADE, 32)
    not_graded_reason: Mapped[str | None] = held(Holds.GRADE, 32)
    sections: Mapped[dict[str, str] | None] = held(Holds.GRADE, JSON(none_as_null=True))
    answers: Mapped[bytes] = sealed(counted=True)
    late: Mapped[bool] = mapped_column(default=False)
    after_release: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = held(Holds.CHOICE, 20)
    given_by: Mapped[bytes | None] = sealed()
    by_id: Mapped[str] = owned_by("people", index=False)
    submitted_at: Mapped[datetime]


class Draft(Base):
    """Unsent answers: one draft per window (`view_id`) and `base`, the version from which it began.

    `answers` is sealed JSON, null once sent or discarded. `ready_at`: when an auditor said that it can be signed off.
    """

    __tablename__ = "drafts"
    __holds__ = RowHolding(Kept.DRAFT, Seen.DRAFT, Exports.CASE, Written("saved_at"))
    __table_args__ = (UniqueConstraint("return_id", "view_id", "base"),)
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    by_id: Mapped[str] = owned_by("people", index=False)
    view_id: Mapped[str] = held(Holds.ACCOUNT, 64)
    base: Mapped[int]
    answers: Mapped[bytes | None] = sealed()
    saved_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]


class Handover(Base):
    """A return handed by a lead to an auditor, who drafts it for the lead to sign off; over at `ended_at`."""

    __tablename__ = "handovers"
    __holds__ = RowHolding(Kept.FACTS, Seen.AGENCY, Exports.CASE)
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    person_id: Mapped[str] = owned_by("people")
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Decline(Base):
    """An agency's request to be excused from answering, with a sealed `reason`; a coordinator decides."""

    __tablename__ = "declines"
    __holds__ = RowHolding(Kept.FACTS, Seen.AGENCY, Exports.CASE, Written("asked_at", "asked_by_id"))
    __table_args__ = (index_of("decided_at IS NULL", "ix_declines_waiting", "asked_at"),)
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    reason: Mapped[bytes] = sealed()
    asked_by_id: Mapped[str] = owned_by("people", index=False)
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
