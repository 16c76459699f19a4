"""Workers that end: if one is killed for good, another takes over; if asked to end, they finish their work."""

import pytest

from sandbox.faults import Fault
from tests.faults.house import House
from tests.faults.processes import WORKER, until
from tests.kit.forging import click, send
from tests.kit.handing import handed
from tests.kit.pressing import COORDINATOR
from tests.letterhead.test_templates import saying

POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
POST = r"chat\.postMessage"
WITHIN = 30.0
"""Seconds between a platform's SIGTERM and its SIGKILL."""


@POSTGRESQL
def test_fault_16_when_a_worker_dies_for_good_another_delivers(house: House) -> None:
    house.load(cases_=2)
    held = house.workspace.faults.add(Fault(POST, times=3, delay=600, drop="before"))
    first = house.worker()
    assert until(lambda: held.times == 0), house.logs()
    second = house.worker()
    assert until(lambda: b"worker_started" in second.said()), second.said()
    first.kill()
    house.settled()
    assert second.status is None
    house.none_lost_none_doubled()


def test_fault_17_sigterm_finishes_what_is_under_way(house: House) -> None:
    house.load(cases_=1)
    held = house.workspace.faults.add(Fault(POST, times=4, delay=600))
    worker = house.work()
    assert until(lambda: held.times == 0), house.logs()
    worker.terminate()
    assert until(lambda: b"worker_stopping" in worker.said() or b"Handling signal: term" in worker.said())
    house.workspace.faults.clear()
    assert until(lambda: worker.status is not None, WITHIN), worker.said()
    assert worker.status == 0
    standing = sum(house.standing().values())
    assert standing == 4, "what was under way was posted"
    with house.sessions.reading():
        assert house.status().messages_behind == 0, "and recorded"
    house.processes.clear() if house.on_sqlite else None
    house.work()
    house.settled()
    house.none_lost_none_doubled()


def test_fault_17_sigterm_ends_in_time_though_slack_hangs(house: House) -> None:
    house.load(cases_=1)
    held = house.workspace.faults.add(Fault(POST, times=4, delay=600, drop="before"))
    worker = house.work()
    assert until(lambda: held.times == 0), house.logs()
    worker.terminate()
    assert until(lambda: worker.status is not None, WITHIN), worker.said()
    house.workspace.faults.clear()
    house.work()
    if house.on_sqlite:
        _who_waits_for_the_only_slot_ends_too(house)
    house.settled()
    house.none_lost_none_doubled()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_17_sigterm_shows_what_comes_of_a_file(house: House) -> None:
    house.load(cases_=1)
    web, who = house.web(), house.workspace.person(COORDINATOR)
    assert send(house.workspace, click(COORDINATOR, "letterhead.show", "all")).ok
    form = who.modal()
    assert form
    who.fill(form.id, {"template": [handed(house, saying("Ours: {{ stage }}."), "ours.docx")]})
    house.workspace.faults.add(Fault("GET /files-pri", times=None, delay=600))
    assert who.submit(form.id).ok
    assert "Reading the file" in str(who.modal())
    web.terminate()
    house.workspace.faults.clear()
    assert until(lambda: web.status is not None, WITHIN), web.said()
    assert web.status == 0
    assert "The next documents look like this" in str(who.modal())


def _who_waits_for_the_only_slot_ends_too(house: House) -> None:
    """A worker that waits for the slot ends on SIGTERM, as when a deployment is cancelled before the old one ends."""
    waiting = house.begin(WORKER)
    assert until(lambda: b"worker_waits" in waiting.said()), waiting.said()
    assert waiting.end() == 0


@POSTGRESQL
def test_a_second_worker_takes_another_slot(house: House) -> None:
    house.load(cases_=1)
    workers = [house.begin(WORKER), house.begin(WORKER)]
    assert until(lambda: all(b"worker_started" in each.said() for each in workers)), house.logs()
    house.settled()
    house.none_lost_none_doubled()
