"""A cycle's dates for somebody's own calendar: whose they are, and what others who see the calendar can read."""

from datetime import UTC, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from audit.errors import NotAllowed, Refused
from audit.returns import calendar_file
from storage.cycles import Cycle
from storage.meetings import Meeting
from tests.kit import models
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, LEAD, acting
from views.returns import calendar_file as calendar_file_view


def dates(*entries: calendar_file.CalendarEntry) -> calendar_file.Dates:
    return calendar_file.Dates(2, "Audit of neglect: a child of four", entries, models.NOW)


def test_an_entry_names_no_case_and_stays_itself_when_it_moves() -> None:
    due = calendar_file.CalendarEntry("c1", models.DUE, None)
    meeting = calendar_file.CalendarEntry("m1", models.MEETING, ("East", "North; and, so on"))
    moved = calendar_file.CalendarEntry("m1", models.MEETING + timedelta(days=7), ("East",))
    data = calendar_file_view.written(dates(due, meeting))
    assert b"neglect" not in data
    deadline, first = Calendar.from_ical(data).events
    assert (deadline["SUMMARY"], deadline.end) == ("Audit 2: Returns are due", models.DUE)
    assert first["SUMMARY"] == "Audit 2: Meeting about East, North; and, so on"
    assert first.start == models.MEETING
    assert f"DTSTART:{models.MEETING.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode() in data
    assert {each["CLASS"] for each in (deadline, first)} == {"PRIVATE"}
    later = calendar_file.Dates(2, "", (moved,), models.NOW + timedelta(minutes=1))
    [second] = Calendar.from_ical(calendar_file_view.written(later)).events
    assert second["UID"] == first["UID"]
    assert second.sequence > first.sequence
    assert second.start == moved.at


@pytest.mark.on_sqlite
def test_who_answers_has_the_deadline_and_the_meetings_of_their_cases(play: Play) -> None:
    play.load()
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        meetings = session.scalars(select(Meeting).order_by(Meeting.starts_at)).all()
        whole = calendar_file.dates(session, acting(play, COORDINATOR), cycle_id)
        assert [each.id for each in whole.entries] == [cycle_id, *(each.id for each in meetings)]
        mine = calendar_file.dates(session, acting(play, LEAD), cycle_id)
        assert [each.areas for each in mine.entries] == [None, ("East",)]
        with pytest.raises(NotAllowed):
            calendar_file.dates(session, acting(play, "U0OUTSIDER"), cycle_id)
    play.move_clock(meetings[0].starts_at)
    with play.reading() as session:
        left = calendar_file.dates(session, acting(play, COORDINATOR), cycle_id)
        assert left.entries == whole.entries[2:]
        play.move_clock(meetings[-1].starts_at)
        with pytest.raises(Refused, match="have passed"):
            calendar_file.dates(session, acting(play, COORDINATOR), cycle_id)
