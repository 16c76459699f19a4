"""The results of checks: all is well, worth knowing, to be mended, or not answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """The outcome of a check. A missing answer is no problem: it is no refusal."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    UNASKED = "not asked"


@dataclass(frozen=True)
class LookResult:
    """The result of a check, in one sentence or two; for a problem they also say what mends it."""

    how: How
    sentence: str


class Unasked(Exception):
    """Nobody answered, or somebody other than the one asked; the sentence says what is known about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Look = Callable[[], Iterator[LookResult]]


def ok(sentence: str) -> LookResult:
    """A result: all is well."""
    return LookResult(How.OK, sentence)


def note(sentence: str) -> LookResult:
    """A result: nothing is wrong, but somebody should know."""
    return LookResult(How.NOTE, sentence)


def problem(sentence: str) -> LookResult:
    """A result: something must be mended, and the sentence says how."""
    return LookResult(How.PROBLEM, sentence)


def unasked(sentence: str) -> LookResult:
    """A result: nobody answered, so the state isn't known."""
    return LookResult(How.UNASKED, sentence)
