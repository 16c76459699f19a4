"""Classifies Slack's errors: those to try again later, those that never pass, and those that refuse the token."""

from collections.abc import Callable, Collection
from http.client import HTTPException

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from jobs.attempts import NeedsPerson, NotDone, TokenRefused, TryLater
from views.slack_refusals import TOKEN_REFUSED, error_code, passes, refusal, word

_DELETED = "message_not_found"

log = structlog.get_logger()


class Gone(TryLater):
    """The message is no longer in Slack: a person or a retention policy has deleted it."""

    def __init__(self) -> None:
        super().__init__("It was deleted in Slack, so it is posted again.")


def ask(call: Callable[[], SlackResponse]) -> SlackResponse:
    """Slack's answer; TryLater if there is none now, NeedsPerson if it refuses, TokenRefused for a refused token."""
    answer = ask_unless((), call)
    assert answer is not None  # noqa: S101  # no error is accepted as an answer
    return answer


def ask_unless(noes: Collection[str], call: Callable[[], SlackResponse]) -> SlackResponse | None:
    """Slack's answer, or None for an error in `noes` (Slack's error codes); NotDone as for `ask`."""
    try:
        return call()
    except SlackApiError as error:
        if error_code(error.response) in noes:
            return None
        raise _sorted(error) from error
    except (OSError, HTTPException) as error:
        raise unreachable() from error


def unreachable() -> TryLater:
    """The error for a call that Slack didn't answer."""
    return TryLater("Slack could not be reached.")


def _sorted(error: SlackApiError) -> NotDone:
    """The error for an attempt, by Slack's error code."""
    headers = getattr(error.response, "headers", None) or {}
    wait = headers.get("Retry-After") or headers.get("retry-after")
    code = error_code(error.response)
    if code == _DELETED:
        return Gone()
    if passes(code):
        return TryLater(f"Slack answered “{code}”.", float(wait) if wait and wait.isdecimal() else None)
    log.warning("slack_refused", name=code)
    if code in TOKEN_REFUSED:
        return TokenRefused(refusal(code))
    return NeedsPerson(refusal(code, word(error.response, "needed")))
