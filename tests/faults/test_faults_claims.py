"""Attempts at delivery that end late: their outcome couldn't be recorded, or a newer attempt overtook them."""

from threading import Thread

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from jobs.deliver import deliver
from jobs.slack_posting import Poster
from jobs.sweep import take_up
from sandbox.faults import Fault
from storage.messages import Message
from storage.people import Person
from storage.writers_turn import Busy
from tests.faults.databases import messages_locked
from tests.faults.house import House
from tests.faults.processes import until

POST, UPDATE, OPEN = r"chat\.postMessage", r"chat\.update", r"conversations\.open"


def request(house: House) -> str:
    """The id of the message that asks the Police lead, in a small cycle; nothing is posted yet."""
    house.load(cases_=2)
    take_up(house.sessions)
    request = select(Message.id).join(Person, Person.id == Message.person_id).where(Person.user_id == "U0POLICE")
    with house.sessions.reading() as session:
        return session.scalars(request).one()


def poster(house: House) -> Poster:
    return Poster("xoxb-sandbox", house.settings.slack_api_url)


def test_an_attempt_that_could_not_be_accounted_for_keeps_nothing_from_being_delivered(house: House) -> None:
    message_id = request(house)
    impatient = house.settings.sessions(patience=0.2)
    slow = house.workspace.faults.add(Fault(POST, delay=30))

    def attempt() -> None:
        with pytest.raises((Busy, SQLAlchemyError)):
            deliver(impatient, poster(house), message_id)

    trying = Thread(target=attempt)
    trying.start()
    assert until(lambda: slow.times == 0)
    with messages_locked(house.settings.database_url.get_secret_value()):
        house.workspace.faults.clear()
        trying.join()
    impatient.dispose()
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def times(house: House, message_id: str) -> int:
    """How many messages in Slack are this ledger row's."""
    with house.sessions.reading() as session:
        return house.standing()[session.get_one(Message, message_id).mark]


def overtaken(house: House, message_id: str, where: str) -> None:
    """Hold an attempt at Slack's method `where` while another one delivers the message, then let it go on."""
    slow = house.workspace.faults.add(Fault(where, delay=30))
    late = Thread(target=deliver, args=(house.sessions, poster(house), message_id))
    late.start()
    assert until(lambda: slow.times == 0)
    deliver(house.sessions, poster(house), message_id)
    assert times(house, message_id) == 1
    house.workspace.faults.clear()
    late.join()


def test_an_attempt_that_was_overtaken_before_it_posted_posts_nothing(house: House) -> None:
    message_id = request(house)
    overtaken(house, message_id, OPEN)
    assert times(house, message_id) == 1


def test_fault_14_a_post_that_arrives_when_a_newer_attempt_has_posted_is_taken_away(house: House) -> None:
    message_id = request(house)
    overtaken(house, message_id, POST)
    assert times(house, message_id) == 1
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def test_a_change_that_arrives_after_a_newer_one_is_written_over_again(house: House) -> None:
    message_id = request(house)
    deliver(house.sessions, poster(house), message_id)
    first, second = house.return_ids("Police")
    house.store(first)
    take_up(house.sessions)
    slow = house.workspace.faults.add(Fault(UPDATE, delay=30))
    late = Thread(target=deliver, args=(house.sessions, poster(house), message_id))
    late.start()
    assert until(lambda: slow.times == 0)
    house.store(second)
    take_up(house.sessions)
    deliver(house.sessions, poster(house), message_id)
    newest = shown(house)
    house.workspace.faults.clear()
    late.join()
    assert shown(house) != newest, "the late change has arrived"
    deliver(house.sessions, poster(house), message_id)
    assert shown(house) == newest


def test_a_change_is_written_again_if_an_older_one_may_have_covered_it(house: House) -> None:
    message_id = request(house)
    deliver(house.sessions, poster(house), message_id)
    house.store(*house.return_ids("Police")[:1])
    take_up(house.sessions)
    slow = house.workspace.faults.add(Fault(UPDATE, delay=30))
    newer = Thread(target=deliver, args=(house.sessions, poster(house), message_id))
    newer.start()
    assert until(lambda: slow.times == 0)
    covered = update(Message).where(Message.id == message_id).values(wanted=Message.wanted + 1, content_hash=None)
    with house.sessions.begin() as session:
        session.execute(covered)  # as an older attempt does whose change arrived meanwhile
    house.workspace.faults.clear()
    newer.join()
    again = house.workspace.faults.add(Fault(UPDATE))
    deliver(house.sessions, poster(house), message_id)
    assert again.times == 0


def shown(house: House) -> object:
    """The blocks of the Police lead's only message."""
    with house.workspace.lock:
        [message] = [each for each in house.workspace.messages[house.person_dm("U0POLICE")] if each.by_app]
        return [{key: part for key, part in block.items() if key != "block_id"} for block in message.blocks or ()]
