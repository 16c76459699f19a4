"""The sampled cases, and which agencies are involved in each."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, owned_by


class Case(Base):
    """A child's case under a pseudonymous reference; the key to it stays outside this software.

    `place_id` is the place of the case's area, and so the meeting, where it is discussed. There is no index by area,
    nor one of involvements by agency: it would lead through all years' rows to find the current ones.
    """

    __tablename__ = "cases"
    __holds__ = RowHolding(Kept.FACTS, Seen.INVOLVED, Exports.CASE)
    __table_args__ = (UniqueConstraint("cycle_id", "reference"),)
    id: Mapped[Id]
    cycle_id: Mapped[str] = owned_by("cycles")
    area_id: Mapped[str] = owned_by("areas", index=False)
    place_id: Mapped[str] = owned_by("cycle_areas")
    reference: Mapped[str] = held(Holds.REFERENCE, 40)
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Involvement(Base):
    """An agency's part in a case: it is asked for one return, unless it was withdrawn."""

    __tablename__ = "involvements"
    __holds__ = RowHolding(Kept.FACTS, Seen.CASE, Exports.CASE)
    __table_args__ = (UniqueConstraint("case_id", "agency_id"),)
    id: Mapped[Id]
    case_id: Mapped[str] = owned_by("cases")
    agency_id: Mapped[str] = owned_by("agencies", index=False)
    withdrawn_at: Mapped[datetime | None]


ASKED = (Case.withdrawn_at.is_(None), Involvement.withdrawn_at.is_(None))
"""The conditions under which an agency is asked for its return: neither the case nor its part in it was withdrawn."""
