"""The states of a cycle once it is open, and how it goes from one to another."""

from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.promises import PromiseKind, promise
from storage.types import LOCK

VERB = "cycle.step"
"""What the trail calls a step."""
EARLY = 3
"""So many working days before its day a meeting may be recorded as held: boards bring one forward unannounced."""


def begin_meeting(session: Session, who: Actor, cycle: Cycle) -> None:
    """The first of a cycle's meetings is held: from collecting it goes to meeting, from anywhere else nowhere."""
    lock(session, cycle)
    if cycle.state == CycleState.COLLECTING:
        go(session, who, cycle, CycleState.MEETING)


def back_to_meeting(session: Session, who: Actor, cycle: Cycle) -> None:
    """A case of the cycle is opened again: what was ratified or reported is back at its meetings; Refused if closed."""
    lock(session, cycle)
    moment.require(cycle, moment.STANDING, "none of its cases can be re-opened")
    if cycle.state in (CycleState.RATIFIED, CycleState.REPORTED):
        go(session, who, cycle, CycleState.MEETING)


def lock(session: Session, cycle: Cycle) -> None:
    """The cycle as it is now that nobody else changes it."""
    session.flush()  # refreshing throws away what isn't written yet
    session.refresh(cycle, with_for_update=LOCK)


def go(session: Session, who: Actor, cycle: Cycle, to: CycleState) -> None:
    """Take the cycle to a state, with its trail entry and the promise that others hear of it."""
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id, detail=f"{cycle.state} to {to}")
    cycle.state = to
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
