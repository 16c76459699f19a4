"""Single-agency returns, every version of which is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.types import Base, Id, owned_by


class ReturnState(StrEnum):
    """How far a return has come. Overdue isn't one (the clock says that), nor is locked (ratification adds it)."""

    REQUESTED = "requested"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    NIL = "nil"
    DECLINED = "declined"


class Return(Base):
    """What an agency answers about its involvement; `version` is the newest one's number, 0 before the first."""

    __tablename__ = "returns"
    id: Mapped[Id]
    involvement_id: Mapped[str] = owned_by("involvements", unique=True)
    state: Mapped[str] = mapped_column(String(20), default=ReturnState.REQUESTED)
    version: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]


class ReturnVersion(Base):
    """One submission. `answers` is sealed JSON; the view and base tell a repetition from a second thought."""

    __tablename__ = "return_versions"
    __table_args__ = (UniqueConstraint("return_id", "number"), UniqueConstraint("view_id", "base"))
    id: Mapped[Id]
    return_id: Mapped[str] = owned_by("returns")
    number: Mapped[int]
    base: Mapped[int]
    view_id: Mapped[str] = mapped_column(String(64))
    tool_id: Mapped[str] = owned_by("audit_tools", index=False)
    grade: Mapped[str | None] = mapped_column(String(32))
    not_graded_reason: Mapped[str | None] = mapped_column(String(32))
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    late: Mapped[bool] = mapped_column(default=False)
    after_release: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[str] = owned_by("people", index=False)
    submitted_at: Mapped[datetime]
