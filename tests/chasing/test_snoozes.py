"""Until when somebody may have their reminders rest."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import select

from audit.access import actor
from audit.chasing import snooze
from audit.errors import Refused
from storage.cycles import Cycle
from tests.chasing.test_reminders import answer_all, march, opened
from tests.kit.forging import TEAM
from tests.kit.looking import rows
from tests.kit.play import Play


def choices(play: Play, moment: datetime, user_id: str = "U0EDUEAST") -> snooze.SnoozeChoice:
    play.move_clock(moment)
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        return snooze.choices(session, actor(session, TEAM, user_id), cycle_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reminders_rest_before_the_deadline_and_after_it_before_the_meeting(play: Play) -> None:
    opened(play)
    found = choices(play, march(6))  # a Friday
    assert (found.first, found.last, found.before_deadline) == (date(2026, 3, 9), date(2026, 3, 17), True)
    for moment in (march(17), march(18, time(16))):
        with pytest.raises(Refused, match="no working day left before the deadline"):
            choices(play, moment)
    found = choices(play, march(18, time(17, 1)))
    assert (found.first, found.last, found.before_deadline) == (date(2026, 3, 19), date(2026, 3, 25), False)
    with pytest.raises(Refused, match="no working day left before the meeting"):
        choices(play, march(25))
    assert choices(play, march(25), "U0EDUNORTH").last == date(2026, 3, 26)  # whose meeting is a day later
    with pytest.raises(Refused, match="You have nothing to do"):
        choices(play, march(26, time(10)))
    answer_all(play, "Police")
    with pytest.raises(Refused, match="You have nothing to do"):
        choices(play, march(9), "U0POLICE")


def test_a_second_choice_takes_the_place_of_the_first(play: Play) -> None:
    opened(play)
    with play.sessions.begin() as session:
        who, cycle_id = actor(session, TEAM, "U0EDUEAST"), session.scalars(select(Cycle.id)).one()
        for day in ("2026-03-12", "2026-03-10"):
            snooze.choose(session, who, cycle_id, day)
        assert snooze.until(session, who, cycle_id) == date(2026, 3, 10)
    assert len(rows(play.sessions)["snoozes"]) == 1
