"""Envelopes: how many are taken, which of them are begun, and where an answer goes."""

import json
from collections.abc import Callable
from threading import Event

import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.envelopes import ROOM, STALE, Envelopes, read
from bot.server import MEMORY
from handlers.bounded import RequestStopped
from handlers.payloads import Frame
from sandbox.slack.envelopes import enveloped
from sandbox.slack.sender import FORM
from sandbox.slack.shapes import compact
from tests.kit.nonsense import GOOD, form


def listening(answer: Callable[[Ack], object]) -> App:
    """A bolt app with one button."""
    app = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-of-the-tests"),
        request_verification_enabled=False,
        process_before_response=True,
    )
    app.action("return.open")(answer)
    return app


def clicked() -> Frame:
    return read(compact(enveloped(form(GOOD), FORM, {})).encode())


def test_there_is_room_for_so_many_and_so_much_and_the_rest_is_not_taken() -> None:
    go, acknowledged = Event(), list[str]()

    def answer(ack: Ack) -> None:
        assert go.wait(60)
        ack()

    envelopes = Envelopes(listening(answer))
    taken = [envelopes.take(clicked(), 1, acknowledged.append) for _ in range(ROOM)]
    with pytest.raises(RequestStopped, match="busy"):
        envelopes.take(clicked(), 1, acknowledged.append)
    go.set()
    for each in taken:
        each.result(60)
    assert len(acknowledged) == ROOM
    envelopes.take(clicked(), MEMORY, acknowledged.append).result(60)
    go.clear()
    last = envelopes.take(clicked(), MEMORY, acknowledged.append)
    with pytest.raises(RequestStopped, match="busy"):
        envelopes.take(clicked(), 1, acknowledged.append)
    go.set()
    last.result(60)
    envelopes.end()


def test_what_has_waited_until_slack_gave_up_is_not_begun() -> None:
    begun, acknowledged, times = list[object](), list[str](), iter([0.0, STALE + 1, 10.0, 10.0 + STALE - 1])
    envelopes = Envelopes(listening(lambda ack: begun.append(ack())), lambda: next(times))
    envelopes.take(clicked(), 1, acknowledged.append).result(60)
    assert begun == acknowledged == []
    envelopes.take(clicked(), 1, acknowledged.append).result(60)
    assert len(begun) == len(acknowledged) == 1
    envelopes.end()


def test_an_answer_goes_only_where_one_is_taken() -> None:
    acknowledged: list[str] = []
    envelopes = Envelopes(listening(lambda ack: ack(text="Done.")))
    for takes in (True, False):
        envelope = clicked().model_copy(update={"accepts_response_payload": takes})
        envelopes.take(envelope, 1, acknowledged.append).result(60)
    assert [json.loads(each).get("payload") for each in acknowledged] == [{"text": "Done."}, None]
    envelopes.end()
