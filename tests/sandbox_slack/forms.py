"""A form and a button as an app would send them, and who is there to use them."""

from typing import Any

from sandbox.slack import View, Workspace

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
