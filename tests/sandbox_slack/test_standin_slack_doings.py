"""What people do reaches a real bolt app, and what the app answers is what people see."""

import json
from threading import Event
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import Ack, BoltResponse
from slack_sdk import WebClient

from sandbox.slack import CannotDo, Team, View, Workspace, admin

from .receiving import Listener

Json = dict[str, Any]
LEAD, EAST, GENERAL = "U0EDUEAST1", "C0AUDEAST1", "C0GENERAL1"
TROUBLE = "We had some trouble connecting. Try again?"
GRADES = [{"text": {"type": "plain_text", "text": grade}, "value": grade} for grade in ("good", "inadequate")]


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def form(title: str = "Return", note: str = "note", **view: object) -> dict[str, Any]:
    radio = {"type": "radio_buttons", "action_id": "answer", "options": GRADES}
    typed = {"type": "plain_text_input", "action_id": "answer", "max_length": 20, "initial_value": "as before"}
    blocks = [
        {"type": "input", "block_id": "grade", "label": plain("Grade"), "element": radio},
        {"type": "input", "block_id": note, "label": plain("Note"), "optional": True, "element": typed},
    ]
    shown = {"type": "modal", "callback_id": "return.submit", "title": plain(title), "submit": plain("Send")}
    return {**shown, "private_metadata": "R1", "blocks": blocks, **view}


def button(text: str = "Answer", action_id: str = "return.open", **more: str) -> list[dict[str, Any]]:
    element = {"type": "button", "action_id": action_id, "text": plain(text), "value": "R1", **more}
    return [{"type": "actions", "block_id": "doing", "elements": [element]}]


def in_front(workspace: Workspace) -> View:
    modal = workspace.person(LEAD).modal()
    assert modal is not None
    return modal


@pytest.fixture
def opened(workspace: Workspace, client: WebClient, listener: Listener) -> Workspace:
    """The lead clicked a button in a direct message and has the form in front of them."""

    @listener.app.action("return.open")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form())
        ack()

    @listener.app.action("other")
    def other(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=form("Pushed"))
        ack()

    lead = workspace.person(LEAD)
    posted = client.chat_postMessage(channel=lead.dm, text="One waits", blocks=button())
    assert lead.click(lead.dm, posted["ts"], "return.open").status == 200
    return workspace


def test_a_click_carries_what_slack_documents(workspace: Workspace, client: WebClient, listener: Listener) -> None:
    posted = client.chat_postMessage(channel=EAST, text="One waits", blocks=button())
    listener.answers.append(200)
    workspace.person(LEAD).click(EAST, posted["ts"], "return.open")
    headers, body = listener.requests[0]
    payload = json.loads(parse_qs(body.decode())["payload"][0])
    assert headers["User-Agent"].startswith("Slackbot 1.0")
    assert payload["type"] == "block_actions"
    assert payload["user"] == {
        "id": LEAD,
        "username": "education.lead.east",
        "name": "education.lead.east",
        "team_id": "T0SANDBOX1",
    }
    assert payload["container"]["message_ts"] == posted["ts"]
    assert payload["channel"] == {"id": EAST, "name": "privategroup"}
    assert payload["message"]["blocks"][0]["block_id"] == "doing"
    action = payload["actions"][0]
    assert (action["block_id"], action["action_id"], action["value"]) == ("doing", "return.open", "R1")
    assert payload["response_url"].startswith("http://127.0.0.1")
    assert payload["enterprise"] is None
    assert payload["is_enterprise_install"] is False


def test_someone_from_outside_comes_with_their_own_team(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    workspace.teams["T0OTHER001"] = Team("T0OTHER001", "Other", "other")
    workspace.add_user(id="U0EXTERNA1", team_id="T0OTHER001", name="external", real_name="External")
    admin.share(workspace, EAST, "T0OTHER001")
    workspace.app.events = []
    admin.invite(workspace, EAST, "U0EXTERNA1")
    posted = client.chat_postMessage(channel=EAST, text="One waits", blocks=button())
    listener.answers.append(200)
    workspace.person("U0EXTERNA1").click(EAST, posted["ts"], "return.open")
    payload = json.loads(parse_qs(listener.requests[-1][1].decode())["payload"][0])
    assert payload["team"] == {"id": "T0OTHER001", "domain": "other"}
    assert payload["user"]["team_id"] == "T0OTHER001"
    opened = client.views_open(trigger_id=payload["trigger_id"], view=form())["view"]
    assert (opened["team_id"], opened["app_installed_team_id"]) == ("T0OTHER001", "T0SANDBOX1")


def test_a_tampered_value_is_sent_as_it_is(workspace: Workspace, client: WebClient, listener: Listener) -> None:
    posted = client.chat_postMessage(channel=EAST, text="One waits", blocks=button())
    listener.answers.append(200)
    outcome = workspace.person(LEAD).click(EAST, posted["ts"], "return.open", value="R999")
    assert outcome.request is not None
    assert b"R999" in outcome.request.body


def test_a_submission_is_filled_sent_and_closes_the_modal(opened: Workspace, listener: Listener) -> None:
    seen: list[Any] = []

    @listener.app.view("return.submit")
    def submitted(ack: Ack, view: Json) -> None:
        seen.append(view)
        ack()

    lead, modal = opened.person(LEAD), in_front(opened)
    assert modal.values["note"]["answer"] == {"type": "plain_text_input", "value": "as before"}
    lead.fill(modal.id, {"grade": "good", "note": "seen & heard"})
    outcome = lead.submit(modal.id)
    assert (outcome.status, outcome.shown) == (200, None)
    values = seen[0]["state"]["values"]
    assert values["grade"]["answer"]["selected_option"]["value"] == "good"
    assert values["note"]["answer"]["value"] == "seen & heard"
    assert seen[0]["private_metadata"] == "R1"
    assert lead.modal() is None


def test_the_client_refuses_an_empty_required_input(opened: Workspace) -> None:
    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"note": "x" * 21})
    outcome = lead.submit(modal.id)
    assert outcome.status == 0
    assert outcome.request is None
    assert in_front(opened).field_errors == {
        "grade": "Please complete this required field.",
        "note": "Must be 20 characters or fewer.",
    }


def test_errors_stand_at_their_field_and_what_was_typed_stays(opened: Workspace, listener: Listener) -> None:
    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> BoltResponse:
        return ack(response_action="errors", errors={"note": "Names a child"})

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good", "note": "typed"})
    assert lead.submit(modal.id).shown == "Names a child"
    assert in_front(opened).field_errors == {"note": "Names a child"}
    assert in_front(opened).values["note"]["answer"]["value"] == "typed"


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "Names a child"}},
        {"response_action": "update", "view": form("A title that is far too long")},
        {"response_action": "sideways"},
    ],
)
def test_an_unacceptable_answer_is_trouble_connecting(opened: Workspace, listener: Listener, answer: Json) -> None:
    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> BoltResponse:
        return ack(**answer) if answer["response_action"] != "sideways" else ack(answer)

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good"})
    assert lead.submit(modal.id).shown == TROUBLE
    assert in_front(opened).trouble == TROUBLE
    assert in_front(opened).content["title"] == {"type": "plain_text", "text": "Return", "emoji": True}


def test_an_update_keeps_values_under_the_same_ids_only(opened: Workspace, listener: Listener) -> None:
    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> BoltResponse:
        return ack(response_action="update", view=form("Saved", note="note2"))

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good", "note": "typed"})
    assert lead.submit(modal.id).shown is None
    after = in_front(opened)
    assert after.id == modal.id
    assert after.hash != modal.hash
    assert after.values["grade"]["answer"]["selected_option"]["value"] == "good"  # type: ignore[index]
    assert after.values["note2"]["answer"]["value"] == "as before"


def test_a_stack_holds_three_and_clear_takes_all(opened: Workspace, listener: Listener) -> None:
    answers: list[Any] = [{"response_action": "push", "view": form("Second", notify_on_close=True)}]

    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> BoltResponse:
        return ack(**answers[0])

    lead = opened.person(LEAD)
    for _ in range(2):
        modal = in_front(opened)
        lead.fill(modal.id, {"grade": "good"})
        assert lead.submit(modal.id).shown is None
    assert len(opened.stacks[LEAD]) == 3
    modal = in_front(opened)
    assert modal.root_view_id == opened.stacks[LEAD][0]
    assert modal.previous_view_id == opened.stacks[LEAD][1]
    lead.fill(modal.id, {"grade": "good"})
    assert lead.submit(modal.id).shown == TROUBLE
    answers[0] = {"response_action": "clear"}
    assert lead.submit(modal.id).shown is None
    assert lead.modal() is None


def test_closing_is_told_only_if_asked(opened: Workspace, listener: Listener) -> None:
    closed: list[Any] = []

    @listener.app.view_closed("return.submit")
    def view_closed(ack: Ack, body: Json) -> None:
        closed.append(body)
        ack()

    lead = opened.person(LEAD)
    assert lead.close(in_front(opened).id).status == 0
    assert lead.modal() is None
    trigger = opened.new_trigger(LEAD)
    listener.app.client.views_open(trigger_id=trigger, view=form(notify_on_close=True))
    assert lead.close(in_front(opened).id, whole_stack=True).status == 200
    assert closed[0]["is_cleared"] is True


def test_a_slow_app_times_out_and_may_go_on(opened: Workspace, listener: Listener) -> None:
    opened.answer_seconds = 0.2
    released, finished = Event(), Event()

    @listener.app.view("return.submit")
    def submitted(ack: Ack) -> None:
        released.wait(10)
        finished.set()
        ack()

    lead, modal = opened.person(LEAD), in_front(opened)
    lead.fill(modal.id, {"grade": "good"})
    outcome = lead.submit(modal.id)
    assert outcome.timed_out
    assert outcome.shown == TROUBLE
    assert in_front(opened).values["grade"]["answer"]["selected_option"]["value"] == "good"  # type: ignore[index]
    released.set()
    assert finished.wait(10)


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
