"""A cycle's dates for a person's own calendar: the deadline for returns, and the meetings that concern them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit import cycle_facts, moment, trail
from audit.access import OVERSEEING, Actor, require_dates
from audit.delivery import ledger
from audit.errors import Refused
from audit.returns.waiting import waiting
from audit.row_by_id import existing
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import MessageKind

VERB = "calendar.ask"


@dataclass(frozen=True)
class CalendarEntry:
    """A future date. `id` stays the same if it moves; `areas`: a meeting's, or None for the deadline."""

    id: str
    at: datetime
    areas: tuple[str, ...] | None


@dataclass(frozen=True)
class Dates:
    """A cycle's future dates, by time."""

    number: int
    title: str
    entries: tuple[CalendarEntry, ...]
    now: datetime


def ask(session: Session, who: Actor, cycle_id: str) -> Dates:
    """Have the dates sent to this person by DM: once, however often this is called within a minute.

    NotFound; NotAllowed for a person who neither answers in the cycle nor oversees it; Refused if no date is left.
    """
    to_send = dates(session, who, cycle_id)
    minute = to_send.now.isoformat(timespec="minutes")
    key = f"{MessageKind.CALENDAR}:{cycle_id}:{who.person_id}:{minute}"
    ledger.insert(session, MessageKind.CALENDAR, cycle_id, cycle_id, person_id=who.person_id, key=key)
    trail.record(session, who, VERB, subject_id=cycle_id, cycle_id=cycle_id)
    return to_send


def dates(session: Session, who: Actor, cycle_id: str) -> Dates:
    """A cycle's future dates for a person: all meetings if they oversee it, or else those of their cases."""
    cycle = existing(session, Cycle, cycle_id)
    my_meetings = {each.meeting_at for each in waiting(session, who, cycle_id)}
    require_dates(who, VERB, cycle_id, answers=bool(my_meetings))
    moment.require(cycle, moment.OPEN, "it has no dates to come")
    facts, at = cycle_facts.view(session, cycle_id), now(session)
    concerned = [each for each in facts.meetings if who.has(*OVERSEEING) or each.starts_at in my_meetings]
    entries = [CalendarEntry(cycle_id, facts.due_at, None)]
    entries += [CalendarEntry(each.id, each.starts_at, each.areas) for each in concerned]
    to_come = tuple(each for each in entries if each.at > at)
    if not to_come:
        raise Refused("All dates of this audit have passed.")
    return Dates(facts.number, facts.name, to_come, at)
