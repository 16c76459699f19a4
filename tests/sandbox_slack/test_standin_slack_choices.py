"""Choosing in a form: what the app is told at once, what menus offer, and what stays when the form is drawn anew."""

from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from sandbox.slack import CannotDo, Outcome, Team, Workspace, admin, pickers

from .forms import EAST, GENERAL, LEAD, Json, form, in_front, plain
from .receiving import Listener

NORTH, COORDINATOR, OUTSIDER, EXTERNAL = "C0AUDNORT1", "U0COORDIN1", "U0OUTSIDE1", "U0EXTERNA1"


def options(*values: str) -> list[Json]:
    return [{"text": plain(value), "value": value} for value in values]


def asks(block_id: str, element: Json, **block: object) -> Json:
    shown = {"type": "input", "block_id": block_id, "label": plain("L")}
    return {**shown, "element": {"action_id": "answer", **element}, **block}


def show(workspace: Workspace, client: WebClient, *blocks: Json) -> str:
    view: str = client.views_open(trigger_id=workspace.new_trigger(LEAD), view=form(blocks=list(blocks)))["view"]["id"]
    return view


def states(listener: Listener) -> list[Any]:
    """Note the state with which each action on an input arrives."""
    seen: list[Any] = []

    @listener.app.action("answer")
    def chosen(ack: Ack, body: Json) -> None:
        assert len(body["actions"]) == 1
        seen.append(body["view"]["state"]["values"])
        ack()

    return seen


GRADE = asks("grade", {"type": "radio_buttons", "options": options("good", "not_graded")}, dispatch_action=True)
REASON = asks("reason", {"type": "static_select", "options": options("other", "missing")})
WHY = asks("why", {"type": "plain_text_input"})


def test_what_a_choice_makes_appear_is_filled_in_the_same_go(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    @listener.app.action("answer")
    def chosen(ack: Ack, body: Json, client: WebClient) -> None:
        graded = body["actions"][0]["selected_option"]["value"] != "not_graded"
        view = form(blocks=[GRADE, WHY] if graded else [GRADE, REASON, WHY])
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
        ack()

    lead, view = workspace.person(LEAD), show(workspace, client, GRADE, WHY)
    told: Outcome = lead.fill(view, {"why": "kept", "reason": "missing", "grade": "not_graded"})
    assert told.status == 200
    values = in_front(workspace).values
    assert values["reason"]["answer"]["selected_option"]["value"] == "missing"  # type: ignore[index]
    assert values["why"]["answer"]["value"] == "kept"
    assert len(listener.requests) == 1
    lead.fill(view, {"grade": "good"})
    assert "reason" not in in_front(workspace).values
    with pytest.raises(CannotDo, match="no element reason"):
        lead.fill(view, {"reason": "other"})


def test_only_a_change_is_told_and_boxes_one_by_one(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    seen = states(listener)
    boxes = asks("known", {"type": "checkboxes", "options": options("a", "b", "c")}, dispatch_action=True)
    lead, view = workspace.person(LEAD), show(workspace, client, GRADE, boxes)
    assert lead.fill(view, {"grade": "good"}).status == 200
    assert lead.fill(view, {"grade": "good"}).status == 0
    lead.fill(view, {"known": ["a", "b"]})
    lead.fill(view, {"known": ["c"]})
    ticked = [[one["value"] for one in state["known"]["answer"]["selected_options"]] for state in seen]
    assert ticked == [[], ["a"], ["a", "b"], ["b"], [], ["c"]]


def test_typed_text_is_told_on_enter_or_letter_by_letter_as_asked(
    workspace: Workspace, client: WebClient, listener: Listener
) -> None:
    seen = states(listener)
    letters = {"trigger_actions_on": ["on_character_entered"]}
    quiet = asks("why", {"type": "plain_text_input"}, dispatch_action=True)
    eager = asks("who", {"type": "plain_text_input", "dispatch_action_config": letters}, dispatch_action=True)
    lead, view = workspace.person(LEAD), show(workspace, client, quiet, eager)
    lead.fill(view, {"why": "w"})
    assert seen == []
    lead.act(view, "answer", "why", "w")
    lead.fill(view, {"who": "x"})
    lead.hold(view, {"who": "held"})
    assert [state["who"]["answer"]["value"] for state in seen] == [None, "x"]
    assert in_front(workspace).values["who"]["answer"]["value"] == "held"


def test_a_choice_that_is_no_longer_offered_is_gone(workspace: Workspace, client: WebClient) -> None:
    lead, view = workspace.person(LEAD), show(workspace, client, REASON)
    lead.fill(view, {"reason": "missing"})
    fewer = asks("reason", {"type": "static_select", "options": options("other")})
    client.views_update(view_id=view, view=form(blocks=[fewer]))
    assert in_front(workspace).values["reason"]["answer"]["selected_option"] is None


def test_menus_of_people_offer_those_one_can_meet(workspace: Workspace, client: WebClient) -> None:
    workspace.teams["T0OTHER001"] = Team("T0OTHER001", "Other", "other")
    workspace.add_user(id=EXTERNAL, team_id="T0OTHER001", name="external", real_name="External")
    admin.deactivate(workspace, OUTSIDER)
    whom = asks("whom", {"type": "multi_users_select"})
    lead, view = workspace.person(LEAD), show(workspace, client, whom)
    with pytest.raises(CannotDo, match=f"doesn't offer {EXTERNAL}, {OUTSIDER}"):
        lead.fill(view, {"whom": [COORDINATOR, OUTSIDER, EXTERNAL]})
    admin.share(workspace, EAST, "T0OTHER001")
    admin.invite(workspace, EAST, EXTERNAL)
    lead.fill(view, {"whom": [COORDINATOR, EXTERNAL]})
    assert in_front(workspace).values["whom"]["answer"]["selected_users"] == [COORDINATOR, EXTERNAL]


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ({"include": ["private"]}, [EAST]),
        ({"include": ["public"]}, [GENERAL]),
        ({"include": ["private", "public"], "exclude_external_shared_channels": True}, [GENERAL]),
        ({"exclude_bot_users": True}, [EAST, GENERAL]),
    ],
)
def test_menus_of_conversations_respect_the_filter(workspace: Workspace, given: Json, offered: list[str]) -> None:
    workspace.direct(LEAD)
    admin.share(workspace, EAST, "T0OTHER001")
    admin.invite(workspace, NORTH, LEAD)
    admin.to_channel(workspace, NORTH, "archive", {})
    element: Json = {"type": "conversations_select", "filter": given}
    assert [one.id for one in pickers.conversations(workspace, LEAD, element)] == offered


def test_a_conversation_that_is_filtered_out_cannot_be_chosen(workspace: Workspace, client: WebClient) -> None:
    where = asks("where", {"type": "conversations_select", "filter": {"include": ["private"]}})
    lead, view = workspace.person(LEAD), show(workspace, client, where)
    with pytest.raises(CannotDo, match=GENERAL):
        lead.fill(view, {"where": GENERAL})
    lead.fill(view, {"where": EAST})
    assert in_front(workspace).values["where"]["answer"]["selected_conversation"] == EAST


def test_what_stood_in_an_input_that_was_taken_away_goes_with_it(workspace: Workspace, client: WebClient) -> None:
    lead, view = workspace.person(LEAD), show(workspace, client, WHY, REASON)
    client.views_update(view_id=view, view=form(blocks=[WHY]))
    lead.hold(view, {"why": "kept", "reason": "missing"})
    assert in_front(workspace).values == {"why": {"answer": {"type": "plain_text_input", "value": "kept"}}}
