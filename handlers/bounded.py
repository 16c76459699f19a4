"""Parsing JSON from outside within bounds, and stopping requests at the door."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import structlog
from pydantic import ValidationError

from storage import observed

DEPTH = 32
"""The deepest nesting of a payload; Slack's deepest content, rich text, takes about half of it."""
ELEMENTS = 50_000
"""The most opening brackets and commas in a payload. Slack refuses views over 250 KB, and even one full of options
has at most 22,400 of them; every chosen option is repeated in the view's state.
"""
log = structlog.get_logger()

_STRING = re.compile(r'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?', re.DOTALL)
"""A JSON string, closed or not. Its quantifiers are possessive, so that no text causes backtracking."""


class RequestStopped(Exception):
    """A request that is stopped at the door: `kind` is the reason in one word, `status` the answer."""

    def __init__(self, kind: str, status: HTTPStatus) -> None:
        super().__init__(kind)
        self.kind, self.status = kind, status

    def tell(self) -> None:
        """Count the request and log it."""
        observed.happened("stopped", why=self.kind)
        log.warning("request_stopped", kind=self.kind, status=self.status.value)


@contextmanager
def readable() -> Iterator[None]:
    """Raise RequestStopped if what is parsed in this context isn't valid."""
    try:
        yield
    except (ValueError, RecursionError, ValidationError):
        raise RequestStopped("unreadable", HTTPStatus.BAD_REQUEST) from None


def loaded(text: str) -> dict[str, object]:
    """Parse a JSON object. ValueError if it isn't one, or is larger or deeper than anything that Slack sends.

    Size and depth are counted from brackets and commas outside strings, before any object is made.
    """
    bare = _STRING.sub("", text)
    if sum(map(bare.count, "[{,")) > ELEMENTS:
        raise ValueError("too many elements")
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", bare):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH:
            raise ValueError("nested too deeply")
    sent = json.loads(text)
    if not isinstance(sent, dict):
        raise ValueError("not an object")  # noqa: TRY004  # a wrong value, for which json raises ValueError too
    return sent
