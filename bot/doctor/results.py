"""What a look found: that all is well, what is worth knowing, what must be mended, what couldn't be asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How what was looked at stands. Silence is no problem: whoever didn't answer hasn't said no."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    UNASKED = "not asked"


@dataclass(frozen=True)
class LookResult:
    """What a look found, in one sentence or two; a problem's sentences also say what mends it."""

    how: How
    sentence: str


class Unasked(Exception):
    """Nobody answered, or somebody else did than who was asked; the sentence says what is known of that."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Look = Callable[[], Iterator[LookResult]]


def ok(sentence: str) -> LookResult:
    """All is well."""
    return LookResult(How.OK, sentence)


def note(sentence: str) -> LookResult:
    """Nothing is wrong, but somebody should know."""
    return LookResult(How.NOTE, sentence)


def problem(sentence: str) -> LookResult:
    """Something must be mended, and the sentence says how."""
    return LookResult(How.PROBLEM, sentence)


def unasked(sentence: str) -> LookResult:
    """Nobody answered, so how it stands isn't known."""
    return LookResult(How.UNASKED, sentence)
