"""Slack's client with its calls counted."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from storage import observed
from views.slack_refusals import answered_by_slack, error_code, outcome


class SlackClient(WebClient):
    """Reports each call by its method and outcome: done, later (it passes by itself), refused or unreachable."""

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Make one call of Slack's API; every method of the client uses this."""
        with observed.ending("slack", _how, method=api_method), answered_by_slack():
            return super().api_call(api_method, **given)


def _how(error: Exception) -> str:
    return outcome(error_code(error.response) if isinstance(error, SlackApiError) else None)
