"""Slack, as one request may use it: within one budget for all calls, and more plainly where it refuses new blocks."""

import re
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any

import structlog
from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from storage import observed
from storage.engine import WROTE
from views.plainer import plainer
from views.slack_refusals import how

WHOLE = 2.4
"""Seconds for all calls to Slack that a request takes; what is left of the three is for the way there and back."""
ONE = 2.0
"""Seconds for one call."""
LEAST = 0.1
"""Seconds below which a call isn't begun."""
FORM = "invalid_arguments"
"""What Slack answers to a view with a block that it doesn't take, beside where that stands: no content."""
POINTER = re.compile(r"json-pointer:([/\w]+)")

log = structlog.get_logger()

UNHURRIED = 10
"""Seconds for a call that no request waits for."""


class CountingClient(WebClient):
    """Slack's client, which counts each call by its method and how it ended (views.slack_refusals.how)."""

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """One call of Slack's API; every method of the client makes one."""
        with observed.ending("slack", _how, method=api_method):
            return super().api_call(api_method, **options)


def _how(error: Exception) -> str:
    return how(str(error.response.get("error") or "status ?") if isinstance(error, SlackApiError) else None)


class Within(CountingClient):
    """Slack, as one request may use it: TimeoutError (at once, if it must be) when its time is over."""

    def __init__(self, of: WebClient, until: float, one: float = ONE) -> None:
        """Like `of`, until the monotonic clock says `until`; `one`: seconds for one call."""
        vars(self).update(vars(of))  # slack_sdk's own way looks through the environment for a proxy, each time
        self._until, self._one = until, one

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Ask Slack; where it refuses a view for its form, once more without the newest kinds of block."""
        try:
            return super().api_call(api_method, **options)
        except SlackApiError as error:
            view = (options.get("json") or {}).get("view")
            plain = plainer(view) if isinstance(view, dict) and error.response.get("error") == FORM else None
            if plain is None:
                raise
            for pointer in POINTER.findall(str(error.response.get("response_metadata"))):
                log.warning("blocks_refused", method=api_method, path=pointer)
        return super().api_call(api_method, **{**options, "json": {**options["json"], "view": plain}})

    @property  # type: ignore[override]  # the library asks for it at each call
    def timeout(self) -> float:
        """Seconds that the next call may take."""
        left = self._until - monotonic()
        if left < LEAST:
            raise TimeoutError("no time is left for this request")
        return min(self._one, left)

    @timeout.setter
    def timeout(self, _: float) -> None:
        """Passed over: a call may take what is left of the request's time, whatever slack_sdk sets."""


def unhurried(client: WebClient) -> WebClient:
    """`client` for what no request waits for: without a request's budget, if it has one."""
    return Within(client, inf, UNHURRIED) if isinstance(client, Within) else client


def register(app: App) -> None:
    """Give each request its budget, before anything answers it."""

    @app.middleware
    def within(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002  # bolt's word
        # The app's own: bolt's client of a request that says that a token was revoked has none.
        context["client"] = begun(app.client)
        return next()


def begun(client: WebClient) -> WebClient:
    """`client`, as the request may use it that begins now."""
    WROTE.set(False)
    return Within(client, monotonic() + WHOLE)
