"""Socket Mode while its connections are cut, refreshed and frozen at random: each return is stored once."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from bot.connection import Pace
from bot.envelopes import Envelopes
from bot.socket_mode import HELD, SocketMode
from bot.web import slack_app
from sandbox.slack import Outcome
from sandbox.slack.sockets import Sockets
from storage.returns import ReturnVersion
from tests.faults.told import TOLD
from tests.kit.at_length import LONG
from tests.kit.play import GRADED, Play

LEAD = "U0EDUEAST"
RETURNS = 200
HURRIED = Pace(look=0.3, answer=0.7, farewell=0.1, apart=0)


@contextmanager
def trouble(sockets: Sockets) -> Iterator[Counter[str]]:
    """While the block runs, cut, refresh and freeze connections at random; yields how often each happened."""
    over, done, chance = Event(), Counter[str](), Random(7)
    ways: dict[str, Callable[[], None]] = {
        "cuts": sockets.cut,
        "refreshes": sockets.refresh,
        "silences": lambda: sockets.freeze(1),
    }

    def make() -> None:
        while not over.wait(chance.uniform(0.05, 0.6)):
            what = chance.choice([*ways])
            done[what] += 1
            ways[what]()
            if what == "silences":
                over.wait(chance.uniform(0.2, 1.6))
                sockets.thaw()

    thread = Thread(target=make)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def insist(sockets: Sockets, do: Callable[[], Outcome], done: Counter[str]) -> None:
    """Do it until it is acknowledged, as people do."""
    while not do().ok:
        done["not acknowledged"] += 1
        assert sockets.wait()


@pytest.mark.skipif(not LONG, reason="by chance: `make faults` tries it; test_socket_mode has each moment")
def test_fault_04_11_connections_that_come_and_go_lose_and_double_nothing(
    play: Play, record_property: Callable[[str, object], None]
) -> None:
    play.load()
    token, sockets, who = play.workspace.in_socket_mode(), play.workspace.sockets, play.person(LEAD)
    envelopes = Envelopes(slack_app(play.settings, play.sessions))
    slack = SocketMode(token, play.settings.slack_api_url, envelopes, play.sessions, HURRIED)
    slack.start()
    assert sockets.wait(HELD)
    sockets.leaving, play.workspace.answer_seconds = 0.3, 1.5
    with trouble(sockets) as done:
        for number in range(1, RETURNS + 1):
            insist(sockets, who.open_home, done)
            home = who.home()
            assert home is not None
            block_id = play.home_button(LEAD, "return.open", f"T2-EAST-0{number % 5 + 1}")["block_id"]
            insist(sockets, lambda: who.act(home.id, "return.open", block_id), done)  # noqa: B023  # done at once
            modal = who.modal()
            assert modal is not None
            who.fill(modal.id, {**GRADED, "why": f"(Invented) Reason {number}."})
            insist(sockets, lambda: who.submit(modal.id), done)  # noqa: B023  # likewise
            with play.reading() as session:
                assert session.scalar(select(func.count()).select_from(ReturnVersion)) == number
            while (left := who.modal()) is not None:
                who.close(left.id)
    slack.end()
    record_property(TOLD, {"lost": 0, "doubled": 0, "settled": 0, "returns": RETURNS, **done})
