"""Once a month coordinators are told what is due to be removed, and nobody is told where nothing is."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from audit.calendar import at, first_working_day, in_london
from storage.clock import now
from storage.cycles import Cycle
from storage.holds import Kept
from storage.messages import Message, MessageKind
from storage.retention import Purge
from storage.types import new_id
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, LEAD
from tests.kit.purging import YEAR, later, over, purge, purged
from tests.retention.test_holds import hold, lift


def month(play: Play, day: date) -> None:
    """Move to ten o'clock on the first working day of the next month, and send what is due."""
    play.move_clock(at(first_working_day(day.replace(day=1) + timedelta(days=32)), time(10)))
    for _ in range(2):
        deliver_due(play, MessageKind.RETENTION_DUE)


def told(play: Play, who: str = COORDINATOR) -> list[str]:
    person = play.person(who)
    return [str(each["blocks"]) for each in person.messages(person.dm) if "Due to be removed" in str(each)]


@pytest.mark.on_sqlite
def test_coordinators_hear_once_a_month_of_an_audit_whose_time_is_over(play: Play) -> None:
    over(play)
    month(play, today(play))
    assert told(play) == [], "its time isn't over"
    later(play, YEAR)
    hold(play)
    month(play, today(play))
    assert told(play) == [], "it is held"
    lift(play)
    month(play, today(play))
    [first] = told(play)
    assert "*Audit 2, " in first
    assert "what was posted (due since" in first
    assert "texts (due since" in first
    assert "roundtable purge --for-good" in first
    assert told(play, LEAD) == []
    month(play, today(play))
    assert len(told(play)) == 2


@pytest.mark.on_sqlite
def test_a_notice_that_the_purge_of_its_morning_left_with_nothing_to_say_is_no_post_to_remove(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    over(play)
    later(play, YEAR)
    play.move_clock(at(first_working_day(today(play).replace(day=1) + timedelta(days=32)), time(10)))
    purged(play)
    capsys.readouterr()
    purge(play)
    assert "nothing that Roundtable posted is left in Slack" in capsys.readouterr().out


@pytest.mark.both_databases
def test_what_stays_after_the_posts_were_removed_is_told_and_goes_with_the_next_purge(play: Play) -> None:
    cycle_id = over(play)
    later(play, YEAR)
    with play.sessions.begin() as session:
        moment = now(session)
        done = {"count": 0, "begun_at": moment, "done_at": moment}
        session.add(Purge(id=new_id(), cycle_id=cycle_id, kind=Kept.WORK, **done))
    month(play, today(play))
    [only] = told(play)
    assert "texts (due since" in only
    assert "what was posted" not in only
    purge(play)
    deliver_due(play)
    assert told(play) == []
    month(play, today(play))
    assert told(play) == [], "everything was removed"
    with play.reading() as session:
        kinds = select(Message.subject_id).where(Message.kind == MessageKind.RETENTION_DUE).distinct()
        assert len(session.scalars(kinds).all()) == 2
        assert session.get_one(Cycle, cycle_id).number == 2


def today(play: Play) -> date:
    return in_london(play.settings.clock.now()).date()
