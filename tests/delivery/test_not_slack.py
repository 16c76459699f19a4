"""What comes in place of Slack's answer (a proxy's page, half an answer, nothing) says nothing, to anybody."""

import re
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from handlers.errors import NOT_SHOWN
from sandbox.faults import Fault
from storage.messages import Message, MessageKind, MessageState
from storage.people import Channel
from tests.delivery.test_channels import COORDINATOR, east, look
from tests.kit import nights
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from views.delivery import channels

PAGE = "<html><body>Zugriff verweigert f\u00fcr diese Adresse</body></html>"
HTML = {"Content-Type": "text/html"}
ANSWERS: dict[str, Fault] = {
    "a page": Fault("", status=502, headers=HTML, body=PAGE),
    "a page that says it is an answer": Fault("", status=200, headers=HTML, body=PAGE),
    "a page in Latin-1": Fault("", status=502, headers=HTML, body=PAGE.encode("latin-1")),
    "a page in Latin-1 that says it is an answer": Fault("", status=200, headers=HTML, body=PAGE.encode("latin-1")),
    "a page in an encoding of its own": Fault(
        "", status=503, headers={"Content-Type": "text/html; charset=x-own"}, body=PAGE
    ),
    "too many requests, by a proxy": Fault("", status=429, headers=HTML | {"Retry-After": "30"}, body=PAGE),
    "a way to sign in": Fault("", status=302, headers=HTML | {"Location": "/sign-in"}, body=PAGE),
    "nothing": Fault("", status=200),
    "nothing, and no fault": Fault("", status=204),
    "half an answer": Fault("", status=200, body='{"ok": true, "channel": {"id": "C0AUD'),
    "null": Fault("", status=200, body="null"),
    "an empty list": Fault("", status=200, body="[]"),
    "a list": Fault("", status=200, body="[1]"),
    "a number": Fault("", status=200, body="1"),
    "a text": Fault("", status=200, body='"ok"'),
    "neither yes nor no": Fault("", status=200, body="{}"),
    "no, but not why": Fault("", status=200, body='{"ok": false}'),
    "no, and an object for why": Fault("", status=200, body='{"ok": false, "error": {"code": 7}}'),
    "no, in a sentence": Fault("", status=403, body='{"ok": false, "error": "Blocked: see <the rules>"}'),
    "nested too deep": Fault("", status=200, body="[" * 100_000),
}
"""What came -> the fault that makes it, once it has a method."""
SAID = re.compile(r"Slack could not be reached\.|Slack answered “status \d+”\.")


def answer(play: Play, method: str, fault: Fault) -> None:
    """From now on, calls of this method are answered like this."""
    play.workspace.faults.add(Fault(method, times=None, status=fault.status, headers=fault.headers, body=fault.body))


def rows(play: Play) -> list[tuple[object, ...]]:
    with play.reading() as session:
        return sorted(tuple(each) for each in session.execute(select(Channel.channel, Channel.error, Channel.name)))


def ours(said: Sequence[Mapping[str, object]]) -> set[object]:
    """The events that were logged, but a library's."""
    return {each["event"] for each in said} - {"library"}


def test_a_person_is_told_that_slack_was_not_reached_and_nothing_is_noted(play: Play) -> None:
    play.load()
    look(play)
    before, place_id = rows(play), east(play)
    view = play.modal(COORDINATOR)
    for what, fault in ANSWERS.items():
        answer(play, r"conversations\.info", fault)
        with capture_logs() as said:
            assert play.person(COORDINATOR).act(view.id, channels.CHECK, f"channel-{place_id}").ok
        play.workspace.faults.clear()
        assert NOT_SHOWN in play.modal_text(COORDINATOR), (what, play.modal_text(COORDINATOR))
        assert rows(play) == before, what
        assert ours(said) == {"slack_unavailable"}, what
        play.close_modal(COORDINATOR)


@pytest.mark.parametrize("method", [r"conversations\.open", r"chat\.postMessage"])
def test_a_message_waits(play: Play, method: str) -> None:
    play.load()
    for what, fault in ANSWERS.items():
        answer(play, method, fault)
        with capture_logs() as said:
            deliver_due(play, MessageKind.REQUEST)
        play.workspace.faults.clear()
        with play.sessions.begin() as session:
            found = session.scalars(select(Message).where(Message.kind == MessageKind.REQUEST)).all()
            assert {each.state for each in found} == {MessageState.LIVE}, what
            assert all(SAID.fullmatch(str(each.error)) for each in found), (what, found[0].error)
            for each in found:
                each.error, each.next_try_at = None, each.created_at
        assert ours(said) == {"attempt_failed"}, what
    deliver_due(play, MessageKind.REQUEST)
    with play.reading() as session:
        assert all(session.scalars(select(Message.ts).where(Message.kind == MessageKind.REQUEST)))


def test_a_look_at_night_and_an_event_about_the_token_note_nothing(play: Play) -> None:
    play.load()
    nights.look(play)
    before = rows(play)
    for what, fault in ANSWERS.items():
        answer(play, r"conversations\.info|auth\.test|users\.info", fault)
        with capture_logs() as said:
            assert play.workspace.sender.event({"type": "tokens_revoked", "tokens": {"bot": ["U0ROUNDTABLE"]}}).ok, what
            nights.night(play)
        play.workspace.faults.clear()
        assert rows(play) == before, what
        assert play.status().refused is None, what
        assert ours(said) <= {"look_not_answered", "slack_not_reached", "attempt_failed"}, what
