"""Forms are answered in front of bolt: with the same words as by it, whatever becomes of them."""

import re
from time import monotonic
from typing import cast

from slack_bolt.request import BoltRequest
from sqlalchemy import text

from bot.web import slack_app
from handlers import forms
from handlers.edge import Body
from tests.kit.forging import Payload, command, submission
from tests.kit.play import Play

SENT = submission("U0EDUEAST", "return.submit", "a" * 32, {"grade": "good"})
REFERENCE = re.compile("quote [0-9a-f]{8}")
SAID = (
    (SENT, "no longer exists"),
    (submission("U0NOBODY", "return.submit", "a" * 32, {}), "not registered"),
    (submission("U0EDUEAST", "return.submit", "/", {}), "could not be read"),
    ({name: part for name, part in SENT.items() if name != "user"}, "went wrong on our side"),
)
"""Forms, and what is answered to each."""


def test_a_form_is_answered_as_by_bolt(play: Play) -> None:
    """And what is no form, or one that nobody waits for, is left to bolt."""
    play.load()
    app = slack_app(play.settings, play.sessions)
    direct = forms(app.client, play.sessions)

    def answered(payload: Payload) -> str:
        body = cast("Body", payload)
        listener = direct.find(body)
        assert listener is not None
        through_bolt = BoltRequest(mode="socket_mode", body=payload)
        answers = direct.answer(listener, body, monotonic()), app.dispatch(through_bolt)
        ours, bolts = ((each.status, each.first_headers(), REFERENCE.sub("", each.body)) for each in answers)
        assert ours == bolts
        return ours[2]

    for payload, said in SAID:
        assert said in answered(payload)
    assert direct.find(cast("Body", submission("U0EDUEAST", "nothing", "a" * 32, {}))) is None
    assert direct.find(cast("Body", command("U0EDUEAST"))) is None
    with play.sessions.begin() as session:
        session.execute(text("ALTER TABLE trail RENAME TO lost"))  # so that a denial can't be recorded
    assert "went wrong on our side" in answered(SAID[1][0])
