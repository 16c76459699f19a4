"""The calendar: working days in England, London time, dates in words, and when things fall due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, reset_tzpath

reset_tzpath(to=())  # time zones come from the pinned wheel, not from the system
LONDON = ZoneInfo("Europe/London")
_DECADE = 3653
OPENING = time(9)
CLOSE = time(17)


@cache
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays in a year: day -> name. A copy: the library's calendar changes when it is read."""
    import holidays  # slow to load, and most commands never ask for a working day

    return MappingProxyType(dict(holidays.country_holidays("GB", subdiv="ENG", years=year)))


def is_working_day(day: date) -> bool:
    """Whether a day is Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)  # noqa: PLR2004  # Saturday is 5


def day_off(day: date) -> str:
    """Why a day isn't a working day: "a Saturday", "a bank holiday (Good Friday)"; "" if it is one."""
    weekend = {5: "a Saturday", 6: "a Sunday"}.get(day.weekday(), "")
    holiday = bank_holidays(day.year).get(day)
    return f"a bank holiday ({holiday})" if holiday else weekend


def working_days_before(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_after(day: date, count: int) -> date:
    """The working day `count` working days after `day`, or the last possible date if that is out of range."""
    while count > 0 and day < date.max:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days follow `start`, up to and including `end`: 0 if `end` isn't later, ten years' at most."""
    days = (start + timedelta(days=n) for n in range(1, min((end - start).days, _DECADE) + 1))
    return sum(is_working_day(day) for day in days)


def in_london(moment: datetime) -> datetime:
    """A moment in London time."""
    return moment.astimezone(LONDON)


def at(day: date, hour: time) -> datetime:
    """`hour` on `day` in London time."""
    return datetime.combine(day, hour, LONDON)


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def on(day: date, now: datetime | None = None) -> str:
    """A day as people read it: "Thu 12 Mar 2026"; without its year if that is the year of `now`."""
    year = "" if now and day.year == in_london(now).year else f" {day.year}"
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def on_paper(day: date) -> str:
    """A day as on a document's front page: "12 March 2026"."""
    return f"{day.day} {day:%B %Y}"


FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""The range of dates that people can mean. Others are typing errors, and would be slow to count towards."""


def chosen(text: str) -> date | None:
    """The day chosen in a form, from an ISO date. None if `text` is no ISO date or isn't between FIRST and LAST."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST and day.isoformat() == text else None


def in_words(text: str, now: datetime | None = None) -> str:
    """A day chosen in a form, in words. Any other text, "" included, is returned unchanged."""
    day = chosen(text)
    return on(day, now) if day else text


def stamp(moment: datetime, now: datetime | None = None) -> str:
    """A moment in London time, in words: "Thu 12 Mar 2026, 5 pm"."""
    local = in_london(moment)
    return f"{on(local.date(), now)}, {_hour(local)}"


def _hour(local: datetime) -> str:
    if local.minute == 0 and local.hour % 12 == 0:
        return "12 noon" if local.hour else "12 midnight"
    minute = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minute} {'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


def in_hours(moment: datetime) -> bool:
    """Whether it is between 09:00 and 17:00 of a working day in London, when messages that can wait are sent."""
    local = in_london(moment)
    return is_working_day(local.date()) and OPENING <= local.time() < CLOSE


def deadline(due_on: date) -> datetime:
    """When returns are due: the close of business on their due date."""
    return at(due_on, CLOSE)


STEPS = (-5, -2, 0, 2, 4, 6)
"""When those who haven't answered are reminded: working days after the due date, or before it if negative."""
_LATE_BY = 2
"""How many working days late a reminder may be after an outage. The next one is due soon anyway."""
_MONTHLY_LATE_BY = 5
"""The same for monthly messages."""


def step_day(due_on: date, step: int) -> date:
    """The day of a reminder step. Step 0 is the last working day that isn't after the due date."""
    if step > 0:
        return working_days_after(due_on, step)
    return due_on if not step and is_working_day(due_on) else working_days_before(due_on, max(-step, 1))


def newest_step(due_on: date, today: date) -> int | None:
    """The latest reminder step whose day has come. None if none has, or if it is too late to send it."""
    come = [step for step in STEPS if step_day(due_on, step) <= today]
    return come[-1] if come and still_due(step_day(due_on, come[-1]), today) else None


def still_due(day: date, today: date) -> bool:
    """Whether a message for `day` is to be sent today: on that day, or up to two working days later after an outage."""
    return day <= today and working_days_between(day, today) <= _LATE_BY


def first_working_day(month: date) -> date:
    """The first working day of the month that contains the day `month`."""
    first = month.replace(day=1)
    return first if is_working_day(first) else working_days_after(first, 1)


def month_begun(moment: datetime) -> date | None:
    """The first working day of this month if a monthly message is due now, on it or soon after; otherwise None."""
    today = in_london(moment).date()
    first = first_working_day(today)
    late = today < first or working_days_between(first, today) > _MONTHLY_LATE_BY
    return first if in_hours(moment) and not late else None


def opens_next(moment: datetime) -> datetime:
    """The next 09:00 of a working day in London after `moment`."""
    local = in_london(moment)
    day = local.date()
    if not (is_working_day(day) and local.time() < OPENING):
        day = working_days_after(day, 1)
    return at(day, OPENING)


def summaries_due(meeting_starts_at: datetime, working_days: int) -> datetime:
    """When summaries and tallies are posted before a meeting: at 09:00 in London, so many working days earlier."""
    return at(working_days_before(in_london(meeting_starts_at).date(), working_days), OPENING)


@dataclass(frozen=True)
class MeetingDue:
    """A meeting, and when its cases' summaries are posted."""

    summaries_at: datetime
    starts_at: datetime


@dataclass(frozen=True)
class Dues:
    """What falls due in a cycle. `tally_at` is None if it has no meeting."""

    returns_at: datetime
    tally_at: datetime | None
    meetings: tuple[MeetingDue, ...]


def dues(returns_at: datetime, meetings: Sequence[datetime], working_days: int) -> Dues:
    """What falls due, with the meetings in the order given; their summaries are due `working_days` before each."""
    meeting_dues = tuple(MeetingDue(summaries_due(starts_at, working_days), starts_at) for starts_at in meetings)
    return Dues(returns_at, min((one.summaries_at for one in meeting_dues), default=None), meeting_dues)


def to_json(dues: Dues, areas: Sequence[Sequence[str]]) -> dict[str, object]:
    """The dues as JSON, in London time. `areas`: the labels of each meeting's areas, in the meetings' order."""
    meetings = [
        {
            **({"areas": list(named)} if named else {}),
            "summaries_at": in_london(one.summaries_at).isoformat(),
            "starts_at": in_london(one.starts_at).isoformat(),
        }
        for one, named in zip(dues.meetings, areas, strict=True)
    ]
    tally_at = in_london(dues.tally_at).isoformat() if dues.tally_at else None
    return {"due_at": in_london(dues.returns_at).isoformat(), "tally_at": tally_at, "meetings": meetings}
