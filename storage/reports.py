"""A cycle's report, every version kept, and the register of who was sent which."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, Row, Seen, held, sealed
from storage.types import Base, Id, owned_by


class Edition(StrEnum):
    """For whom a report is written."""

    FULL = "full"
    PUBLIC = "public"
    BRIEFING = "briefing"


class Report(Base):
    """What the report says, frozen: `content` is its sealed read model as JSON, from which each edition is drawn.

    A version is new only if it says something else (`content_hash`: SHA-256, hexadecimal). `by_id` null: the command
    line.
    """

    __tablename__ = "reports"
    __holds__ = Row(Kept.FACTS, Seen.OVERSEEING)
    __table_args__ = (UniqueConstraint("cycle_id", "version"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    version: Mapped[int]
    content: Mapped[bytes] = sealed(counted=True)
    content_hash: Mapped[str] = held(Holds.HASH, 64)
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    made_at: Mapped[datetime]


class Distribution(Base):
    """A line of the distribution register: which version and edition (an Edition) went to whom (sealed), when and how.

    `message_id`: the message in Slack that carried it, if one did.
    """

    __tablename__ = "distributions"
    __holds__ = Row(Kept.FACTS, Seen.OVERSEEING)
    id: Mapped[Id]
    report_id: Mapped[str] = owned_by("reports")
    edition: Mapped[str] = held(Holds.CHOICE, 10)
    audience: Mapped[bytes] = sealed()
    how: Mapped[str] = held(Holds.CHOICE, 20)
    message_id: Mapped[str | None] = owned_by("messages", nullable=True, index=False)
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    sent_at: Mapped[datetime]
