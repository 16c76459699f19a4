"""Sent forms, answered without bolt, by the same handlers and with the same words for errors.

Bolt would parse the payload again, run every middleware and build every possible argument: a tenth of the work for
a return, and many of those arrive together just before a deadline.
"""

from collections.abc import Iterable

from slack_bolt import Ack, BoltResponse
from slack_sdk import WebClient

from handlers import budget, dispatch, errors
from handlers.call import Call
from handlers.edge import Body
from handlers.listeners import Listener, ListenerKind
from storage.engine import Sessions


class SentForms:
    """The handlers of sent forms."""

    def __init__(self, listeners: Iterable[Listener], client: WebClient, sessions: Sessions, share_with: str) -> None:
        """Take the same arguments as handlers.dispatch.register; `client` calls Slack."""
        self._table = dispatch.by_key(each for each in listeners if each.kind is ListenerKind.FORM)
        self._client, self._sessions, self._share_with = client, sessions, share_with

    def find(self, body: Body) -> Listener | None:
        """The handler for a payload; None if it isn't a form, or no handler is for it."""
        return dispatch.find(self._table, body) if body.get("type") == ListenerKind.FORM else None

    def answer(self, listener: Listener, body: Body, came: float) -> BoltResponse:
        """The handler's answer to a form that arrived at `came` (monotonic clock); an error becomes a sentence."""
        ack, client = Ack(), budget.with_budget(self._client)  # type: ignore[no-untyped-call]  # bolt's
        try:
            dispatch.answered(listener, Call(body, client, self._sessions, self._share_with, came), ack)
        except Exception as error:  # noqa: BLE001  # as bolt does
            return errors.explained(error, body, ack, client, self._sessions)
        assert ack.response is not None  # noqa: S101  # `answered` has acknowledged it
        return ack.response
