"""The calendar: working days in England, London time, and when what falls due."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
OPENING = time(9)
CLOSE = time(17)


@cache
def _bank_holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    """Monday to Friday, bank holidays in England left out."""
    return day.weekday() < 5 and day not in _bank_holidays()  # noqa: PLR2004  # Saturday is 5


def working_days_before(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_after(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start`, up to and with `end`; 0 if `end` isn't later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def in_london(moment: datetime) -> datetime:
    """The same moment on London's clocks."""
    return moment.astimezone(LONDON)


def at(day: date, hour: time) -> datetime:
    """London's `hour` on `day`."""
    return datetime.combine(day, hour, LONDON)


def deadline(due_on: date) -> datetime:
    """A return is on time until the close of business on the day it is due."""
    return at(due_on, CLOSE)


def summaries_due(meeting_starts_at: datetime, working_days: int) -> datetime:
    """When case summaries and tallies are posted ahead of a meeting: at 09:00 London time."""
    return at(working_days_before(in_london(meeting_starts_at).date(), working_days), OPENING)
