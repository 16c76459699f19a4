"""What people do reaches a real bolt app, and what the app answers is what people see."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_bolt import Ack, BoltResponse
from slack_sdk import WebClient

from sandbox.slack import CannotDo, Team, Workspace, admin

from .forms import EAST, GRADES, LEAD, TROUBLE, Json, button, form, in_front
from .receiving import Listener


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


def _nameless() -> list[Json]:
    """A button whose block Slack names anew each time."""
    return [{name: item for name, item in button()[0].items() if name != "block_id"}]


def _acted(listener: Listener) -> Json:
    payload: Json = json.loads(parse_qs(listener.requests[-1][1].decode())["payload"][0])
    action: Json = payload["actions"][0]
    return action


def test_a_button_that_was_drawn_anew_while_it_was_pressed_is_told_as_it_was_shown(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    posted = client.chat_postMessage(channel=EAST, text="One waits", blocks=_nameless())
    shown = posted["message"]["blocks"][0]["block_id"]
    client.chat_update(channel=EAST, ts=posted["ts"], text="Two wait", blocks=_nameless())
    client.chat_update(channel=EAST, ts=posted["ts"], text="None waits")
    listener.answers.append(200)
    assert workspace.person(LEAD).click(EAST, posted["ts"], "return.open", shown).status == 200
    action = _acted(listener)
    assert (action["block_id"], action["action_id"], action["value"]) == (shown, "return.open", "R1")
    with pytest.raises(CannotDo, match="no element return"):
        workspace.person(LEAD).click(EAST, posted["ts"], "return.open")
    with pytest.raises(CannotDo, match="no element never"):
        workspace.person(LEAD).click(EAST, posted["ts"], "never", shown)


def test_on_home_too_and_what_is_chosen_there_is_not_entered_in_what_came_after(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    select = {"type": "static_select", "action_id": "pick", "options": GRADES}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [select]}]}
    view = client.views_publish(user_id=LEAD, view=home)["view"]
    shown = view["blocks"][0]["block_id"]
    client.views_publish(user_id=LEAD, view=home)
    listener.answers.append(200)
    assert workspace.person(LEAD).act(view["id"], "pick", shown, "good").status == 200
    assert _acted(listener)["selected_option"]["value"] == "good"
    values = workspace.views[view["id"]].values
    assert shown not in values
    assert [state["pick"]["selected_option"] for state in values.values()] == [None]


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
    lead.fill(in_front(opened).id, {"grade": "good"})
    assert lead.close(in_front(opened).id, whole_stack=True).status == 200
    assert closed[0]["view"]["state"] == {"values": {}}, "what was typed isn't told"
    assert closed[0]["is_cleared"] is True
