"""Requests with Slack's signature and any content, as somebody could make them of a button, a form or a command."""

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs

from sandbox.slack import Outcome, Workspace

TEAM = "T0SANDBOX1"
Payload = dict[str, Any]


def click(who: str, action_id: str, value: object, *, team: str = TEAM, view: Payload | None = None) -> Payload:
    """The payload of a pressed button; `view`: the modal it is in."""
    payload = _by(who, team, "block_actions")
    payload["actions"] = [{"type": "button", "action_id": action_id, "block_id": "b1", "value": value}]
    return payload | ({"view": view} if view else {})


def submission(who: str, callback_id: str, record: object, answers: dict[str, Any], *, team: str = TEAM) -> Payload:
    """The payload of a submitted form about `record`; `answers`: field -> text, or option for grades and reasons."""
    return _by(who, team, "view_submission") | {"view": modal(callback_id, record, answers)}


def modal(
    callback_id: str, record: object, answers: dict[str, Any] | None = None, view_id: str = "V0FORGED"
) -> Payload:
    """A modal, as in a payload."""
    values = {field: {"answer": _answer(field, given)} for field, given in (answers or {}).items()}
    return {
        "id": view_id,
        "type": "modal",
        "hash": "1.abc",
        "callback_id": callback_id,
        "private_metadata": record,
        "state": {"values": values},
    }


def command(who: str, text: str = "", *, team: str = TEAM) -> dict[str, str]:
    """The form of a slash command."""
    return {"command": "/audit", "text": text, "team_id": team, "user_id": who, "trigger_id": "1.2.3"}


def home_opened(who: str, *, team: str = TEAM) -> Payload:
    """The event of opening Home."""
    event = {"type": "app_home_opened", "user": who, "channel": "D0", "tab": "home"}
    return {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": event}


def send(workspace: Workspace, payload: Payload) -> Outcome:
    """Sign the payload and send it the way Slack would."""
    if "command" in payload:
        return workspace.sender.command(payload)
    if "event" in payload:
        return workspace.sender.send(json.dumps(payload).encode(), "application/json")
    if payload["user"]["id"] in workspace.users:
        payload = payload | {"trigger_id": workspace.new_trigger(payload["user"]["id"])}
    return workspace.sender.interactive(payload)


def second_thought(workspace: Workspace, sent: Outcome, unticked: Collection[str] = (), **texts: str) -> Outcome:
    """Send the same form with other texts or fewer ticks, as a person does whom the first answer never reached."""
    assert sent.request
    payload = json.loads(parse_qs(sent.request.body.decode())["payload"][0])
    for block_id, given in payload["view"]["state"]["values"].items():
        field = block_id.partition("__")[0]
        if field in texts:
            (given["answer"].get("selected_option") or given["answer"])["value"] = texts[field]
        ticked = given["answer"].get("selected_options", [])
        ticked[:] = [each for each in ticked if each["value"] not in unticked]
    return workspace.sender.interactive(payload)


def _by(who: str, team: str, kind: str) -> Payload:
    return {"type": kind, "team": {"id": team}, "user": {"id": who, "team_id": team}, "trigger_id": "1.2.3"}


def _answer(field: str, given: object) -> Payload:
    if field in {"grade", "not_graded_reason"}:
        return {"type": "radio_buttons", "selected_option": {"value": given} if given else None}
    return {"type": "plain_text_input", "value": given}
