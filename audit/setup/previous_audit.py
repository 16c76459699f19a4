"""The audit before a new one, whose settings can be taken over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cycles import Cycle, CycleState


def newest(session: Session, but: str) -> Cycle | None:
    """The audit with the highest number that wasn't cancelled, except the one with the id `but`; None if none."""
    others = select(Cycle).where(Cycle.id != but, Cycle.state != CycleState.CANCELLED)
    return session.scalars(others.order_by(Cycle.number.desc()).limit(1)).first()
