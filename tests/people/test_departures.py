"""Somebody whose Slack account is deactivated loses access at once."""

import json

import pytest

from bot.web import PATIENCE
from handlers.bounded import Stopped
from handlers.payloads import understood
from sandbox.slack.shapes import Obj
from storage.messages import MessageKind
from tests.chasing.test_digests import digests
from tests.chasing.test_nudges import cycle_id
from tests.chasing.test_reminders import march, opened
from tests.faults.databases import locked
from tests.kit.forging import click, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told

SECRET = "CANARY-profile"


def changed(play: Play, user_id: str, *, deleted: bool, team_id: str = "T0SANDBOX1") -> None:
    """Slack tells that somebody's account was changed, with all that stands in their profile."""
    profile = {"real_name": SECRET, "email": f"{SECRET}@school.example", "phone": SECRET}
    user: Obj = {"id": user_id, "team_id": team_id, "deleted": deleted, "name": SECRET, "profile": profile}
    assert play.workspace.sender.event({"type": "user_change", "user": user, "event_ts": "1.2"}).status == 200


@pytest.mark.both_databases
def test_who_is_deactivated_is_out_at_once_and_does_not_come_back_by_themselves(play: Play) -> None:
    opened(play)
    changed(play, "U0YOT", deleted=False)
    changed(play, "U0YOT", deleted=True, team_id="T0OTHER")
    changed(play, "U0NOBODY", deleted=True)
    assert entries(play.sessions, "person.left") == []
    assert play.open_return("U0YOT", "T2-EAST-03").ok

    for _ in range(2):  # Slack tells an event again if it is in doubt
        changed(play, "U0YOT", deleted=True)
    assert len(entries(play.sessions, "person.left")) == 1
    changed(play, "U0YOT", deleted=False)  # a coordinator has to add them again
    send(play.workspace, click("U0YOT", "snooze.choose", cycle_id(play)))
    assert len(entries(play.sessions, "denied")) == 1
    assert SECRET not in str(rows(play.sessions, but=frozenset()))

    play.move_clock(march(11))
    deliver_due(play)
    assert "U0YOT" not in told(play, MessageKind.REMINDER)
    assert "YOT (East)" in digests(play)[0]
    assert "Nobody leads here" in digests(play)[0]


def test_of_a_profile_nothing_but_the_account_gets_past_the_door() -> None:
    event = {"type": "user_change", "user": {"id": "U1", "team_id": "T1", "deleted": True, "name": SECRET}}
    sent = json.dumps({"type": "event_callback", "team_id": "T0", "event": event}).encode()
    taken = understood("application/json", sent)
    assert taken
    assert json.loads(taken)["event"]["user"] == {"id": "U1", "team_id": "T1", "deleted": True}
    with pytest.raises(Stopped):
        understood("application/json", sent.replace(b"true", b'"yes"'))


@pytest.mark.parametrize("patience", [PATIENCE])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_could_not_be_taken_is_told_again(play: Play) -> None:
    opened(play)
    play.workspace.answer_seconds = 30
    user: Obj = {"id": "U0YOT", "team_id": "T0SANDBOX1", "deleted": True}
    with locked(play.settings.database_url.get_secret_value()):  # for longer than the web process waits
        assert play.workspace.sender.event({"type": "user_change", "user": user}).status == 503
    assert play.until(lambda: len(entries(play.sessions, "person.left")) == 1)
