"""Nudges: a coordinator sends a reminder at once to people who haven't answered."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit import trail
from audit.access import Actor, require_coordinator
from audit.calendar import deadline, in_hours, in_london, opens_next, stamp
from audit.chasing.reminders import NUDGE, reminded_on
from audit.delivery import ledger
from audit.errors import Refused
from audit.filled_form import newest_act, require_no_other
from audit.people.answering import Covered, audience
from audit.row_by_id import existing
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind

WHO = "who"
"""The form's field."""
FRESH, ALL = "fresh", "all"
"""The field's choices: only people who weren't reminded today, or everybody."""
_NUDGED = "reminder.nudge"
"""The trail's name for this act."""


@dataclass(frozen=True)
class Nudged:
    """A person who would be reminded of so many `returns`. `today`: they were already reminded today."""

    person_id: str
    label: str
    returns: int
    today: bool


@dataclass(frozen=True)
class NudgePreview:
    """Who would be reminded now, and who wouldn't. `snoozing`: (label, day until which they snooze).

    `without_lead`: (agency, area) with unanswered returns and no lead. `not_before`: when reminders can be sent again,
    None if now. `mark`: of the newest nudge before.
    """

    cycle_id: str
    cycle_name: str
    due_at: datetime
    now: datetime
    not_before: datetime | None
    people: tuple[Nudged, ...]
    snoozing: tuple[tuple[str, date], ...]
    covered: tuple[Covered, ...]
    without_lead: tuple[tuple[str, str], ...]
    mark: str = ""


def preview(session: Session, who: Actor, cycle_id: str) -> NudgePreview:
    """The leads and deputies who would get a reminder now. For coordinators; Refused unless the audit is under way."""
    require_coordinator(who, "nudge.choose", cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    moment_rules.require(cycle, moment_rules.OPEN, "nobody can be reminded of it")
    moment = now(session)
    recipients = audience(session, cycle_id, deputies=True)
    today = reminded_on(session, cycle_id, in_london(moment).date())
    return NudgePreview(
        cycle_id=cycle_id,
        cycle_name=cycle.name,
        due_at=deadline(cycle.due_on),
        now=moment,
        not_before=None if in_hours(moment) else opens_next(moment),
        people=tuple(
            Nudged(each.person_id, each.label, len(each.returns), each.person_id in today)
            for each in recipients.reached
            if each.snoozed_until is None
        ),
        snoozing=tuple((each.label, each.snoozed_until) for each in recipients.reached if each.snoozed_until),
        covered=recipients.covered,
        without_lead=tuple((place.agency, place.area) for place in recipients.without_lead),
        mark=str(newest_act(session, [cycle_id], _NUDGED)),
    )


def send(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, cycle_id: str, view_id: str, whom: str, seen: str = ""
) -> int:
    """Send the reminders now, and return to how many people. The same form sent again reminds nobody twice.

    Refused for everybody if somebody else has sent reminders since the form with the mark `seen` was opened.
    """
    require_coordinator(who, "nudge.choose", cycle_id)
    existing(session, Cycle, cycle_id, locked=True)  # concurrent nudges wait for each other
    offered = preview(session, who, cycle_id)
    window = f"{NUDGE}:{cycle_id}:{hashlib.sha256(view_id.encode()).hexdigest()[:16]}:"
    before = _sent(session, cycle_id, window)
    meant = {each.person_id for each in offered.people if whom == ALL or not each.today}
    people = sorted(meant - before)
    if before and not people:
        return len(before)
    if offered.not_before:
        raise Refused(closed(offered.not_before, offered.now))
    if not people:
        raise Refused("Nobody would get a reminder now.", WHO)
    if seen and whom == ALL:
        require_no_other(session, who, cycle_id, [_NUDGED], seen, "people have been reminded", WHO)
    today = in_london(offered.now).date().isoformat()
    for person_id in people:
        kind = MessageKind.REMINDER
        ledger.insert(session, kind, cycle_id, today, person_id=person_id, key=f"{window}{person_id}")
    trail.record(session, who, _NUDGED, subject_id=cycle_id, cycle_id=cycle_id, detail=f"{len(people)} people")
    return len(before) + len(people)


def closed(not_before: datetime, now: datetime) -> str:
    """The sentence that says why nobody can be reminded now, when it will be possible, and what to do instead."""
    return (
        f"Reminders go out from 9 am to 5 pm on working days only, so the next can go on {stamp(not_before, now)}."
        " If it can't wait, ring them: a return that comes by phone is entered under “Who hasn't answered”."
    )


def _sent(session: Session, cycle_id: str, window: str) -> set[str | None]:
    """The ids of the people whom this form has reminded. `window`: how the keys of its messages begin."""
    mine = [Message.cycle_id == cycle_id, Message.kind == MessageKind.REMINDER, Message.key.startswith(window)]
    return set(session.scalars(select(Message.person_id).where(*mine)))
