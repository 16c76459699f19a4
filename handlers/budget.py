"""A Slack client for one request: all its calls share a time budget, and refused block types are replaced."""

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
from views.slack_refusals import answered_by_slack, error_code, outcome

REQUEST_SECONDS = 2.4
"""Seconds for all calls to Slack in one request; the rest of Slack's three is for the network in both directions."""
CALL_SECONDS = 2.0
"""Seconds for one call."""
FEWEST_SECONDS = 0.1
"""Seconds left below which no further call is started."""
FORM = "invalid_arguments"
"""Slack's error code for a view with a block it doesn't accept; the response says where, without the content."""
POINTER = re.compile(r"json-pointer:([/\w]+)")

log = structlog.get_logger()

UNHURRIED = 10
"""Seconds for a call that no request waits for."""


class CountingClient(WebClient):
    """A Slack client that counts each call by its method and how it ended (views.slack_refusals.outcome)."""

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Call Slack's API; every method of the client goes through here."""
        with observed.ending("slack", _how, method=api_method), answered_by_slack():
            return super().api_call(api_method, **options)


def _how(error: Exception) -> str:
    return outcome(error_code(error.response) if isinstance(error, SlackApiError) else None)


class BudgetedClient(CountingClient):
    """A Slack client for one request. TimeoutError once its time is over, or before a call if too little is left."""

    def __init__(self, of: WebClient, until: float, one: float = CALL_SECONDS) -> None:
        """Copy `of`, with calls allowed until `until` (monotonic clock); `one`: seconds for one call."""
        vars(self).update(vars(of))  # slack_sdk's own constructor searches the environment for a proxy each time
        self._until, self._one = until, one

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Call Slack; if it refuses a view's blocks, call it once more with the newest block types replaced."""
        try:
            return super().api_call(api_method, **options)
        except SlackApiError as error:
            view = (options.get("json") or {}).get("view")
            plain = plainer(view) if isinstance(view, dict) and error_code(error.response) == FORM else None
            if plain is None:
                raise
            for pointer in POINTER.findall(str(error.response.get("response_metadata"))):
                log.warning("blocks_refused", method=api_method, path=pointer)
        return super().api_call(api_method, **{**options, "json": {**options["json"], "view": plain}})

    @property  # type: ignore[override]  # the library reads it at each call
    def timeout(self) -> float:
        """Seconds that the next call may take."""
        left = self._until - monotonic()
        if left < FEWEST_SECONDS:
            raise TimeoutError("no time is left for this request")
        return min(self._one, left)

    @timeout.setter
    def timeout(self, _: float) -> None:
        """Ignore what slack_sdk sets: a call may take what is left of the request's time."""


def unhurried(client: WebClient) -> WebClient:
    """`client` without a request's budget, for calls that no request waits for."""
    return BudgetedClient(client, inf, UNHURRIED) if isinstance(client, BudgetedClient) else client


def register(app: App) -> None:
    """Give each request its budget, before any listener runs."""

    @app.middleware
    def within(context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002  # bolt's word
        # Use the app's client: for a request about a revoked token, bolt's own client has no token.
        context["client"] = with_budget(app.client)
        return next()


def with_budget(client: WebClient) -> WebClient:
    """`client` with the budget of a request that begins now."""
    WROTE.set(False)
    return BudgetedClient(client, monotonic() + REQUEST_SECONDS)
