"""The ledger of publications: everything with numbers that was given to an audience, or is about to be."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


class Audience(StrEnum):
    """Who can read a publication. What the public has read counts as read by everybody."""

    PUBLIC = "public"
    PARTNERSHIP = "partnership"  # the agencies' leads
    SUB_GROUP = "sub_group"


class Publication(Base):
    """A publication to an audience, made or requested: `what` is an Edition of a report, or a message's kind.

    `content`, sealed JSON: what the publication includes, its facts among it, and leaves out. It is null until that is
    decided, and for publications older than this ledger; an audit with one of the latter publishes nothing more.
    `released_at` null: not published yet. `to_sub_group`: shared in the sub-group's channel, not by DM. A null person
    stands for the command line or the calendar. `unsigned`, sealed: why a public edition is made of a version that not
    everybody has signed off.
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
