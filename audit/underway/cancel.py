"""Cancelling a cycle: nothing more is asked of anybody, what was posted says so, and all rows are kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.chasing import progress
from audit.errors import Refused
from audit.filled_form import Filled
from audit.moment import OPEN
from audit.pasted import fingerprint
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.underway.change import Follows, follows, open_immediate
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cancellation, Cycle, CycleState
from storage.people import Person
from storage.promises import PromiseKind, promise

WHY = "why"
"""The form's only field."""
VERB = "cycle.cancel"


@dataclass(frozen=True)
class Cancelling(Filled):
    """A cycle to be cancelled. `answered` of `asked` returns are in; `immediate`: open immediate actions."""

    cycle_id: str
    number: int
    title: str
    planned: bool
    answered: int
    asked: int
    immediate: int
    why: str = ""
    follows: Follows | None = None


@dataclass(frozen=True)
class Cancelled:
    """The cancellation of a cycle, with its reason, for coordinators."""

    number: int
    title: str
    at: datetime
    by: str
    why: str


def begin(session: Session, who: Actor, cycle_id: str) -> Cancelling:
    """The form, for a coordinator; Refused for a cycle that is over."""
    return _cancelling(session, _found(session, who, cycle_id, repeats=False))


def cancel(session: Session, who: Actor, cycle_id: str, why: str, seen: str = "") -> Cancelling:
    """Cancel a cycle, once `seen` proves that exactly these consequences were displayed.

    If it is cancelled already for the same reason, nothing changes (`done`). Refused at WHY without a reason, or if it
    was cancelled for another one.
    """
    cycle = _found(session, who, cycle_id, repeats=bool(seen), locked=True)
    form = replace(_cancelling(session, cycle), why=why)
    if (before := cancelled(session, cycle_id)) is not None:
        if before.why != why:
            raise Refused(f"Audit {cycle.number} is cancelled, and the reason that was given first stands.", WHY)
        return replace(form, done=True)
    fields.check(session, who, {WHY: TypedField(why, "Say why, in a sentence.")})
    following = Follows() if form.planned else follows(session, cycle)
    mark = fingerprint(VERB, cycle.id, cycle.state, form.immediate, following)
    form = replace(form, follows=following, mark=mark)
    if seen != mark:
        return replace(form, again=bool(seen))
    row = Cancellation(cycle_id=cycle.id, state=cycle.state, by_id=who.person_id, at=now(session))
    seal(session, row, "reason", why)
    session.add(row)
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id, detail=cycle.state)
    cycle.state = CycleState.CANCELLED
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(form, done=True)


def _found(session: Session, who: Actor, cycle_id: str, *, repeats: bool, locked: bool = False) -> Cycle:
    require_coordinator(who, VERB, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    if cycle.state == CycleState.CANCELLED and not repeats:
        raise Refused(f"Audit {cycle.number} was cancelled already.")
    if cycle.state not in (CycleState.PLANNED, CycleState.CANCELLED, *OPEN):
        raise Refused(f"Audit {cycle.number} is over, so it can't be cancelled any more.")
    return cycle


def _cancelling(session: Session, cycle: Cycle) -> Cancelling:
    whole = progress.overview(session, cycle.id).whole
    planned = cycle.state == CycleState.PLANNED
    immediate = open_immediate(session, cycle_id=cycle.id)
    return Cancelling(cycle.id, cycle.number, cycle.name, planned, whole.answered, whole.all, immediate)


def cancelled(session: Session, cycle_id: str) -> Cancelled | None:
    """When and why a cycle was cancelled, for coordinators; None if it wasn't."""
    cycle = session.get_one(Cycle, cycle_id)
    if cycle.state != CycleState.CANCELLED:
        return None
    row, by = session.execute(
        select(Cancellation, Person.label)
        .join(Person, Person.id == Cancellation.by_id)
        .where(Cancellation.cycle_id == cycle_id)
    ).one()
    return Cancelled(cycle.number, cycle.name, row.at, by, unseal(session, row, "reason"))
