"""A cycle's dates as a file for a person's own calendar (iCalendar, RFC 5545), sent as a direct message.

Others may see the calendar, so an entry names no case and no agency, and is marked private.
"""

from datetime import UTC, timedelta
from functools import partial

from audit.labels import about_areas
from audit.returns.calendar_file import CalendarEntry, Dates
from views.documents import File
from views.parts import Content, View, count_of, done, escape
from views.words import stamp

ASK = "calendar.ask"
LABEL = "Dates for my calendar"
DEADLINE = timedelta(minutes=30)
MEETING = timedelta(hours=1)
"""The length of an entry; how long a meeting really takes isn't known."""
MOVED = "If a date moves, ask again: the new file replaces the old entries."
_ABOUT = "Multi-agency audit. What is asked for is in Slack."
_LENGTH = " How long the meeting takes isn't known: an hour is entered."


def confirmation(dates: Dates) -> View:
    """The confirmation that the file comes as a direct message."""
    lines = [
        f"📄 *{count_of(len(dates.entries), 'date')} of {escape(dates.title)} in a message from this app.*",
        *(f"• {escape(_called(each))}: {stamp(each.at, dates.now)}" for each in dates.entries),
        f"Open the file that comes with it, and your calendar adds them. {MOVED}",
    ]
    return done("For my calendar", lines)


def message(dates: Dates) -> Content:
    """The message that shares the file."""
    file = File(f"audit-{dates.number}-dates.ics", f"{dates.title}: dates", partial(written, dates))
    return Content(f"📄 The dates of {escape(dates.title)} for your calendar. {MOVED}", [], document=file)


def written(dates: Dates) -> bytes:
    """The file: a VEVENT for each date, in UTC, with a constant id and a sequence number that grows with time."""
    from icalendar import Calendar, Event  # slow to load, and only the worker writes one

    calendar = Calendar()
    calendar.add("prodid", "-//Roundtable//Multi-agency audit//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for each in dates.entries:
        event = Event()
        for name, value in _event(each, dates).items():
            event.add(name, value)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _called(entry: CalendarEntry) -> str:
    return "Returns are due" if entry.areas is None else f"Meeting{about_areas(', '.join(entry.areas))}"


def _event(entry: CalendarEntry, dates: Dates) -> dict[str, object]:
    deadline = entry.areas is None
    at = entry.at.astimezone(UTC)
    return {
        "uid": f"{entry.id}@roundtable",
        "sequence": int(dates.now.timestamp()) // 60,
        "dtstamp": dates.now.astimezone(UTC),
        "dtstart": at - DEADLINE if deadline else at,
        "dtend": at if deadline else at + MEETING,
        "summary": f"Audit {dates.number}: {_called(entry)}",
        "description": _ABOUT if deadline else _ABOUT + _LENGTH,
        "class": "PRIVATE",
        "transp": "TRANSPARENT" if deadline else "OPAQUE",
    }
