"""Slack's client with its calls counted, and the error codes in Slack's answers."""

import re
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from storage import observed
from views.slack_refusals import outcome

_WORD = re.compile(r"[a-z0-9_:.,-]{1,100}")


class SlackClient(WebClient):
    """Reports each call by its method and outcome: done, later (it passes by itself), refused or unreachable."""

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:  # noqa: ANN401  # the library's own
        """Make one call of Slack's API; every method of the client uses this."""
        with observed.ending("slack", _how, method=api_method):
            return super().api_call(api_method, **given)


def _how(error: Exception) -> str:
    return outcome(named(error)) if isinstance(error, SlackApiError) else outcome(None)


def word(error: SlackApiError, key: str) -> str:
    """A word in Slack's answer, such as an error code or the scope that is needed; "" if there is none."""
    answer = error.response
    value = answer.get(key) if isinstance(answer, SlackResponse | dict) else None
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def named(error: SlackApiError) -> str:
    """Slack's error code; for any other answer (a proxy's page, say) only the HTTP status."""
    return word(error, "error") or f"status {getattr(error.response, 'status_code', '?')}"
