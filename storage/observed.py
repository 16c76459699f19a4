"""Events in this process, reported to whoever counts them: nobody, unless the process offers metrics (bot/metrics).

A report consists of an event's name, labels in our own words and a number: never content, never an id.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

Counting = Callable[[str, float, Mapping[str, str]], None]
"""Called with an event's name, an amount (1, or seconds) and the event's labels."""

_counting: list[Counting] = []
_KIND: ContextVar[str] = ContextVar("kind", default="other")


def count_with(counting: Counting) -> None:
    """Report everything that happens from now on to `counting`."""
    _counting.append(counting)


def happened(what: str, /, **words: str) -> None:
    """Report that something happened once."""
    took(what, 1, **words)


def took(what: str, seconds: float, /, **words: str) -> None:
    """Report that something took this long."""
    for counting in _counting:
        counting(what, seconds, words)


@contextmanager
def ending(what: str, how: Callable[[Exception], str], **words: str) -> Iterator[None]:
    """Report how the block ended: "done", or what `how` returns for the error that it raised."""
    outcome = "done"
    try:
        yield
    except Exception as error:
        outcome = how(error)
        raise
    finally:
        happened(what, outcome=outcome, **words)


@contextmanager
def answering(since: float) -> Iterator[None]:
    """Report how long Slack waited for the answer given in the block; its request came at `since` (time.monotonic)."""
    before = _KIND.set("other")
    try:
        yield
    finally:
        took("acknowledged", monotonic() - since, kind=_KIND.get())
        _KIND.reset(before)


def answers(kind: str) -> None:
    """Say what kind of request the surrounding `answering` block answers."""
    _KIND.set(kind)
