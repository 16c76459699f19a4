"""Moving a deadline or a meeting of a cycle under way."""

from datetime import date, datetime

from audit.calendar import day_off, deadline, in_london
from audit.labels import about_areas
from audit.underway.dates import AT, DAY, DUE, DeadlineMove, MeetingMove
from views.confirming import named, two_step_form
from views.parts import Block, View, count_of, datepicker, done, escape, modal, paragraphs
from views.pickers import timepicker
from views.underway.change import following, sent
from views.words import meeting_on, on, stamp, when

_MEETINGS = "see *Meetings*"

CHOOSE_DEADLINE = "deadline.choose"
"""The button that opens the deadline's form (value: the cycle's id)."""
MOVE_DEADLINE = "deadline.move"
CHOOSE_MEETING = "meeting.choose"
"""The button that opens a meeting's form (value: the meeting's id)."""
MOVE_MEETING = "meeting.move"


def moving_deadline(move: DeadlineMove) -> View:
    """The deadline's form; after the first step it previews what follows."""
    about = [f"*{escape(move.title)}*", f"Deadline now: {when(deadline(move.before), move.now)}"]
    if move.meeting_at:
        about.append(f"Next meeting: {when(move.meeting_at, move.now)}. The deadline can't be later than that day.")
    inputs = [datepicker(DUE, "New deadline (5 pm on that day)", str(move.after or move.before), optional=False)]
    return two_step_form(
        "Move the deadline", move.cycle_id, MOVE_DEADLINE, paragraphs(about), inputs, _deadline(move), "Move it",
        move,
    )  # fmt: skip


def _deadline(move: DeadlineMove) -> list[Block]:
    if move.after is None:
        return []
    own = [
        f"*The deadline becomes {when(deadline(move.after), move.now)}.*",
        "Reminders go by the new deadline, to those who have not answered.",
    ]
    own += meant(move.after, move.now)
    if move.late:
        own.append(f"{count_of(move.late, 'return')} marked late before: the mark stays.")
    return following(move.follows, *own)


def meant(day: date, now: datetime) -> list[str]:
    """A line that asks whether a weekend or holiday is intended; empty for a working day."""
    off = day_off(day)
    return (
        [f"⚠️ *{on(day, now)} is {escape(off)}. Is that the right day?* If not, choose another day below."]
        if off
        else []
    )


def deadline_moved(move: DeadlineMove) -> View:
    """The confirmation of a new deadline."""
    day = stamp(deadline(move.after or move.before), move.now)
    lines = [f"✅ *The deadline of {escape(move.title)} is {day}.*", *(sent(move.follows) if move.follows else ())]
    return done("Deadline moved", lines, clears=True)


def moving_meeting(move: MeetingMove) -> View:
    """A meeting's form; after the first step it previews what follows."""
    about = [
        f"*{escape(move.title)}*",
        f"Meeting{about_areas(named([*move.areas, *move.staying], _MEETINGS))}: {meeting_on(move.before, move.now)}",
        f"Returns are due {on(move.due_on, move.now)}: the meeting can't be before that day.",
    ]
    if move.staying:
        about.append(f"Cases of {named(move.staying, _MEETINGS)} have been ratified at it, so that part of it stays.")
    if not move.areas:
        return modal("Move a meeting", paragraphs([*about, "It can't be moved any more."]), record_id=move.meeting_id)
    at = in_london(move.after or move.before)
    inputs = [
        datepicker(DAY, "New day", str(at.date()), optional=False),
        timepicker(AT, "New time", at.time()),
    ]
    return two_step_form(
        "Move a meeting", move.meeting_id, MOVE_MEETING, paragraphs(about), inputs, _meeting(move), "Move it",
        move,
    )  # fmt: skip


def _meeting(move: MeetingMove) -> list[Block]:
    if move.after is None:
        return []
    own = [
        f"*The meeting{about_areas(named(move.areas, _MEETINGS))} becomes {when(move.after, move.now)}.*",
        "Until it begins, the agencies can change their returns.",
    ]
    own += meant(in_london(move.after).date(), move.now)
    if move.unposted and move.summaries_at:
        summaries = count_of(move.unposted, "case summary that isn't", "case summaries that aren't")
        at = when(move.summaries_at, move.now) if move.summaries_at > move.now else "now"
        own.append(f"{summaries} posted yet: posted {at}.")
    return following(move.follows, *own)


def meeting_moved(move: MeetingMove) -> View:
    """The confirmation of a meeting's new time."""
    lines = [
        f"✅ *The meeting{about_areas(named(move.areas, _MEETINGS))} is {stamp(move.after or move.before, move.now)}.*",
        *(sent(move.follows) if move.follows else ()),
    ]
    return done("Meeting moved", lines, clears=True)
