"""Where somebody can't be written to, the audit channel says that returns wait and shows each their own."""

import json

import pytest
from sqlalchemy import select

from sandbox.slack.model import Team
from storage.people import Person, Workspace
from tests.chasing.test_reminders import answer_all, march, opened
from tests.kit.play import Play
from tests.kit.posting import deliver_due

OUTSIDE = "T0POLICE"


def outside(play: Play) -> None:
    """The police's lead is of another workspace, whose people the app can't write to."""
    with play.workspace.changing():
        play.workspace.teams[OUTSIDE] = Team(OUTSIDE, "Police", "police")
        play.workspace.users["U0POLICE"].team_id = OUTSIDE
    with play.sessions.begin() as session:
        workspace = Workspace(team_id=OUTSIDE, name="Police")
        session.add(workspace)
        session.scalars(select(Person).where(Person.user_id == "U0POLICE")).one().workspace_id = workspace.id


@pytest.mark.on_sqlite
def test_a_refused_message_becomes_a_prompt_and_the_button_shows_everybody_their_own(play: Play) -> None:
    opened(play)
    outside(play)
    deliver_due(play)
    coordinator, police = play.person("U0COORDIN"), play.person("U0POLICE")
    for channel in ("C0AUDITEAST", "C0AUDITNORTH", "C0AUDITCENTRAL"):
        (message,) = coordinator.messages(channel)
        area = channel.removeprefix("C0AUDIT").capitalize()
        assert f"Returns are still needed from: Police ({area})" in str(message["text"])
        assert "T2-" not in json.dumps(message)
    deliver_due(play)
    (message,) = police.messages("C0AUDITEAST")
    assert police.click("C0AUDITEAST", str(message["ts"]), "returns.mine").ok
    shown = play.modal_text("U0POLICE")
    assert "15 returns still to send" in shown
    assert "Education" not in shown
    assert _pressed(play, "U0CSC", str(message["ts"])).count("return.open") == 15
    assert "There is nothing for you to do in this audit" in _pressed(play, "U0CHAIR", str(message["ts"]))

    modal = police.modal()
    assert modal
    assert police.act(modal.id, "return.open").ok
    assert "Your agency's return" in play.modal_text("U0POLICE")

    answer_all(play, "Police")
    assert play.send_return("U0CSC", "T2-EAST-03").ok
    deliver_due(play)
    assert "no longer needed" in str(police.messages("C0AUDITEAST")[0]["text"])
    play.move_clock(march(11))
    deliver_due(play)
    assert len(police.messages("C0AUDITEAST")) == 1


def _pressed(play: Play, user_id: str, ts: str) -> str:
    assert play.person(user_id).click("C0AUDITEAST", ts, "returns.mine").ok
    return play.modal_text(user_id)
