"""How long data is kept, legal holds, and what was removed when its time was over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, Written, held, sealed
from storage.types import Base, Id, owned_by


@dataclass(frozen=True)
class Periods:
    """For how many days data is kept: `texts` and `posts` (messages) count from the end of their audit.

    `drafts` count from when their return was locked, `people` from the last audit that they took part in, `trail`
    entries each from their own time.
    """

    texts: int = 365
    posts: int = 365
    drafts: int = 30
    people: int = 365
    trail: int = 2190


class LegalHold(Base):
    """A legal hold: nothing of a cycle is removed from `at` until `lifted_at`. `reason` is sealed.

    A null person stands for the command line.
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
    """The removal of a cycle's data of one kind: begun at `begun_at`, complete at `done_at`. `kind`: a Kept.

    `count`: how many texts were emptied, over all runs.
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
    """This database was restored from a backup of `made_at`. Until `resumed_at` the original may still run, as a twin.

    `asks_until`: messages that entered the ledger before then may have been posted by the twin already.
    """

    __tablename__ = "restorations"
    __holds__ = RowHolding(Kept.KEYS, Seen.NOBODY)
    id: Mapped[Id]
    made_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
    asks_until: Mapped[datetime]
