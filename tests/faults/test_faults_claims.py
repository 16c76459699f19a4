"""An attempt that can't say how it ended, because the database is away just then, doesn't keep its message for ever."""

from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from jobs.attempts import release_forgotten
from jobs.deliver import deliver
from jobs.slack import Poster
from jobs.sweep import take_up
from sandbox.faults import Fault
from storage.engine import Busy
from storage.messages import Message
from tests.faults.databases import messages_locked
from tests.faults.house import House
from tests.faults.processes import until

SLOT = "worker-0"


def claims(house: House) -> list[str]:
    with house.sessions.reading() as session:
        return [claim for claim in session.scalars(select(Message.claim)) if claim is not None]


def test_a_claim_whose_attempt_could_not_be_accounted_for_is_given_up(house: House) -> None:
    house.load(cases_=1)
    take_up(house.sessions)
    with house.sessions.reading() as session:
        message_id = session.scalars(select(Message.id)).first() or ""
    impatient = house.settings.sessions(patience=0.2)
    poster = Poster("xoxb-sandbox", house.settings.slack_api_url)
    slow = house.workspace.faults.add(Fault(r"chat\.postMessage", delay=30))

    def attempt() -> None:
        with pytest.raises((Busy, SQLAlchemyError)):
            deliver(impatient, poster, message_id, SLOT)

    trying = Thread(target=attempt)
    trying.start()
    assert until(lambda: slow.times == 0)
    release_forgotten(house.sessions, SLOT)
    assert len(claims(house)) == 1, "an attempt under way keeps its claim"
    with messages_locked(house.settings.database_url.get_secret_value()):
        house.workspace.faults.clear()
        trying.join()
    impatient.dispose()
    assert len(claims(house)) == 1
    release_forgotten(house.sessions, SLOT)
    assert claims(house) == []
    house.work()
    house.settled()
    house.none_lost_none_doubled()
