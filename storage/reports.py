"""A cycle's report: the paragraphs people wrote for it, every version, the sign-offs, and who was sent it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class Edition(StrEnum):
    """The edition of a report: whom it is written for."""

    FULL = "full"
    PUBLIC = "public"
    BRIEFING = "briefing"


class Report(Base):
    """A version of the report, frozen: `content` is its sealed read model as JSON, from which each edition is built.

    A new version is made only if the content differs (`content_hash`: SHA-256, hexadecimal). `by_id` null: the command
    line. `asked_at`: when its sign-offs were requested. `issued_at`: when it was issued, with all sign-offs given.
    """

    __tablename__ = "reports"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, written=Written("made_at", version="version"))
    __table_args__ = (UniqueConstraint("cycle_id", "version"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    version: Mapped[int]
    content: Mapped[bytes] = sealed(counted=True)
    content_hash: Mapped[str] = held(Holds.HASH, 64)
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    issued_at: Mapped[datetime | None]
    issued_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)


class ReportParagraph(Base):
    """A text for one place of a cycle's report: the newest version, which `by_id` wrote at `at`.

    `place`: a chapter's key, or "theme" with the learning theme's id; there is one row per place. Earlier texts are in
    storage.rewordings. `public_at` and `public_by_id`: since when and by whose decision this text may be in the public
    edition.
    """

    __tablename__ = "paragraphs"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, written=Written("at", version="version"))
    __table_args__ = (UniqueConstraint("cycle_id", "place", "theme_id"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    place: Mapped[str] = held(Holds.CHOICE, 20)
    theme_id: Mapped[str | None] = owned_by("learning_themes", nullable=True)
    text: Mapped[bytes] = sealed()
    version: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]
    public_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    public_at: Mapped[datetime | None]


class Answer(StrEnum):
    """A partner's answer to a version that they are asked to sign."""

    SIGNED = "signed"
    CHANGES = "changes"
    TAKEN_BACK = "taken_back"


class Signature(Base):
    """An answer of one partner to a version of a report; the one with the greatest `number` counts.

    `party`: the role of those who sign for that partner (storage.people.RoleKind). `on`: the day of the sign-off.
    `words`, sealed: what must change, or, for a sign-off given outside Slack (`outside`), who gave it and how. `by_id`:
    the person who recorded it in Slack, which for a sign-off given outside isn't the person who gave it.
    """

    __tablename__ = "signatures"
    __holds__ = RowHolding(Kept.FACTS, Seen.SIGNING, written=Written("at", version="number"))
    __table_args__ = (UniqueConstraint("report_id", "party", "number"),)
    id: Mapped[Id]
    report_id: Mapped[str] = owned_by("reports")
    party: Mapped[str] = held(Holds.CHOICE, 20)
    number: Mapped[int]
    answer: Mapped[str] = held(Holds.CHOICE, 10)
    on: Mapped[date]
    words: Mapped[bytes | None] = sealed()
    outside: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[str] = owned_by("people", index=False)
    at: Mapped[datetime]


class Distribution(Base):
    """A line of the distribution register: which version and edition (an Edition) went to whom (sealed), when and how.

    `message_id`: the Slack message that carried it, or null.
    """

    __tablename__ = "distributions"
    __holds__ = RowHolding(Kept.FACTS, Seen.OVERSEEING, written=Written("sent_at"))
    id: Mapped[Id]
    report_id: Mapped[str] = owned_by("reports")
    edition: Mapped[str] = held(Holds.CHOICE, 10)
    audience: Mapped[bytes] = sealed()
    how: Mapped[str] = held(Holds.CHOICE, 20)
    message_id: Mapped[str | None] = owned_by("messages", nullable=True, index=False)
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    sent_at: Mapped[datetime]
