"""Submissions of a return as Slack sends them, made without a client so that many can be sent at once."""

import time
from dataclasses import dataclass
from itertools import count
from threading import Lock
from urllib.parse import urlencode

from sandbox.slack import Outcome, SentRequest, Workspace
from sandbox.slack.sender import FORM, signature
from sandbox.slack.shapes import compact
from views.returns.request import SUBMIT

_numbers, _lock = count(), Lock()


def marker() -> str:
    """A word that no other call returns, made of letters only so that it isn't taken for an identifier."""
    with _lock:
        number = next(_numbers)
    return "mark" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


@dataclass(frozen=True)
class Form:
    """A return's form, filled in: the person, the record it was opened from, the modal, and the answers."""

    user_id: str
    record_id: str
    view_id: str
    why: str
    grade: str = "good"

    def payload(self, team: str) -> dict[str, object]:
        """Slack's view_submission payload."""
        values = {
            "grade": {"answer": {"type": "radio_buttons", "selected_option": {"value": self.grade}}},
            "why": {"answer": {"type": "plain_text_input", "value": self.why}},
        }
        view = {"id": self.view_id, "type": "modal", "callback_id": SUBMIT, "private_metadata": self.record_id}
        return {
            "type": "view_submission",
            "team": {"id": team},
            "user": {"id": self.user_id, "team_id": team},
            "trigger_id": "1.2.3",
            "view": {**view, "state": {"values": values}},
        }

    def signed(self, workspace: Workspace, url: str) -> SentRequest:
        """The request, signed once, so that it can be sent again byte by byte."""
        body = urlencode({"payload": compact(self.payload(workspace.team.id))}).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": FORM,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(workspace.app.signing_secret, stamp, body),
        }
        return SentRequest(url, headers, body)


def taken(workspace: Workspace, request: SentRequest) -> Outcome:
    """The answer to a request, which is sent again while the database is too busy for it, as people do."""
    while (
        "The database could not be reached, so nothing was saved." in (outcome := workspace.sender.resend(request)).body
    ):
        pass
    return outcome


def saved(outcome: Outcome) -> bool:
    """Whether the answer confirms that the return is saved."""
    return outcome.ok and '"update"' in outcome.body and SUBMIT not in outcome.body


def refused(outcome: Outcome) -> bool:
    """Whether the answer says why the return isn't saved, with the form still open."""
    again = '"update"' in outcome.body and SUBMIT in outcome.body
    return outcome.ok and (again or '"errors"' in outcome.body or '"push"' in outcome.body)
