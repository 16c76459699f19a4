"""What this process does, for whoever counts it: nobody, unless it shows figures of itself (bot/metrics).

What is told is a name of ours, words of ours and a number: never content, never an id.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

Counting = Callable[[str, float, Mapping[str, str]], None]
"""Is told what happened, an amount (1, or seconds), and the words that go with it."""

_counting: list[Counting] = []
_KIND: ContextVar[str] = ContextVar("kind", default="other")


def count_with(counting: Counting) -> None:
    """From now on, tell everything that happens."""
    _counting.append(counting)


def happened(what: str, /, **words: str) -> None:
    """Something happened."""
    took(what, 1, **words)


def took(what: str, seconds: float, /, **words: str) -> None:
    """Something took so long."""
    for counting in _counting:
        counting(what, seconds, words)


@contextmanager
def ending(what: str, how: Callable[[Exception], str], **words: str) -> Iterator[None]:
    """Tell how the block ended: done, or what `how` says of the error that it raised."""
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
    """Slack is answered in the block, and has waited since then (time.monotonic)."""
    before = _KIND.set("other")
    try:
        yield
    finally:
        took("acknowledged", monotonic() - since, kind=_KIND.get())
        _KIND.reset(before)


def answers(kind: str) -> None:
    """What is answered in the block of `answering` is of this kind."""
    _KIND.set(kind)
