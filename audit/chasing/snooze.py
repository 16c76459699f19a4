"""Snoozes: a lead or deputy asks not to be reminded of a cycle before the morning of a chosen day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_lead_or_deputy
from audit.calendar import chosen, deadline, in_london, is_working_day, working_days_after
from audit.delivery import ledger
from audit.errors import Refused
from audit.returns import waiting as waiting_rules
from audit.returns.waiting import Waiting
from audit.row_by_id import existing
from storage import conflicts
from storage.clock import now
from storage.cycles import Cycle
from storage.returns import UNANSWERED
from storage.snoozes import Snooze
from storage.types import new_id

UNTIL = "until"
"""The form's field."""


@dataclass(frozen=True)
class SnoozeChoice:
    """The days to choose from, `first` to `last` inclusive. `until`: the day chosen before, or None.

    `before_deadline`: the day must be before the deadline; otherwise, before the meeting.
    """

    cycle_id: str
    cycle_name: str
    due_at: datetime
    now: datetime
    first: date
    last: date
    before_deadline: bool
    until: date | None


def choices(session: Session, who: Actor, cycle_id: str) -> SnoozeChoice:
    """The days until which this person may snooze. Refused if no return waits for them, or no day is left."""
    require_lead_or_deputy(who, "snooze.choose", cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    moment = now(session)
    today = in_london(moment).date()
    waiting = [each for each in waiting_rules.waiting(session, who, cycle_id) if _waits(each, moment)]
    if not waiting:
        raise Refused("You have nothing to do in this audit, so you won't get a reminder.")
    before_deadline = moment <= deadline(cycle.due_on)
    limit = cycle.due_on if before_deadline else in_london(min(each.meeting_at for each in waiting)).date()
    first, last = working_days_after(today, 1), limit - timedelta(days=1)
    if first > last:
        what = "the deadline" if before_deadline else "the meeting"
        raise Refused(f"There is no working day left before {what}, so reminders can't be put off any longer.")
    snoozed = until(session, who, cycle_id)
    return SnoozeChoice(cycle_id, cycle.name, deadline(cycle.due_on), moment, first, last, before_deadline, snoozed)


def _waits(waiting: Waiting, moment: datetime) -> bool:
    open_still = waiting.state in UNANSWERED and not waiting.locked
    return open_still and moment < waiting.meeting_at


def choose(session: Session, who: Actor, cycle_id: str, chosen: str) -> date:
    """Snooze this person's reminders until the morning of the `chosen` day (an ISO date). Refused at the field.

    It replaces a day chosen before.
    """
    offered = choices(session, who, cycle_id)
    day = _checked(offered, chosen)
    values = {"person_id": who.person_id, "cycle_id": cycle_id, "until": day, "made_at": now(session)}
    changed = {"until": day, "made_at": values["made_at"]}
    session.execute(
        conflicts.insert(session, Snooze)
        .values(id=new_id(), **values)
        .on_conflict_do_update(index_elements=["person_id", "cycle_id"], set_=changed)
    )
    trail.record(session, who, "reminder.snooze", subject_id=cycle_id, cycle_id=cycle_id, detail=f"until {day}")
    ledger.redraw_reminders(session, cycle_id, [who.person_id])
    return day


def _checked(offered: SnoozeChoice, until: str) -> date:
    day = chosen(until)
    if day is None:
        raise Refused("Choose a day.", UNTIL)
    if day < offered.first:
        raise Refused("Choose a day after today.", UNTIL)
    if day > offered.last:
        what = "deadline" if offered.before_deadline else "meeting"
        raise Refused(f"Choose a day before the {what}.", UNTIL)
    if not is_working_day(day):
        raise Refused("That is not a working day. Choose one from Monday to Friday, not a bank holiday.", UNTIL)
    return day


def until(session: Session, who: Actor, cycle_id: str) -> date | None:
    """The day until which this person snoozes reminders of the cycle; None if they don't."""
    day = session.scalar(select(Snooze.until).where(Snooze.person_id == who.person_id, Snooze.cycle_id == cycle_id))
    return day if day and day > in_london(now(session)).date() else None
