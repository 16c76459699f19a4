"""Two web processes and two workers killed at random while returns are sent: nothing lost, nothing doubled.

On SQLite there is only one web process, with the worker in it.
"""

from random import Random
from threading import Event, Thread

import pytest

from sandbox.product import free_port
from tests.faults.forms import Form, marker, saved
from tests.faults.house import EAST, SUB_GROUP, House
from tests.faults.processes import Process, until
from tests.faults.small import LEADS
from tests.kit.at_length import LONG

KILLS = 42 if LONG else 14
"""The number of processes killed, one about every second and a half."""
ENOUGH = 5
"""The number of returns that must have been acknowledged, so that there is something to lose."""
SEED = 20_260_701
CASES = 5


def submitting(house: House, over: Event) -> None:
    """Send returns one after the other, each until it is acknowledged."""
    chance = Random(SEED)
    ids = [return_id for agency in LEADS for return_id in house.return_ids(agency)]
    while not over.is_set():
        return_id = chance.choice(ids)
        form = Form(house.lead_of(return_id), house.record_id(return_id), f"V0{marker().upper()}", marker())
        until(lambda form=form, return_id=return_id: saved(house.send(form, return_id)))  # type: ignore[misc]


def replaced(house: House, running: list[Process], chance: Random, port: int) -> None:
    """Kill a random process, and start it again as a supervisor would."""
    number = chance.randrange(len(running))
    running[number].kill()
    running[number] = house.begin_web(port) if number < webs(house) else house.worker()


def webs(house: House) -> int:
    """The number of web processes, all at one port; they come first in `running`."""
    return 1 if house.on_sqlite else 2


@pytest.mark.parametrize("database_url", ["postgresql", "sqlite"] if LONG else ["postgresql"], indirect=True)
def test_fault_16_chaos(house: House) -> None:
    house.load(cases_=CASES)
    house.lend("Police")
    port, over, chance, pause = free_port(), Event(), Random(SEED), Event()
    workers = 0 if house.on_sqlite else 2
    running = [*(house.begin_web(port) for _ in range(webs(house))), *(house.worker() for _ in range(workers))]
    sender = Thread(target=submitting, args=(house, over))
    sender.start()
    try:
        for _ in range(KILLS):
            pause.wait(chance.uniform(0.3, 2.5))  # the time between kills: it waits for no condition
            replaced(house, running, chance, port)
        assert until(lambda: len(house.acknowledged) >= ENOUGH), house.logs()
    finally:
        over.set()
        sender.join()
    house.settled(120)
    house.to_the_summaries()
    assert until(lambda: len(house.posted(EAST)) == CASES + 1, 120), "a summary of each case, and the agenda"
    assert until(lambda: len(house.posted(SUB_GROUP)) == 2, 120), "who has answered, and the tally"
    house.settled(120)
    assert len(house.posted(EAST)) == CASES + 1
    assert len(house.posted(SUB_GROUP)) == 2
    house.none_lost_none_doubled()
