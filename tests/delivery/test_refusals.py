"""What Slack refuses: set aside in words, with a way on; and what passes by itself: tried again."""

import json
import re

import pytest
from sqlalchemy import select

from audit.access import actor
from audit.delivery import ledger, log
from sandbox.faults import Fault
from sandbox.slack import admin
from storage.messages import Message, MessageKind, MessageState
from tests.kit.forging import TEAM, click, send
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from views.delivery import log as log_view
from views.slack_refusals import refusal

FOR_GOOD = (
    "access_denied", "no_permission", "missing_scope", "team_access_not_granted", "org_login_required", "not_enabled",
    "invalid_users", "restricted_action_read_only_channel", "is_inactive", "cannot_dm_bot", "user_disabled",
    "an_error_of_next_year",
)  # fmt: skip
THAT_PASS = (
    "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "update_failed", "file_update_failed", "team_added_to_org", "external_channel_migrating",
)  # fmt: skip
"""Slack has two words for too many posts."""
OPEN, POST, UPDATE = r"conversations\.open", r"chat\.postMessage", r"chat\.update"
POLICE, EAST, COORDINATOR = "U0POLICE", "C0AUDITEAST", "U0COORDIN"


def refuse(play: Play, method: str, *errors: str) -> None:
    """Slack answers with each of these once."""
    for error in errors:
        body = {"ok": False, "error": error, "needed": "im:write,chat:write", "provided": "users:read"}
        play.workspace.faults.add(Fault(method, times=1, status=200, body=json.dumps(body)))


def requests(play: Play) -> list[Message]:
    """The rows of the leads' requests, one a lead."""
    with play.reading() as session:
        wanted = select(Message).where(Message.kind == MessageKind.REQUEST).order_by(Message.created_at, Message.id)
        return list(session.scalars(wanted))


def request(play: Play) -> Message:
    """The row of the Police lead's request."""
    with play.reading() as session:
        person_id = actor(session, TEAM, POLICE).person_id
    return next(each for each in requests(play) if each.person_id == person_id)


@pytest.mark.on_sqlite
@pytest.mark.parametrize("method", [OPEN, POST])
def test_what_does_not_pass_is_set_aside_and_the_channel_is_asked(play: Play, method: str) -> None:
    play.load()
    refuse(play, method, *FOR_GOOD)
    deliver_due(play, MessageKind.REQUEST)
    rows = requests(play)
    assert {row.state for row in rows} == {MessageState.SET_ASIDE}
    told = [row.error for row in rows]
    assert set(told) == {refusal(error, "im:write,chat:write") for error in FOR_GOOD}
    assert sum("“im:write,chat:write”" in str(error) for error in told) == 1, "the scope that is lacking"
    play.workspace.faults.clear()
    deliver_due(play, MessageKind.PROMPT)
    [prompt] = play.person(COORDINATOR).messages(EAST)
    assert "returns.mine" in json.dumps(prompt), "the button that shows each person theirs"


@pytest.mark.on_sqlite
def test_what_passes_is_tried_again_and_need_not_be_waited_for(play: Play) -> None:
    play.load()
    refuse(play, POST, *THAT_PASS)
    deliver_due(play, MessageKind.REQUEST)
    waiting = [row for row in requests(play) if row.error]
    assert {row.error for row in waiting} == {f"Slack answered “{error}”." for error in THAT_PASS}
    assert {row.state for row in waiting} == {MessageState.LIVE}
    assert send(play.workspace, click(COORDINATOR, log_view.SHOW, log.ALL)).ok
    assert all(f'"{row.id}"' in play.modal_text(COORDINATOR) for row in waiting), "each has its button"
    assert send(play.workspace, click(COORDINATOR, log_view.AGAIN, waiting[0].id)).ok
    deliver_due(play, MessageKind.REQUEST)
    assert {row.id for row in requests(play) if row.ts is None} == {row.id for row in waiting[1:]}
    assert send(play.workspace, click(COORDINATOR, log_view.AGAIN_ALL, log.ALL)).ok
    deliver_due(play, MessageKind.REQUEST)
    assert all(row.ts for row in requests(play))
    assert len(entries(play.sessions, "message.redeliver")) == len(waiting)


@pytest.mark.on_sqlite
def test_a_page_of_a_proxy_passes(play: Play) -> None:
    play.load()
    play.workspace.faults.add(Fault(POST, times=None, status=403, body="<html>Blocked</html>"))
    deliver_due(play, MessageKind.REQUEST)
    assert request(play).error == "Slack answered “status 403”."


def texts(play: Play, about: str) -> list[str]:
    dm = play.person(POLICE).dm
    return [str(each["ts"]) for each in play.person(POLICE).messages(dm) if re.search(about, json.dumps(each))]


def deleted(play: Play, ts: str) -> None:
    """An admin, or a retention policy, deletes a message to the Police lead."""
    admin.to_channel(play.workspace, play.person(POLICE).dm, "delete_message", {"ts": ts})


@pytest.mark.both_databases
def test_what_was_deleted_is_posted_anew_once(play: Play) -> None:
    play.load()
    deliver_due(play, MessageKind.REQUEST)
    [first] = texts(play, "still to send")
    deleted(play, first)
    deliver_due(play, MessageKind.REQUEST)
    assert texts(play, "still to send") == [], "while nothing is to be said, nothing is looked for"
    assert play.send_return(POLICE, "T2-EAST-01").ok
    deliver_due(play, MessageKind.REQUEST)
    row = request(play)
    assert row.ts is None
    assert row.error == "It was deleted in Slack, so it is posted again."
    with play.sessions.begin() as session:
        ledger.redeliver(session)  # its time has come
    deliver_due(play, MessageKind.REQUEST)
    [anew] = texts(play, "still to send")
    assert anew == request(play).ts != first
    assert request(play).id == row.id
    assert play.send_return(POLICE, "T2-EAST-02").ok
    deliver_due(play, MessageKind.REQUEST)
    assert texts(play, "still to send") == [anew], "from now on that one is changed"
    assert [entry.verb for entry in entries(play.sessions, "request.deleted")] == ["request.deleted"]
    assert play.status().trouble == ()


def test_what_may_not_be_changed_stays_and_is_told(play: Play) -> None:
    play.load()
    deliver_due(play, MessageKind.REQUEST)
    refuse(play, UPDATE, "edit_window_closed")
    assert play.send_return(POLICE, "T2-EAST-01").ok
    deliver_due(play, MessageKind.REQUEST)
    row = request(play)
    assert row.state == MessageState.SET_ASIDE
    assert "stays as it is" in str(row.error)
    assert len(texts(play, "still to send")) == 1
