"""What the calendar makes due: at 09:00 on London's clocks, on a working day, once, whatever the clocks do."""

import json
import zoneinfo
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from audit import calendar as calendar_rules
from audit.delivery import ledger as ledger_rules
from audit.meeting import summaries_due
from audit.setup import opening
from bot import loading
from bot.settings import Settings
from jobs.sweep import take_up
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from tests.faults import small
from tests.kit.loaded import FILE

NINE, ONE_HOUR = time(9), timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the strategy adds it
COUNTS = st.integers(0, 15)


def changes(year: int) -> list[date]:
    """The Sundays on which the clocks change: the last of March and of October."""
    return [
        max(day for day in (date(year, month, number) for number in range(25, 32)) if day.weekday() == 6)
        for month in (3, 10)
    ]


@given(MOMENTS, COUNTS)
def test_summaries_are_due_at_nine_in_london_on_a_working_day_ahead_of_the_meeting(
    meeting: datetime, count: int
) -> None:
    due = calendar_rules.in_london(calendar_rules.summaries_due(meeting, count))
    assert due.time() == NINE
    ahead = calendar_rules.in_london(meeting).date() - due.date()
    between = [due.date() + timedelta(days=number) for number in range(ahead.days)]
    assert sum(map(calendar_rules.is_working_day, between)) == count
    assert count == 0 or calendar_rules.is_working_day(due.date())


@given(st.integers(2024, 2040), st.sampled_from([0, 1]), st.integers(-3, 8), COUNTS)
def test_fault_18_nine_is_nine_on_both_sides_of_a_change_of_the_clocks(
    year: int, which: int, days: int, count: int
) -> None:
    change = changes(year)[which]
    meeting = calendar_rules.at(change + timedelta(days=days), time(10))
    due = calendar_rules.summaries_due(meeting, count).astimezone(UTC)
    local = calendar_rules.in_london(due).date()
    summer = changes(local.year)[0] <= local < changes(local.year)[1]
    assert due.time() == (time(8) if summer else NINE)


@given(st.dates(date(2024, 1, 1), date(2039, 12, 1)), st.integers(1, 30))
def test_working_days_counted_there_and_back_agree(day: date, count: int) -> None:
    later = calendar_rules.working_days_after(day, count)
    assert calendar_rules.is_working_day(later)
    assert calendar_rules.working_days_between(day, later) == count
    if calendar_rules.is_working_day(day):
        assert calendar_rules.working_days_before(later, count) == day


def test_bank_holidays_of_england_are_no_working_days() -> None:
    for day in (date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 8, 31), date(2026, 12, 28)):
        assert not calendar_rules.is_working_day(day)
    assert calendar_rules.is_working_day(date(2028, 2, 29))
    assert calendar_rules.working_days_before(date(2028, 3, 1), 1) == date(2028, 2, 29)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_year_s_bank_holidays_are_there_at_once_and_never_change(day: date) -> None:
    """Threads share them: a calendar that fills itself when it is asked says meanwhile that Christmas is a workday."""
    calendar = calendar_rules.bank_holidays(day.year)
    assert isinstance(calendar, MappingProxyType)
    assert {date(day.year, 12, 25), date(day.year, 12, 26)} <= calendar.keys()
    assert {found.year for found in calendar} == {day.year}
    before = set(calendar)
    calendar_rules.is_working_day(day)
    assert calendar_rules.bank_holidays(day.year) is calendar
    assert set(calendar) == before == set(holidays.country_holidays("GB", subdiv="ENG", years=day.year))


def test_time_zones_come_from_the_wheel() -> None:
    assert zoneinfo.TZPATH == ()
    with (resources.files("tzdata") / "zoneinfo" / "Europe" / "London").open("rb") as file:
        wheels = zoneinfo.ZoneInfo.from_file(file)
    moments = [datetime(2026, month, 29, 1, 30, tzinfo=UTC) for month in (1, 3, 10)]
    assert [calendar_rules.in_london(each).utcoffset() for each in moments] == [
        each.astimezone(wheels).utcoffset() for each in moments
    ]


SPRING = (date(2027, 3, 31), datetime(2027, 3, 24, 9, tzinfo=UTC))
"""A meeting after the clocks went forward (and Easter), its summaries due before: still Greenwich time."""
AUTUMN = (date(2027, 11, 2), datetime(2027, 10, 28, 8, tzinfo=UTC))
"""A meeting after the clocks went back, its summaries due before: still summer time."""


def opened(settings: Settings, sessions: Sessions, meeting: date, home: Path) -> None:
    """A cycle with that meeting, opened three weeks ahead; its promises are kept."""
    settings.clock.move_to(calendar_rules.at(meeting - timedelta(days=21), NINE))
    file: dict[str, Any] = small.cut(json.loads(FILE.read_text()))
    file["setup"]["meetings"] = [{"areas": ["East"], "day": {"on": meeting.isoformat()}, "at": "10:00"}]
    path = home / "cycle.json"
    path.write_text(json.dumps(file))
    with sessions.begin() as session:
        cycle = loading.load(session, loading.read(path), answered=False)
        opening.open_cycle(session, None, cycle.id)
    take_up(sessions)


def due(sessions: Sessions) -> Counter[str]:
    with sessions.reading() as session:
        return Counter(each.kind for each in summaries_due.due(session))


def ledger(sessions: Sessions) -> Counter[str]:
    with sessions.reading() as session:
        return Counter(session.scalars(select(Message.kind).where(Message.kind.in_(ALL))))


ALL = Counter({MessageKind.SUMMARY: 5, MessageKind.TALLY: 1})


@pytest.mark.parametrize(("meeting", "at"), [SPRING, AUTUMN])
def test_fault_18_summaries_fall_due_at_nine_across_a_change_of_the_clocks(
    settings: Settings, sessions: Sessions, tmp_path: Path, meeting: date, at: datetime
) -> None:
    opened(settings, sessions, meeting, tmp_path)
    settings.clock.move_to(at - timedelta(minutes=5))
    assert due(sessions) == Counter()
    settings.clock.move_to(at)
    assert due(sessions) == ALL


def test_an_outage_over_nine_gives_one_set_of_summaries(settings: Settings, sessions: Sessions, tmp_path: Path) -> None:
    meeting, at = AUTUMN
    opened(settings, sessions, meeting, tmp_path)
    settings.clock.move_to(at + timedelta(hours=26))  # nobody was there at nine
    with sessions.reading() as session:
        seen_by_another = summaries_due.due(session)
    take_up(sessions)
    assert ledger(sessions) == ALL
    with sessions.begin() as session:
        ledger_rules.add(session, seen_by_another)  # a second worker, a moment late
    for days in (0, 1, 3):
        settings.clock.move_to(at + timedelta(days=days))  # also back again, as a clock that is set right
        take_up(sessions)
    assert ledger(sessions) == ALL


def test_what_was_never_posted_is_not_posted_long_after_the_meeting(
    settings: Settings, sessions: Sessions, tmp_path: Path
) -> None:
    meeting, _ = SPRING
    opened(settings, sessions, meeting, tmp_path)
    begins = calendar_rules.at(meeting, time(10))
    settings.clock.move_to(begins + summaries_due.GRACE - ONE_HOUR)
    assert due(sessions) == ALL
    settings.clock.move_to(begins + summaries_due.GRACE + ONE_HOUR)
    assert due(sessions) == Counter()


@given(st.dates(date(2024, 1, 1), date(2039, 12, 1)))
def test_the_first_working_day_of_a_month(day: date) -> None:
    first = calendar_rules.first_working_day(day)
    assert first.replace(day=1) == day.replace(day=1)
    assert calendar_rules.is_working_day(first)
    assert not any(calendar_rules.is_working_day(first.replace(day=before)) for before in range(1, first.day))
