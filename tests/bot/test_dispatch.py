"""The tables of what is listened for, without an application."""

import inspect

import pytest

import handlers
from handlers import dispatch
from handlers.call import Call
from handlers.edge import Body
from handlers.listeners import Listener, on_action, on_choice, on_form
from views.parts import ANSWER


def ignore(_call: Call) -> None:
    """Answer nothing."""


GENERAL, NARROW, SENT = on_action(ANSWER, ignore), on_choice("case.ratify", ignore), on_form("case.ratify", ignore)
TABLE = dispatch.by_key([GENERAL, NARROW, SENT])


def clicked(action_id: str, form: str) -> Body:
    return {"type": "block_actions", "actions": [{"action_id": action_id}], "view": {"callback_id": form}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (clicked(ANSWER, "case.ratify"), NARROW),
        (clicked(ANSWER, "return.submit"), GENERAL),
        ({"type": "block_actions", "actions": [{"action_id": ANSWER}]}, GENERAL),
        ({"type": "view_submission", "view": {"callback_id": "case.ratify"}}, SENT),
        ({"type": "view_closed", "view": {"callback_id": "case.ratify"}}, None),
        (clicked("case.ratify", ""), None),
        ({"command": "/nothing"}, None),
    ],
)
def test_a_payload_is_for_whom_it_names(body: Body, expected: Listener | None) -> None:
    assert dispatch.find(TABLE, body) is expected


def test_two_that_answer_the_same_do_not_start() -> None:
    with pytest.raises(ValueError, match="two listeners"):
        dispatch.by_key([GENERAL, on_action(ANSWER, ignore)])


def test_every_handler_takes_a_call_alone() -> None:
    assert all(len(inspect.signature(listener.answer).parameters) == 1 for listener in handlers.LISTENERS)
