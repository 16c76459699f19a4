"""Somebody whose Slack account is deactivated loses access at once."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.web import PATIENCE, register_first_coordinator
from handlers.bounded import RequestStopped
from handlers.payloads import understood
from sandbox.slack import admin
from sandbox.slack.shapes import Obj
from storage.clock import now
from storage.messages import MessageKind
from storage.people import Agency, Area, Person
from tests.chasing.test_digests import digests
from tests.chasing.test_nudges import cycle_id
from tests.chasing.test_reminders import march, opened
from tests.faults.databases import locked
from tests.kit.doctored import environment
from tests.kit.forging import click, send
from tests.kit.looking import entries, rows
from tests.kit.nights import look, night
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import asked, pressed, submitted
from tests.kit.served import within

SECRET = "CANARY-profile"


def tells(play: Play, user_id: str, *, deleted: bool, team_id: str = "T0SANDBOX1") -> None:
    """Slack tells that somebody's account was changed, with all that stands in their profile."""
    profile = {"real_name": SECRET, "email": f"{SECRET}@school.example", "phone": SECRET}
    user: Obj = {"id": user_id, "team_id": team_id, "deleted": deleted, "name": SECRET, "profile": profile}
    assert play.workspace.sender.event({"type": "user_change", "user": user, "event_ts": "1.2"}).status == 200


def deactivated(play: Play, user_id: str, *, deleted: bool = True) -> None:
    """An administrator deactivates somebody's account, or takes that back; Slack tells, and is asked."""
    admin.deactivate(play.workspace, user_id, deleted=deleted)
    look(play)


def left(play: Play) -> list[str]:
    """What the coordinator was told of people who left."""
    person = play.person("U0COORDIN")
    said = [json.dumps(each, ensure_ascii=False) for each in person.messages(person.dm)]
    return [each for each in said if "Slack account" in each or "somebody who left" in each or "see them" in each]


@pytest.mark.on_sqlite
def test_who_is_deactivated_is_out_at_once_and_does_not_come_back_by_themselves(play: Play) -> None:
    opened(play)
    tells(play, "U0YOT", deleted=True, team_id="T0OTHER")
    tells(play, "U0NOBODY", deleted=True)
    tells(play, "U0YOT", deleted=True)
    look(play)
    assert entries(play.sessions, "person.left") == [], "what an event says isn't believed"
    assert play.open_return("U0YOT", "T2-EAST-03").ok

    deactivated(play, "U0YOT")
    tells(play, "U0YOT", deleted=True)  # Slack tells an event again if it is in doubt
    look(play)
    assert len(entries(play.sessions, "person.left")) == 1
    [said] = left(play)
    assert "no longer has a Slack account, so their access has ended" in said
    assert "Agency lead: YOT" in said
    deactivated(play, "U0YOT", deleted=False)  # a coordinator has to add them again
    send(play.workspace, click("U0YOT", "snooze.choose", cycle_id(play)))
    assert len(entries(play.sessions, "denied")) == 1
    assert SECRET not in str(rows(play.sessions, but=frozenset()))

    play.move_clock(march(11))
    deliver_due(play)
    assert "U0YOT" not in told(play, MessageKind.REMINDER)
    assert "YOT (East)" in digests(play)[-1]
    assert "Nobody leads here" in digests(play)[-1]


def test_of_a_profile_nothing_but_the_account_gets_past_the_door() -> None:
    event = {"type": "user_change", "user": {"id": "U1", "team_id": "T1", "deleted": True, "name": SECRET}}
    sent = json.dumps({"type": "event_callback", "team_id": "T0", "event": event}).encode()
    taken = understood("application/json", sent)
    assert taken["event"] == {"type": "user_change", "user": {"id": "U1", "team_id": "T1"}}
    with pytest.raises(RequestStopped):
        understood("application/json", sent.replace(b'"T1"', b"1"))


@pytest.mark.parametrize("patience", [PATIENCE])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_could_not_be_taken_is_told_again(play: Play) -> None:
    opened(play)
    play.workspace.answer_seconds = 30
    user: Obj = {"id": "U0YOT", "team_id": "T0SANDBOX1", "deleted": True}
    with locked(play.settings.database_url.get_secret_value()):  # for longer than the web process waits
        assert play.workspace.sender.event({"type": "user_change", "user": user}).status == 503
    assert play.until(lambda: bool(waiting_for_a_look(play)))


def waiting_for_a_look(play: Play) -> list[str]:
    with play.reading() as session:
        return list(session.scalars(select(Person.user_id).where(Person.look_at <= now(session))))


def test_whom_an_event_did_not_name_is_missed_by_night_until_somebody_else_does_their_work(play: Play) -> None:
    play.load()
    night(play)
    with play.workspace.changing():
        play.workspace.users["U0EDUEAST"].deleted = True
        lost = play.workspace.users.pop("U0PROBAT")
    night(play)
    gone, unseen = sorted(left(play), key=lambda each: "see them" in each)
    assert "Agency lead: Education (East)" in gone
    assert "Probation" in unseen
    night(play)
    assert len(left(play)) == 2, "once"
    with play.workspace.changing():
        play.workspace.users["U0PROBAT"] = lost
    with play.reading() as session:
        ids = {each.label: each.id for each in session.scalars(select(Agency))}
        east = session.scalars(select(Area.id).where(Area.label == "East")).one()
    assert asked(play, "U0COORDIN", "people.show", "all").ok
    assert pressed(play, "U0COORDIN", "leads.choose").ok
    assert submitted(play, "U0COORDIN", agency=ids["Education"]).ok
    assert submitted(play, "U0COORDIN", **{f"leads_{east}": ["U0OUTSIDER"]}).ok
    night(play)
    assert all("✅" in each for each in left(play)), left(play)
    assert len(left(play)) == 2


def test_what_nobody_could_be_told_is_told_by_the_command_line_until_somebody_coordinates(
    play: Play, tmp_path: Path
) -> None:
    play.load()
    night(play)
    with play.workspace.changing():
        play.workspace.users["U0COORDIN"].deleted = True
        play.workspace.channels["C0AUDITEAST"].is_archived = True
    night(play)
    said = play.status().without_audience
    assert any("#audit-east is archived" in each for each in said), said
    assert "Coordinator isn't in Slack any more." in said
    printed = within("status", given=environment(play.settings), cwd=tmp_path).stdout
    assert "nobody in Slack can be told: Coordinator isn't in Slack any more." in printed
    register_first_coordinator(
        play.settings.model_copy(update={"first_coordinator": "T0SANDBOX1/U0CHAIR"}), play.sessions
    )
    look(play)
    assert play.status().without_audience == ()
    chair = play.person("U0CHAIR")
    assert "#audit-east is archived" in str(chair.messages(chair.dm))
    assert "somebody else now holds each of their roles" not in str(chair.messages(chair.dm)), (
        "what is over is nobody's news"
    )
