"""Legal holds: nothing of a held cycle is removed, however old it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from audit import trail
from audit.cycle_facts import by_number
from audit.errors import Refused
from audit.tools import TEXT_LIMIT
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.retention import LegalHold
from storage.types import LOCK

SET, LIFT = "hold.set", "hold.lift"
"""The trail's names for these acts."""


@dataclass(frozen=True)
class HoldView:
    """A hold. `why`: shown only to those who run the product; `lifted_at`: None while it is in force."""

    number: int
    title: str
    why: str
    at: datetime
    lifted_at: datetime | None


def held() -> ColumnElement[bool]:
    """A condition on Cycle: it is held."""
    return exists().where(LegalHold.cycle_id == Cycle.id, LegalHold.lifted_at.is_(None))


def is_free(session: Session, cycle_id: str) -> bool:
    """Lock a cycle against new holds until this transaction ends; returns whether it isn't held."""
    session.get_one(Cycle, cycle_id, with_for_update=LOCK)
    return not session.scalar(select(exists().where(LegalHold.cycle_id == cycle_id, LegalHold.lifted_at.is_(None))))


def put(session: Session, number: int, why: str) -> bool:
    """Hold a cycle for this reason; returns False if it was held already. Refused without a reason."""
    if not why.strip() or len(why) > TEXT_LIMIT:
        raise Refused(f"Say why, in 1 to {TEXT_LIMIT:,} characters and without names.")
    cycle = _locked(session, number)
    if _in_force(session, cycle) is not None:
        return False
    row = LegalHold(cycle_id=cycle.id, at=now(session))
    seal(session, row, "reason", why.strip())
    session.add(row)
    trail.record(session, None, SET, subject_id=row.id, cycle_id=cycle.id)
    return True


def lift(session: Session, number: int) -> None:
    """Lift a cycle's hold; Refused if it isn't held."""
    cycle = _locked(session, number)
    row = _in_force(session, cycle)
    if row is None:
        raise Refused(f"Audit {number} isn't held.")
    row.lifted_at = now(session)
    trail.record(session, None, LIFT, subject_id=row.id, cycle_id=cycle.id)


def every(session: Session) -> tuple[HoldView, ...]:
    """All holds, including lifted ones, newest first."""
    rows = session.execute(
        select(LegalHold, Cycle).join(Cycle, Cycle.id == LegalHold.cycle_id).order_by(LegalHold.at.desc(), LegalHold.id)
    )
    return tuple(
        HoldView(cycle.number, cycle.name, unseal(session, row, "reason"), row.at, row.lifted_at) for row, cycle in rows
    )


def _locked(session: Session, number: int) -> Cycle:
    """The cycle with this number, locked as a purge locks it, so that a hold is set either before or after one."""
    cycle = by_number(session, number)
    session.refresh(cycle, with_for_update=LOCK)
    return cycle


def _in_force(session: Session, cycle: Cycle) -> LegalHold | None:
    return session.scalar(select(LegalHold).where(LegalHold.cycle_id == cycle.id, LegalHold.lifted_at.is_(None)))
