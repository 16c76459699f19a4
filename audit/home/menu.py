"""What a coordinator can do with a cycle in its present state."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import Actor, require_coordinator
from audit.chasing import progress
from audit.chasing.progress import AnsweredShare
from audit.cycle_facts import CycleView
from audit.setup import opening
from audit.setup.opening import Checklist
from audit.underway import cancel, description_change, steps
from audit.underway.cancel import Cancelled
from audit.underway.dates import STAYS
from audit.underway.steps import NextStep
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.meetings import Meeting
from storage.people import Area

_BEFORE = (CycleState.PLANNED, CycleState.COLLECTING)


@dataclass(frozen=True)
class ManagedMeeting:
    """A meeting with its areas. `movable`: for at least one of its areas, it can still be moved."""

    id: str
    starts_at: datetime
    areas: tuple[str, ...]
    movable: bool = True


@dataclass(frozen=True)
class Managed:
    """A cycle with what its menu shows. `checklist`: while it is planned. `cancelled`: once it is cancelled.

    `describable`: whether its description in words can be changed under way. `step`: the next step of a cycle whose
    meetings have begun.
    """

    cycle: CycleView
    now: datetime
    returns: AnsweredShare
    meetings: tuple[ManagedMeeting, ...]
    checklist: Checklist | None
    cancelled: Cancelled | None
    step: NextStep | None = None
    describable: bool = False


def manage(session: Session, who: Actor, cycle_id: str) -> Managed:
    """The menu of a cycle, for a coordinator. NotFound if it doesn't exist."""
    require_coordinator(who, "cycle.manage", cycle_id)
    cycle = cycle_facts.view(session, cycle_id)
    return Managed(
        cycle=cycle,
        now=now(session),
        returns=progress.overview(session, cycle_id).whole,
        meetings=_meetings(session, cycle_id),
        checklist=opening.checklist(session, cycle_id) if cycle.state == CycleState.PLANNED else None,
        cancelled=cancel.cancelled(session, cycle_id),
        step=None if cycle.state in _BEFORE else steps.next_step(session, who, cycle_id),
        describable=description_change.changeable(session, session.get_one(Cycle, cycle_id)),
    )


def _meetings(session: Session, cycle_id: str) -> tuple[ManagedMeeting, ...]:
    rows = session.execute(
        select(Meeting.id, Meeting.starts_at, Area.label, STAYS)
        .join(CycleArea, CycleArea.meeting_id == Meeting.id)
        .join(Area, Area.id == CycleArea.area_id)
        .where(CycleArea.cycle_id == cycle_id)
        .order_by(Meeting.starts_at, Meeting.id, Area.label)
    )
    meetings: dict[str, ManagedMeeting] = {}
    for meeting_id, starts_at, area, stays in rows:
        known = meetings.get(meeting_id) or ManagedMeeting(meeting_id, starts_at, (), movable=False)
        meetings[meeting_id] = replace(known, areas=(*known.areas, area), movable=known.movable or not stays)
    return tuple(meetings.values())
