"""What is made of a payload: no more than Slack would send, whatever it says."""

import json

import pytest

from handlers.bounded import DEPTH, ELEMENTS, RequestStopped
from handlers.payloads import understood
from sandbox.slack.sender import FORM
from tests.kit.forging import modal, submission
from tests.kit.nonsense import GOOD, form


@pytest.mark.parametrize(
    "payload",
    [
        GOOD | {"actions": GOOD["actions"] * (ELEMENTS // 5)},
        GOOD | {"more": [[]] * ELEMENTS},
        GOOD | {"more": dict.fromkeys(map(str, range(ELEMENTS)), 1)},
        GOOD | {"view": modal("return.submit", "a" * 32, {f"f{number}": "x" for number in range(ELEMENTS // 4)})},
        json.dumps(GOOD)[:-1] + ', "more": ' + "[" * DEPTH + "]" * DEPTH + "}",
        json.dumps(GOOD)[:-1] + ', "more": ' + '{"a":' * DEPTH + "1" + "}" * DEPTH + "}",
    ],
    ids=["actions", "lists", "keys", "answers", "lists in lists", "objects in objects"],
)
def test_fault_03_more_than_slack_would_send_isnt_taken_apart(payload: object) -> None:
    """Not even read as JSON: its brackets and commas are counted first."""
    with pytest.raises(RequestStopped):
        understood(FORM, form(payload))


def test_as_much_as_slack_sends_is_understood() -> None:
    """A text may hold as many brackets and commas as it likes, and the rest of a payload a great many."""
    typed = 'a, [b], {c}, "d\\" ' * 5000
    answers = {f"f{number}": typed for number in range(25)}
    large = submission("U0EDUEAST", "return.submit", "a" * 32, answers)
    large["view"]["blocks"] = [{"type": "input", "options": [{"text": {"text": "x"}, "value": "x"}] * 30}] * 100
    view = understood(FORM, form(large))["view"]
    assert isinstance(view, dict)
    assert view["state"] == large["view"]["state"]
