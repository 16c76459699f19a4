"""A deadline or a meeting on a day on which nobody works is asked about: neither taken silently nor refused."""

from datetime import date

import pytest
from sqlalchemy import select

from audit import calendar
from audit.setup import opening
from sandbox.slack import Outcome
from storage.meetings import Meeting
from tests.kit import managing
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, submitted
from tests.screening.test_screen import answer, questions
from tests.setup.test_plan import second  # noqa: F401  # a fixture
from tests.underway.test_dates import begun
from views.asking import ANSWER_FIRST, CHOICE_FIRST

DAY_FIRST = CHOICE_FIRST.format("day")

SATURDAY, SUNDAY, EASTER_MONDAY = "2026-03-21", "2026-03-22", "2026-04-06"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 20), ""),
        (date(2026, 3, 21), "a Saturday"),
        (date(2026, 3, 22), "a Sunday"),
        (date(2026, 4, 6), "a bank holiday (Easter Monday)"),
        (date(2026, 12, 26), "a bank holiday (Boxing Day)"),
    ],
)
def test_days_off_have_a_name(day: date, why: str) -> None:
    assert calendar.day_off(day) == why
    assert calendar.is_working_day(day) == (not why)


def edit(play: Play, **answers: object) -> Outcome:
    assert asked(play, COORDINATOR, "cycle.edit", managing.cycle(play).id).ok
    return submitted(play, COORDINATOR, **answers)


def test_a_planned_deadline_on_a_saturday_is_asked_about_until_it_is_said_that_it_is_meant(second: Play) -> None:  # noqa: F811
    edit(second, due=SATURDAY, title="Audit 2 again")
    assert "“Deadline for returns”: Sat 21 Mar 2026 is a Saturday. Is that the right day?" in second.modal_text(
        COORDINATOR
    )
    assert str(managing.cycle(second).due_on) != SATURDAY
    assert "Audit 2 again" in str(second.modal(COORDINATOR).values), "what was typed is still there"
    second.send(COORDINATOR)
    assert second.modal(COORDINATOR).field_errors == dict.fromkeys(questions(second, COORDINATOR), DAY_FIRST)
    submitted(second, COORDINATOR, due=SUNDAY)
    assert "Sun 22 Mar 2026 is a Sunday" in second.modal_text(COORDINATOR), "another day is another question"
    answer(second, COORDINATOR)
    assert second.send(COORDINATOR).ok
    assert str(managing.cycle(second).due_on) == SUNDAY
    assert managing.cycle(second).title == "Audit 2 again"
    second.close_modal(COORDINATOR)
    edit(second, theme="Neglect")
    assert managing.cycle(second).theme == "Neglect", "a day that stands there isn't asked about again"


def test_a_day_and_a_name_are_asked_about_at_once(second: Play) -> None:  # noqa: F811
    edit(second, due=SATURDAY, origin="Her aunt, Jane Sample, was asked.")
    assert len(questions(second, COORDINATOR)) == 2
    second.send(COORDINATOR)
    assert set(second.modal(COORDINATOR).field_errors.values()) == {ANSWER_FIRST, DAY_FIRST}
    answer(second, COORDINATOR)
    assert second.send(COORDINATOR).ok
    assert str(managing.cycle(second).due_on) == SATURDAY
    assert len(entries(second.sessions, "identifier.none")) == 1


def test_a_planned_meeting_on_a_bank_holiday_is_asked_about(second: Play) -> None:  # noqa: F811
    assert asked(second, COORDINATOR, "places.show", managing.cycle(second).id).ok
    assert second.press_in_modal(COORDINATOR, "place.edit").ok
    submitted(second, COORDINATOR, day=EASTER_MONDAY)
    shown = second.modal_text(COORDINATOR)
    assert "Mon 6 Apr 2026 is a bank holiday (Easter Monday). Is that the right day?" in shown
    assert EASTER_MONDAY not in days_of_meetings(second)
    answer(second, COORDINATOR)
    assert second.send(COORDINATOR).ok
    assert EASTER_MONDAY in days_of_meetings(second)


def days_of_meetings(play: Play) -> set[str]:
    with play.reading() as session:
        return {str(calendar.in_london(each).date()) for each in session.scalars(select(Meeting.starts_at))}


def test_moving_under_way_asks_where_it_shows_what_follows(play: Play) -> None:
    begun(play)
    managing.begin(play, "deadline.choose")
    assert "Sat 21 Mar is a Saturday. Is that the right day?" in managing.previewed(play, due=SATURDAY)
    assert "Is that right?" not in managing.previewed(play, due="2026-03-20")
    managing.previewed(play, due=SATURDAY)
    managing.agree(play)
    assert str(managing.cycle(play).due_on) == SATURDAY
    play.close_modal(COORDINATOR)
    managing.begin(play, "meeting.choose", "East")
    said = managing.previewed(play, day=EASTER_MONDAY, at="10:00")
    assert "Mon 6 Apr is a bank holiday (Easter Monday). Is that the right day?" in said
    managing.agree(play)
    assert EASTER_MONDAY in days_of_meetings(play)


def test_what_a_file_says_is_told_before_the_cycle_is_opened(second: Play) -> None:  # noqa: F811
    with second.sessions.begin() as session:
        cycle = session.merge(managing.cycle(second))
        cycle.due_on = date.fromisoformat(SATURDAY)
        session.flush()
        warnings = opening.checklist(session, cycle.id).warnings
    assert "the deadline is on Sat 21 Mar 2026, a Saturday" in warnings
