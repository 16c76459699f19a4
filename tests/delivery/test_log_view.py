from dataclasses import replace
from datetime import timedelta

import pytest

from audit.delivery.log import ALL, DELIVERED, NOT_NEEDED, RETRYING, SET_ASIDE, STATES, WAITING, Delivery, Log
from sandbox.slack.checks import problems
from storage.messages import MessageKind
from tests.kit import reading
from tests.kit.models import NOW, label
from views.delivery import log as log_view

WAITS = Delivery(
    message_id="m" * 32, kind="summary", cycle_number=2, about=label("R", 140), to=label("#", 140), state=WAITING,
    created_at=NOW, posted_at=None, updated_at=None, error=None, next_try_at=None,
)  # fmt: skip
ASIDE = replace(WAITS, state=SET_ASIDE, error=label("E", 300))


def test_every_kind_of_message_has_its_words() -> None:
    assert set(log_view.KINDS) == set(MessageKind)


@pytest.mark.parametrize("record_id", [ALL, "c" * 32])
def test_a_page_fits(record_id: str) -> None:
    each = tuple(replace(ASIDE, message_id=f"{number:032}") for number in range(25))
    log = Log(record_id, label("T", 100), NOW, dict.fromkeys(STATES, 1234), 3, 50, each)
    view = log_view.view(log)
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    verbs = [button["action_id"] for button in reading.buttons(view["blocks"])]
    assert verbs == [log_view.AGAIN_ALL, *[log_view.AGAIN] * 25, log_view.PAGE, log_view.PAGE]
    assert problems(log_view.view(replace(log, counts={}, deliveries=(), pages=1, page=0)), "modal") == []


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (WAITS, "Waiting to be sent since Mon 9 Mar, 10 am"),
        (ASIDE, "⚠️ Not delivered: set aside. E"),
        (replace(ASIDE, posted_at=NOW), "⚠️ Delivered, but a change could not be passed on: set aside. E"),
        (
            replace(ASIDE, state=RETRYING, next_try_at=NOW + timedelta(hours=2)),
            "It will be tried again Mon 9 Mar, 12 noon.",
        ),
        (replace(WAITS, state=DELIVERED, posted_at=NOW), "✅ Delivered Mon 9 Mar, 10 am"),
        (replace(WAITS, state=DELIVERED, posted_at=NOW, updated_at=NOW), "10 am, changed Mon 9 Mar, 10 am"),
        (replace(WAITS, posted_at=NOW), "A change is waiting to be passed on"),
        (replace(WAITS, state=NOT_NEEDED), "Not sent: there was no longer anything to say."),
    ],
)
def test_how_a_message_stands(delivery: Delivery, words: str) -> None:
    assert words in log_view.state(delivery, NOW)
