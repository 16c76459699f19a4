"""A form that was sent, answered without bolt: by the same handler, with the same words where it fails.

Bolt parses a payload again, asks every middleware and makes each argument that a listener might want. Of a return,
which many send at once before a deadline, that was a tenth of the work.
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
    """The handlers of forms that are sent."""

    def __init__(self, listeners: Iterable[Listener], client: WebClient, sessions: Sessions, share_with: str) -> None:
        """As handlers.dispatch.register; `client` to Slack."""
        self._table = dispatch.by_key(each for each in listeners if each.kind is ListenerKind.FORM)
        self._client, self._sessions, self._share_with = client, sessions, share_with

    def find(self, body: Body) -> Listener | None:
        """The handler for a payload; None if it isn't a form that one waits for."""
        return dispatch.find(self._table, body) if body.get("type") == ListenerKind.FORM else None

    def answer(self, listener: Listener, body: Body, came: float) -> BoltResponse:
        """The handler's answer to a form that `came` then, by the monotonic clock; an error becomes a sentence."""
        ack, client = Ack(), budget.begun(self._client)  # type: ignore[no-untyped-call]  # bolt's
        try:
            dispatch.answered(listener, Call(body, client, self._sessions, self._share_with, came), ack)
        except Exception as error:  # noqa: BLE001  # as bolt does
            return errors.explained(error, body, ack, client, self._sessions)
        assert ack.response is not None  # noqa: S101  # it was acknowledged
        return ack.response
