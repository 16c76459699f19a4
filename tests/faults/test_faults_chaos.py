"""Three workers and the web process killed at random while returns are sent: nothing lost, nothing doubled."""

import os
from random import Random
from threading import Event, Thread
from time import monotonic

import pytest

from tests.faults.forms import Form, marker, saved
from tests.faults.house import LEADS, House
from tests.faults.processes import Process, until
from sandbox.product import free_port

SECONDS = float(os.environ.get("FAULTS_SECONDS", "20"))
"""`make faults` takes 60."""
SEED = 20260701
PAUSE = 0.4, 2.0


def submitting(house: House, over: Event) -> None:
    """Sends returns, one after the other, and each again until it is acknowledged."""
    chance = Random(SEED)
    ids = [return_id for agency in LEADS for return_id in house.return_ids(agency)]
    while not over.is_set():
        return_id = chance.choice(ids)
        form = Form(house.lead_of(return_id), house.record_id(return_id), f"V0{marker().upper()}", marker())
        assert until(lambda form=form, return_id=return_id: saved(house.send(form, return_id)))  # type: ignore[misc]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_chaos(house: House) -> None:
    house.load(cases_=5)
    port, over, chance = free_port(), Event(), Random(SEED)
    house.web(port)
    house.processes.clear()
    kills = 0
