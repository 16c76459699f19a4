"""How times, and what is a strength, are put into words, the same everywhere."""

from datetime import date, datetime

from audit.schedule import in_london, working_days_between
from views.parts import count_of

STRENGTH = "a strength"
"""What is said beside a learning theme that works well."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def stamp(moment: datetime, now: datetime) -> str:
    """A moment on London's clocks: "Thu 12 Mar, 5 pm", with the year if it isn't this one."""
    local = in_london(moment)
    return f"{on(local.date(), now)}, {_hour(local)}"


def on(day: date, now: datetime) -> str:
    """A day: "Thu 12 Mar", with the year if it isn't this one."""
    year = "" if day.year == in_london(now).year else f" {day.year}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def dated(day: date) -> str:
    """A day in a document, which is read for years: "12 March 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def _hour(local: datetime) -> str:
    if local.minute == 0 and local.hour % 12 == 0:
        return "12 noon" if local.hour else "12 midnight"
    minute = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minute} {'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


def when(moment: datetime, now: datetime) -> str:
    """A moment, and how far off it is: "Thu 12 Mar, 5 pm (3 working days left)"."""
    return f"{stamp(moment, now)} ({_left(moment, now)})"


def until(meeting_at: datetime, now: datetime) -> str:
    """Until when a return can be changed: its meeting, or, where its case was opened again, the next judgement."""
    return f"until the meeting: {when(meeting_at, now)}" if now < meeting_at else "until the case is ratified again"


def _left(moment: datetime, now: datetime) -> str:
    if moment < now:
        return "passed"
    today, day = in_london(now).date(), in_london(moment).date()
    if today == day:
        return "today"
    days = working_days_between(today, day)
    return f"{count_of(days, 'working day')} left" if days else "no working days left"
