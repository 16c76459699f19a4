"""The coordinators' digest, on the days of the steps."""

import json
from datetime import time

import pytest
from sqlalchemy import update

from storage.cycles import Cycle, CycleState
from storage.messages import MessageKind
from tests.chasing.test_reminders import LEADS, answer_all, march, opened
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told

COORDINATOR = "U0COORDIN"


def digests(play: Play) -> list[str]:
    """What stands in the coordinator's messages."""
    person = play.person(COORDINATOR)
    return [json.dumps(each) for each in person.messages(person.dm)]


@pytest.mark.on_sqlite
def test_one_a_step_that_says_how_the_cycle_stands_and_whom_it_concerns(play: Play) -> None:
    opened(play)
    deliver_due(play)
    play.move_clock(march(11, time(8, 59)))
    deliver_due(play)
    assert digests(play) == []
    answer_all(play, "Police")
    play.move_clock(march(11, time(9)))
    deliver_due(play)
    (first,) = digests(play)
    assert "15 of 150 returns answered. Deadline: Wed 18 Mar, 5 pm (5 working days left)" in first
    assert "Education: 15 returns (Central 5, East 5, North 5)" in first
    assert "Reminded on Wed 11 Mar" in first
    assert "Police" not in first
    assert "Education lead, East" in first
    assert told(play, MessageKind.DIGEST) == {COORDINATOR}
    assert told(play, MessageKind.REMINDER) == LEADS - {"U0POLICE"}

    play.move_clock(march(16))
    deliver_due(play)
    assert len(digests(play)) == 2
    assert digests(play)[0] == first  # a day's digest stays as it was
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.CANCELLED))
    play.move_clock(march(18))
    deliver_due(play)
    assert len([row for row in rows(play.sessions)["messages"] if "digest" in row]) == 2
