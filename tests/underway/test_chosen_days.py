"""Days that somebody chose: none that nobody can mean, and none that is counted towards for long."""

from datetime import date, datetime

import pytest
from sqlalchemy import update

from audit.calendar import FIRST, LAST, LONDON, chosen, step_day, working_days_after, working_days_between
from jobs import sweep
from storage.actions import Action
from storage.cycles import Cycle
from storage.meetings import Meeting
from storage.promises import Promise
from tests.kit import following_up
from tests.kit.judging import ASSURED, URGENT, case_of
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, submitted
from views.forms import clean

FAR = ("9999-12-31", "2999-03-04", "1026-03-04", "20310303", "2031-W10-1", "soon", "")


@pytest.mark.parametrize("day", FAR)
def test_a_day_that_nobody_can_mean_is_none(day: str) -> None:
    assert chosen(day) is None


def test_the_first_and_the_last_day_can_be_meant() -> None:
    assert (chosen(FIRST.isoformat()), chosen(LAST.isoformat())) == (FIRST, LAST)


def test_the_calendar_has_an_end() -> None:
    assert working_days_after(date(9999, 12, 30), 45) == date.max
    assert step_day(date.max, 0) == date.max, "a Friday"
    assert working_days_between(date(2026, 3, 2), date.max) < 2700, "of a decade"


def test_an_action_is_not_due_on_such_a_day(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    following_up.press(play, following_up.MEMBER, "action.new")
    assert "Choose the day by which it is to be done." in following_up.refusal(
        play, following_up.MEMBER, what=following_up.WHAT, owner="Head of service", due="9999-12-01"
    )
    assert rows(play.sessions)["actions"] == []


def test_an_action_is_not_moved_to_such_a_day_without_a_word(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    [action] = play.board().actions
    following_up.stepping(play, following_up.MEMBER, action.id)
    assert "Please choose a day." in following_up.refusal(play, following_up.MEMBER, due="2999-03-04", note="Later.")
    assert [each.due_on for each in play.board().actions] == [action.due_on]


def test_what_stands_with_such_a_day_keeps_nobody_waiting(play: Play) -> None:
    """As before such days were refused."""
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    with play.sessions.begin() as session:
        session.execute(update(Action).values(due_on=date(9999, 12, 1)))
        session.execute(update(Cycle).values(due_on=date(9999, 12, 28)))
        session.execute(update(Meeting).values(starts_at=datetime(9999, 12, 30, 10, tzinfo=LONDON)))
    sweep.take_up(play.sessions)
    assert rows(play.sessions)[Promise.__tablename__] == []
    for user in (COORDINATOR, following_up.LEAD):
        assert play.person(user).open_home().ok


def test_a_judgement_keeps_no_such_day(play: Play) -> None:
    play.load()
    play.move_clock(case_of(play).meeting_at)
    assert asked(play, COORDINATOR, "case.judge", case_of(play).id).ok
    grade = next(each for each in play.modal(COORDINATOR).values if each.startswith("grade"))
    play.fill(COORDINATOR, **{grade: "inadequate"})
    given = ASSURED | {"why": "So.", "exception": URGENT}
    assert submitted(play, COORDINATOR, **given | {"by": "9999-12-01"}).ok
    assert "Please choose a day." in play.modal(COORDINATOR).field_errors.values()
    assert rows(play.sessions)["judgements"] == []
    assert submitted(play, COORDINATOR, **given).ok
    assert len(rows(play.sessions)["judgements"]) == 1


@pytest.mark.parametrize("empty", ["\u200b", "\u2800", "\u3164", "\u00ad\u2060"])
def test_what_nobody_can_see_says_nothing(empty: str) -> None:
    assert clean(empty) == ""
    assert clean(f"a{empty}") == f"a{empty}"
