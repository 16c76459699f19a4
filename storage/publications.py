"""The ledger of publications: every number that ever left for an audience, and what is about to leave."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class Audience(StrEnum):
    """Who can read a thing. What the public has read, everybody has read."""

    PUBLIC = "public"
    PARTNERSHIP = "partnership"  # the agencies' leads
    SUB_GROUP = "sub_group"


class Publication(Base):
    """Something that left for an audience, or is asked for: `what` is an Edition of a report, or a message's kind.

    `content`: what it tells and leaves out, its facts among it, as sealed JSON. Null until it was decided, and of what
    went out before there was this ledger: nothing more of its audit is. `released_at` null: it hasn't left yet.
    `to_sub_group`: it is shared in the sub-group's channel, not by DM. A person null: the command line or the calendar.
    `unsigned`, sealed: why a public edition goes out of a version that isn't signed off by all.
    """

    __tablename__ = "publications"
    __holds__ = RowHolding(Kept.FACTS, Seen.COORDINATORS, written=Written("asked_at", "asked_by_id"))
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    audience: Mapped[str] = held(Holds.CHOICE, 20)
    what: Mapped[str] = held(Holds.CHOICE, 20)
    report_id: Mapped[str | None] = owned_by("reports", nullable=True)
    to_sub_group: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes | None] = sealed(counted=True)
    unsigned: Mapped[bytes | None] = sealed()
    asked_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    asked_at: Mapped[datetime]
    released_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    released_at: Mapped[datetime | None]
