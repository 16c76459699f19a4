"""How audits and times are worded, the same everywhere."""

from datetime import datetime

from audit import calendar
from audit.calendar import in_london, working_days_between
from views.parts import count_of, escape

CAUTION = "*Do not write names or anything else that identifies somebody.*"
"""The warning above a form for free text (mrkdwn)."""
on, stamp, said_day = calendar.on, calendar.stamp, calendar.in_words
"""In words: a day, a moment, and a day chosen in a form."""


def beside(name: str, *others: str) -> str:
    """A name (mrkdwn) and its details (plain text), such as an area, without empty ones: mrkdwn."""
    return " · ".join([name, *(escape(each) for each in others if each)])


def known_label_line(label: str, typed: str) -> list[str]:
    """A line (mrkdwn) if the role that somebody typed isn't used because the person is known as `label`; else none."""
    known = not typed or typed == label
    return [] if known else [f"They are known here as {escape(label)}: the role that you typed isn't used."]


def period_line(period: str) -> list[str]:
    """A line (mrkdwn) with the period that an audit looks at; none if no period is set."""
    return [f"Period looked at: {escape(period)}"] if period else []


def period(said: str) -> str:
    """A line (mrkdwn) for leads with the period that an audit looks at, or that none is set."""
    return next(
        iter(period_line(said)), "No period is set for this audit: where it matters, say which period you mean."
    )


def when(moment: datetime, now: datetime) -> str:
    """A moment, and how far off it is: "Thu 12 Mar, 5 pm (3 working days left)"."""
    return f"{stamp(moment, now)} ({_left(moment, now)})"


def meeting_on(starts_at: datetime, now: datetime) -> str:
    """A meeting's time in words. Until its day is over it "has begun", since no end time is known."""
    begun = starts_at <= now and in_london(starts_at).date() == in_london(now).date()
    return f"{stamp(starts_at, now)} (has begun)" if begun else when(starts_at, now)


def in_message(moment: datetime, now: datetime) -> str:
    """A moment as worded in a message, which is read for weeks: "passed" stays true, a countdown wouldn't."""
    return when(moment, now) if moment < now else stamp(moment, now)


def meeting_noted(starts_at: datetime, now: datetime) -> str:
    """A meeting's time as worded in a message, without a countdown."""
    return meeting_on(starts_at, now) if starts_at <= now else stamp(starts_at, now)


def until(meeting_at: datetime, now: datetime) -> str:
    """How long a return can be changed: until its meeting, or, if its case was re-opened, until the next judgement."""
    return f"until the meeting: {when(meeting_at, now)}" if now < meeting_at else "until the case is ratified again"


def _left(moment: datetime, now: datetime) -> str:
    if moment < now:
        return "passed"
    today, day = in_london(now).date(), in_london(moment).date()
    if today == day:
        return "today"
    days = working_days_between(today, day)
    return f"{count_of(days, 'working day')} left" if days else "no working days left"
