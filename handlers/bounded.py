"""JSON from outside within bounds, and what goes no further than the door."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import structlog
from pydantic import ValidationError

from storage import observed

DEPTH = 32
"""How deeply a payload may be nested; Slack's deepest, rich text, comes to about half of it."""
ELEMENTS = 50_000
"""Brackets and commas in a payload. Slack takes no view over 250 KB, which holds at most 22,400 of them if it is all
options; everything chosen stands in its state once more."""
log = structlog.get_logger()

_STRING = re.compile(r'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?', re.DOTALL)
"""A string in JSON, ended or not; possessive, so that no text makes it look twice at the same place."""


class RequestStopped(Exception):
    """A request that goes no further than the door: why, in a word of ours, and the answer."""

    def __init__(self, kind: str, status: HTTPStatus) -> None:
        super().__init__(kind)
        self.kind, self.status = kind, status

    def tell(self) -> None:
        """Say so in the log."""
        observed.happened("stopped", why=self.kind)
        log.warning("request_stopped", kind=self.kind, status=self.status.value)


@contextmanager
def readable() -> Iterator[None]:
    """RequestStopped if what is read in the block isn't what it must be."""
    try:
        yield
    except (ValueError, RecursionError, ValidationError):
        raise RequestStopped("unreadable", HTTPStatus.BAD_REQUEST) from None


def loaded(text: str) -> dict[str, object]:
    """The object that a JSON text describes; ValueError if it is none, or larger or deeper than what Slack sends.

    Size and depth are counted by the text's brackets and commas outside of strings, before any object is made.
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
        raise ValueError("not an object")  # noqa: TRY004  # of the value, as json's own
    return sent
