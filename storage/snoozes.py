"""Snoozes: people who don't want to be reminded for now. The message ledger has what was sent."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Kept, RowHolding, Seen
from storage.types import Base, Id, owned_by


class Snooze(Base):
    """A person's reminders of a cycle pause until the morning of `until`, when one is sent."""

    __tablename__ = "snoozes"
    __holds__ = RowHolding(Kept.PEOPLE, Seen.COORDINATORS, Exports.PERSON)
    __table_args__ = (UniqueConstraint("person_id", "cycle_id"),)
    id: Mapped[Id]
    person_id: Mapped[str] = owned_by("people")
    cycle_id: Mapped[str] = owned_by("cycles")
    until: Mapped[date]
    made_at: Mapped[datetime]
