"""The payloads that Slack would send if somebody pressed a button, or filled in and sent a form with any values."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.doctor.invented_description import TEAM
from views.parts import ANSWER, Block, View

Payload = dict[str, Any]
_FILLED: Mapping[str, tuple[str, str, object]] = {
    "checkboxes": ("selected_options", "initial_options", []),
    "conversations_select": ("selected_conversation", "initial_conversation", "C0WEST"),
    "datepicker": ("selected_date", "initial_date", "2026-03-25"),
    "file_input": ("files", "initial_files", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_users_select": ("selected_users", "initial_users", ["U0STRANGER"]),
    "plain_text_input": ("value", "initial_value", "Something."),
    "radio_buttons": ("selected_option", "initial_option", None),
    "static_select": ("selected_option", "initial_option", None),
    "timepicker": ("selected_time", "initial_time", "10:00"),
    "users_select": ("selected_user", "initial_user", "U0STRANGER"),
}
"""Kind of input -> (key of its value, key of its initial value, a value to enter if it is initially empty)."""


def home_opened(user_id: str) -> Payload:
    """A person opens Home."""
    event = {"type": "app_home_opened", "user": user_id, "channel": "D0", "tab": "home"}
    return {"type": "event_callback", "team_id": TEAM, "event": event}


def command(user_id: str, name: str, text: str) -> Payload:
    """A person types a command."""
    return {"command": name, "text": text, "team_id": TEAM, "user_id": user_id, "trigger_id": "1.2.3"}


def sent(user_id: str, view: View) -> Payload:
    """A person sends a form."""
    return _by(user_id, "view_submission") | {"view": _filled(view)}


def closed(user_id: str, view: View) -> Payload:
    """A person closes a modal."""
    return _by(user_id, "view_closed") | {"view": _filled(view)}


def presses(user_id: str, blocks: list[Block], view: View | None) -> Iterator[Payload]:
    """Each press or choice that Slack would report at once; `view`: the view with the blocks, or None for a message."""
    place = {"view": _filled(view)} if view else {"channel": {"id": "C0EAST"}}
    for block in blocks:
        for element in _elements(block):
            pressed = {"type": element["type"], "action_id": element["action_id"], "block_id": block.get("block_id")}
            pressed |= {"value": element["value"]} if "value" in element else _answer(element)
            yield _by(user_id, "block_actions") | {"actions": [pressed]} | place


def _by(user_id: str, kind: str) -> Payload:
    user = {"id": user_id, "team_id": TEAM}
    return {"type": kind, "team": {"id": TEAM}, "user": user, "trigger_id": "1.2.3"}


def _elements(block: Block) -> list[Payload]:
    if block["type"] == "actions":
        return cast("list[Payload]", block["elements"])
    if block["type"] == "section" and "accessory" in block:
        return [cast("Payload", block["accessory"])]
    if block["type"] == "input" and block.get("dispatch_action"):
        return [cast("Payload", block["element"])]
    return []


def _filled(view: View) -> Payload:
    """A view as Slack sends it, on top of another one; inputs have their initial values, empty ones any value."""
    inputs = [each for each in cast("list[Payload]", view["blocks"]) if each["type"] == "input"]
    values = {each["block_id"]: {each["element"].get("action_id", ANSWER): _answer(each["element"])} for each in inputs}
    under = {"previous_view_id": "V0BELOW", "root_view_id": "V0BELOW"}
    made = {"id": "V0INVENTED", "hash": "1.abc", "private_metadata": "", "callback_id": "", **under}
    return made | view | {"state": {"values": values}}


def _answer(element: Mapping[str, Any]) -> Payload:
    kind = str(element["type"])
    key, initial, anything = _FILLED[kind]
    if "options" in element:
        first = element["options"][0]
        anything = [first] if key == "selected_options" else first
    return {"type": kind, key: element.get(initial, anything)}
