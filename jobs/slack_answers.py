"""Slack's answers, sorted: what is tried again later, what never helps, and what says that its token isn't taken."""

from collections.abc import Callable, Collection
from http.client import HTTPException

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from jobs.attempts import Never, NotDone, Shut, TryLater
from jobs.slack_client import named, word
from views.slack_refusals import SHUT, passes, refusal

_DELETED = "message_not_found"

log = structlog.get_logger()


class Gone(TryLater):
    """What was posted isn't in Slack any more: somebody or a retention policy has deleted it."""

    def __init__(self) -> None:
        super().__init__("It was deleted in Slack, so it is posted again.")


def asking(call: Callable[[], SlackResponse]) -> SlackResponse:
    """Slack's answer; TryLater if there is none now, Never if it is a no, Shut if it doesn't take the token."""
    answer = asking_unless((), call)
    assert answer is not None  # noqa: S101  # no no is expected
    return answer


def asking_unless(noes: Collection[str], call: Callable[[], SlackResponse]) -> SlackResponse | None:
    """Slack's answer, None if it is one of `noes` (Slack's names of errors); NotDone as of `asking`."""
    try:
        return call()
    except SlackApiError as error:
        if named(error) in noes:
            return None
        raise _sorted(error) from error
    except (OSError, HTTPException) as error:
        raise unreachable() from error


def unreachable() -> TryLater:
    """That Slack gave no answer."""
    return TryLater("Slack could not be reached.")


def _sorted(error: SlackApiError) -> NotDone:
    """What keeps an attempt from working, by Slack's answer."""
    headers = getattr(error.response, "headers", None) or {}
    wait = headers.get("Retry-After") or headers.get("retry-after")
    code = named(error)
    if code == _DELETED:
        return Gone()
    if passes(code):
        return TryLater(f"Slack answered “{code}”.", float(wait) if wait and wait.isdecimal() else None)
    log.warning("slack_refused", name=code)
    if code in SHUT:
        return Shut(refusal(code))
    return Never(refusal(code, word(error, "needed")))
