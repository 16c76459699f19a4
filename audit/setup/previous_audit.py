"""The audit that came before one that is set up: how it was set up can be taken over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cycles import Cycle, CycleState


def newest(session: Session, but: str) -> Cycle | None:
    """The audit with the greatest number that wasn't cancelled, `but` that with this id; None if there is no other."""
    others = select(Cycle).where(Cycle.id != but, Cycle.state != CycleState.CANCELLED)
    return session.scalars(others.order_by(Cycle.number.desc()).limit(1)).first()
