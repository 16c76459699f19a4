"""How long what is kept is kept, what is held back from that, and what was removed when its time was over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


@dataclass(frozen=True)
class Periods:
    """For how many days something is kept: what people wrote and what was posted, from when an audit was over on.

    `drafts`: from when their return was locked; `people`: from the last that they were in; `trail`: each entry.
    """

    texts: int = 365
    posts: int = 365
    drafts: int = 30
    people: int = 365
    trail: int = 2190


class LegalHold(Base):
    """A legal hold: nothing of a cycle is removed from `at` until `lifted_at`. `reason` is sealed.

    A person null: the command line.
    """

    __tablename__ = "legal_holds"
    __holds__ = RowHolding(Kept.FACTS, Seen.NOBODY, written=Written("at"))
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    reason: Mapped[bytes] = sealed()
    at: Mapped[datetime]
    by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)


class Purge(Base):
    """What is of one kind of a cycle is removed, since `begun_at`; whole at `done_at`. `kind`: a Kept.

    `count`: how many texts were emptied, over all times that it was gone through.
    """

    __tablename__ = "purges"
    __holds__ = RowHolding(Kept.FACTS, Seen.NOBODY)
    __table_args__ = (UniqueConstraint("cycle_id", "kind"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    count: Mapped[int]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Restoration(Base):
    """That this database was put back from a backup of `made_at`. Until `resumed_at` it may have a twin at work.

    `asks_until`: what came into the ledger before then may have been posted by the twin.
    """

    __tablename__ = "restorations"
    __holds__ = RowHolding(Kept.KEYS, Seen.NOBODY)
    id: Mapped[Id]
    made_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
    asks_until: Mapped[datetime]
