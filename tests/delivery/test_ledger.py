"""The ledger and what stands in Slack."""

import pytest
from sqlalchemy import select

from audit import cycle_facts
from audit.delivery import ledger
from storage.cycles import Cycle
from storage.promises import PromiseKind, promise
from tests.kit.play import Play


@pytest.mark.on_sqlite
def test_what_has_not_changed_is_not_sent_again(play: Play) -> None:
    play.load()
    play.worker()
    play.settled()
    posted = play.workspace.counts["chat.postMessage"]
    with play.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        promise(session, PromiseKind.CYCLE, cycle.id, play.settings.clock.now())
        assert cycle_facts.view(session, cycle.id).number == 2
    assert play.until(lambda: play.status().promises == 0)
    play.settled()
    assert play.workspace.counts["chat.postMessage"] == posted == 13
    assert play.workspace.counts.get("chat.update", 0) == 0


@pytest.mark.on_sqlite
def test_nobody_is_asked_before_the_cycle_is_open(play: Play) -> None:
    play.load(opened=False)  # set up and bound to its sheet
    play.work_while_waiting()
    play.settled()
    assert play.workspace.counts["chat.postMessage"] == 0
    coordinator = play.person("U0COORDIN")
    coordinator.open_home()
    home = coordinator.home()
    assert home
    assert coordinator.act(home.id, "cycle.open").ok
    assert play.until(lambda: play.workspace.counts["chat.postMessage"] == 13)
    lead = play.person("U0EDUEAST")
    assert "5 of 5 returns still to send" in str(lead.messages(lead.dm))


def test_what_was_set_aside_is_delivered_once_its_cause_is_mended(play: Play) -> None:
    play.load()
    with play.workspace.changing():
        play.workspace.users["U0POLICE"].dm_error = "messages_tab_disabled"
    play.work_while_waiting()
    play.settled()
    assert [each.set_aside for each in play.status().trouble] == [True]
    with play.workspace.changing():
        play.workspace.users["U0POLICE"].dm_error = ""
    with play.sessions.begin() as session:
        assert ledger.redeliver(session) == 1
    play.settled()
    assert play.status().trouble == ()
    police = play.person("U0POLICE")
    assert len(police.messages(police.dm)) == 1
