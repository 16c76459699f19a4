"""What the stand-in sends to the app on behalf of people, and what it does with the answers."""

import json
from threading import Event
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from sandbox.slack import CannotDo, Workspace, admin

from .forms import EAST, LEAD, TROUBLE, Json, button, form, in_front, plain
from .receiving import Listener


def test_a_slow_app_times_out_and_may_go_on(opened: Workspace, listener: Listener) -> None:
    opened.answer_seconds = 0.2
    released, finished = Event(), Event()

    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> None:
        released.wait(60)
        finished.set()
        ack()

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good"})
    outcome = lead.submit(modal.id)
    assert outcome.timed_out
    assert outcome.shown == TROUBLE
    assert in_front(opened).values["grade"]["answer"]["selected_option"]["value"] == "good"  # type: ignore[index]
    released.set()
    assert finished.wait(60)


def test_the_same_bytes_can_be_sent_again(opened: Workspace, listener: Listener) -> None:
    seen: list[str] = []

    @listener.app.view("return.submit")
    def submitted(ack: Ack, view: Json) -> None:
        seen.append(view["id"])
        ack()

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good"})
    outcome = lead.submit(modal.id)
    assert outcome.request is not None
    assert opened.sender.resend(outcome.request).status == 200
    assert seen == [modal.id, modal.id]
    assert listener.requests[-1][1] == listener.requests[-2][1]


def test_a_command_answers_only_who_typed_it(workspace: Workspace, listener: Listener) -> None:
    @listener.app.command("/roundtable")
    def command(ack: Ack, command: Json) -> None:
        ack(f"{command['text']} in {command['channel_name']}")

    lead = workspace.person(LEAD)
    assert lead.command("/roundtable", "status", EAST).shown is None
    assert [one["text"] for one in lead.messages(EAST)] == ["status in privategroup"]
    assert workspace.person("U0COORDIN1").messages(EAST) == []


def test_a_command_nobody_answers_says_so(workspace: Workspace, listener: Listener) -> None:
    outcome = workspace.person(LEAD).command("/unknown", "", EAST)
    assert outcome.status == 404
    assert outcome.shown == '/unknown failed with the error "dispatch_failed"'
    listener.answers.append(500)
    workspace.app.request_url = ""
    assert workspace.person(LEAD).command("/unknown", "", EAST).status == 0


def test_home_is_opened_and_published(workspace: Workspace, listener: Listener) -> None:
    @listener.app.event("app_home_opened")
    def home(event: Json, client: WebClient) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"For <@{event['user']}>"}}, *button()]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    lead = workspace.person(LEAD)
    assert lead.home() is None
    assert lead.open_home().status == 200
    first = lead.home()
    assert first is not None
    lead.open_home()
    second = lead.home()
    assert second is not None
    assert (first.id, first.hash == second.hash) == (second.id, False)
    event = json.loads(listener.requests[-1][1])["event"]
    assert event["view"]["id"] == first.id


def test_an_element_in_a_modal_acts_and_pushes(opened: Workspace, listener: Listener) -> None:
    lead, modal = opened.person(LEAD), in_front(opened)
    extra = [{"type": "section", "text": plain("More"), "accessory": button(action_id="other")[0]["elements"][0]}]
    listener.app.client.views_update(view_id=modal.id, hash=modal.hash, view=form(blocks=extra))
    assert lead.act(modal.id, "other").status == 200
    assert in_front(opened).content["title"] == {"type": "plain_text", "text": "Pushed", "emoji": True}
    with pytest.raises(CannotDo, match="no element nothing"):
        lead.act(modal.id, "nothing")


def test_an_input_acts_only_if_it_dispatches(opened: Workspace, listener: Listener) -> None:
    seen: list[Json] = []

    @listener.app.action("answer")
    def chosen(ack: Ack, body: Json, client: WebClient) -> None:
        seen.append(body)
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=form("Asked again"))
        ack()

    lead, modal = opened.person(LEAD), in_front(opened)
    with pytest.raises(CannotDo, match="dispatches no action"):
        lead.act(modal.id, "answer", "grade", "good")
    blocks = [{**block, "dispatch_action": True} for block in form()["blocks"]]
    listener.app.client.views_update(view_id=modal.id, view=form(blocks=blocks))
    assert lead.act(modal.id, "answer", "grade", "good").status == 200
    assert seen[0]["actions"][0]["selected_option"]["value"] == "good"
    assert seen[0]["view"]["state"]["values"]["grade"]["answer"]["selected_option"]["value"] == "good"
    assert seen[0]["container"] == {"type": "view", "view_id": modal.id}
    assert in_front(opened).content["title"] == {"type": "plain_text", "text": "Asked again", "emoji": True}
    assert in_front(opened).values["grade"]["answer"]["selected_option"]["value"] == "good"  # type: ignore[index]


def test_failed_events_are_sent_again_with_their_number_and_reason(workspace: Workspace, listener: Listener) -> None:
    workspace.sender.retry_delays = (0.0, 0.0, 0.0)
    listener.answers.extend([500, 404, 200])
    workspace.person(LEAD).open_home()
    assert workspace.sender.settle(10)
    numbers = [headers.get("X-Slack-Retry-Num") for headers, _ in listener.requests]
    assert numbers == [None, "1", "2"]
    assert listener.requests[1][0]["X-Slack-Retry-Reason"] == "http_error"
    assert len({body for _, body in listener.requests}) == 1


def test_shortcuts_messages_and_joining_reach_the_app(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    seen: list[Any] = []

    @listener.app.shortcut("global")
    def used(ack: Ack, body: Json) -> None:
        seen.append(body["type"])
        ack()

    @listener.app.shortcut("on.message")
    def on_message(ack: Ack, body: Json) -> None:
        seen.append(body["message"]["text"])
        ack()

    @listener.app.event("message")
    def wrote(event: Json) -> None:
        seen.append(event["channel_type"])

    @listener.app.event("member_joined_channel")
    def joined(event: Json) -> None:
        seen.append(event["user"])

    lead = workspace.person(LEAD)
    posted = client.chat_postMessage(channel=EAST, text="hello")
    lead.shortcut("global")
    lead.message_action(EAST, posted["ts"], "on.message")
    lead.say(lead.dm, "hi")
    admin.invite(workspace, "C0AUDNORT1", LEAD)
    assert listener.wait(lambda: len(seen) == 4)
    assert seen == ["shortcut", "hello", "im", LEAD]


def test_who_is_deactivated_is_told_once_with_all_that_slack_tells(workspace: Workspace, listener: Listener) -> None:
    seen: list[Any] = []

    @listener.app.event("user_change")
    def changed(body: Json) -> None:
        seen.append((body["team_id"], body["event"]["user"]))

    admin.deactivate(workspace, LEAD)
    admin.deactivate(workspace, LEAD)
    assert listener.wait(lambda: len(seen) == 1)
    admin.deactivate(workspace, LEAD, deleted=False)
    assert listener.wait(lambda: len(seen) == 2)
    (team, gone), (_, back) = seen
    assert (team, gone["id"], gone["team_id"], gone["deleted"]) == ("T0SANDBOX1", LEAD, "T0SANDBOX1", True)
    assert gone["profile"]["email"] == "education.lead.east@board.example"
    assert back["deleted"] is False


def test_an_external_select_asks_the_app(opened: Workspace, listener: Listener) -> None:
    @listener.app.options("pick")
    def suggested(ack: Ack, payload: Json) -> None:
        ack(options=[{"text": plain(payload["value"]), "value": "v1"}])

    select = {"type": "external_select", "action_id": "pick"}
    blocks = [{"type": "input", "block_id": "who", "label": plain("Who"), "element": select}]
    modal = in_front(opened)
    listener.app.client.views_update(view_id=modal.id, view=form(blocks=blocks))
    lead = opened.person(LEAD)
    offered = json.loads(lead.suggest(modal.id, "pick", "ea").body)["options"]
    lead.fill(modal.id, {"who": offered[0]})
    assert in_front(opened).values["who"]["pick"]["selected_option"] == offered[0]


def test_url_verification_is_answered(workspace: Workspace, listener: Listener) -> None:
    assert "abc" in workspace.sender.url_verification("abc").body
    assert listener.requests
