"""The states of a cycle that has opened, and the steps between them."""

from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.promises import PromiseKind, promise
from storage.types import LOCK

VERB = "cycle.step"
"""The verb of a step in the trail."""
EARLY = 3
"""How many working days before its date a meeting may be recorded as held, since boards move meetings forward."""


def begin_meeting(session: Session, who: Actor, cycle: Cycle) -> None:
    """Record that a meeting of the cycle is held: a cycle that is collecting returns moves to its meetings."""
    lock(session, cycle)
    if cycle.state == CycleState.COLLECTING:
        go(session, who, cycle, CycleState.MEETING)


def back_to_meeting(session: Session, who: Actor, cycle: Cycle) -> None:
    """Move a ratified or reported cycle back to its meetings, as a case is re-opened. Refused unless STANDING."""
    lock(session, cycle)
    moment.require(cycle, moment.STANDING, "none of its cases can be re-opened")
    if cycle.state in (CycleState.RATIFIED, CycleState.REPORTED):
        go(session, who, cycle, CycleState.MEETING)


def lock(session: Session, cycle: Cycle) -> None:
    """Re-read the cycle and lock it until the transaction ends."""
    session.flush()  # a refresh discards changes that aren't written yet
    session.refresh(cycle, with_for_update=LOCK)


def go(session: Session, who: Actor, cycle: Cycle, to: CycleState) -> None:
    """Take the cycle to a state, record it in the trail, and make the promise by which others are informed."""
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id, detail=f"{cycle.state} to {to}")
    cycle.state = to
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
