"""One budget for a whole request: Slack gives up on us after three seconds, however many calls to it we made."""

from collections.abc import Callable
from time import monotonic

from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient

from storage.engine import WROTE

WHOLE = 2.4
"""Seconds for all calls to Slack that a request takes; what is left of the three is for the way there and back."""
ONE = 2.0
"""Seconds for one of them."""
LEAST = 0.1
"""Seconds below which a call isn't begun."""
UNHURRIED = 10
"""Seconds for a call that no request waits for."""


class Within(WebClient):
    """Slack, as one request may use it: TimeoutError (at once, if it must be) when its time is over."""

    def __init__(self, of: WebClient, until: float) -> None:
        """Like `of`, until that moment of the monotonic clock."""
        self._until = until
        super().__init__(token=of.token, base_url=of.base_url, ssl=of.ssl, proxy=of.proxy, retry_handlers=[])

    @property  # type: ignore[override]  # the library asks for it at each call
    def timeout(self) -> float:
        """Seconds that the next call may take."""
        left = self._until - monotonic()
        if left < LEAST:
            raise TimeoutError("no time is left for this request")
        return min(ONE, left)

    @timeout.setter
    def timeout(self, _: float) -> None:
        """The time is what is left, whatever the library says."""


def unhurried(client: WebClient) -> WebClient:
    """The same Slack, for what no request waits for."""
    return WebClient(
        token=client.token, base_url=client.base_url, ssl=client.ssl, proxy=client.proxy, timeout=UNHURRIED
    )


def register(app: App) -> None:
    """Give each request its budget, before anything answers it."""

    @app.middleware
    def within(context: BoltContext, client: WebClient, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002  # bolt's word
        WROTE.set(False)
        context["client"] = Within(client, monotonic() + WHOLE)
        return next()
