"""When a question is asked: the part of XLSForm's `relevant` (https://xlsform.org/en/#relevant) that tools support.

`${name} = 'value'`, `!=`, `selected(${name}, 'value')`, `and`, `or`, `not(...)` and brackets; `or` binds loosest. A
question without an answer counts as an empty text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from audit.errors import Refused

MOST_CHARACTERS = 1_000
MOST_DEPTH = 20
_TOKEN = re.compile(
    r"""\s*(?:(?P<name>\$\{\s*[^{}\s]+\s*\})|(?P<text>'[^']*'|"[^"]*"|\u2018[^\u2019]*\u2019|-?\d+(?:\.\d+)?)"""
    r"""|(?P<sign>!=|=|\(|\)|,)|(?P<word>[a-z]+))""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Says:
    """The condition that an answer is `value` or, with `among`, that `value` is one of several chosen."""

    key: str
    value: str
    among: bool = False

    def holds(self, said: Mapping[str, str]) -> bool:
        """Whether the condition is true of the answers `said` (question's key -> answer). A missing one is empty."""
        answer = said.get(self.key, "")
        return self.value in answer.split() if self.among else answer == self.value

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the questions that the condition depends on."""
        return frozenset({self.key})


@dataclass(frozen=True)
class Both:
    """The condition that all parts are true or, with `either`, that at least one is."""

    parts: tuple["Condition", ...]
    either: bool = False

    def holds(self, said: Mapping[str, str]) -> bool:
        """Whether the condition is true, as in Says."""
        return (any if self.either else all)(part.holds(said) for part in self.parts)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the questions that the condition depends on."""
        return frozenset().union(*(part.keys for part in self.parts))


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    part: "Condition"

    def holds(self, said: Mapping[str, str]) -> bool:
        """Whether the condition is true, as in Says."""
        return not self.part.holds(said)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of the questions that the condition depends on."""
        return self.part.keys


Condition = Says | Both | Not
ALWAYS = Both(())


@lru_cache(maxsize=1_000)
def parse(text: str) -> Condition:
    """The condition in a cell, ALWAYS for an empty one. Refused if it can't be read; the sentence says where."""
    if not text.strip():
        return ALWAYS
    if len(text) > MOST_CHARACTERS:
        raise Refused(f"the condition has more than {MOST_CHARACTERS:,} characters")
    reading = _Reading([*_tokens(text)])
    condition = reading.either(0)
    if reading.left:
        raise Refused(f"the condition can't be read from “{reading.left[0][1]}” on")
    return condition


def joined(*texts: str) -> str:
    """A condition, as text, that all of these hold. Empty texts are ignored."""
    stripped = [text.strip() for text in texts if text.strip()]
    return stripped[0] if len(stripped) == 1 else " and ".join(f"({text})" for text in stripped)


def together(text: str) -> frozenset[Condition]:
    """The conditions that must all hold for the condition `text` to hold."""
    return frozenset(_flat(parse(text)))


def answers_in(condition: Condition) -> Iterator[Says]:
    """Every answer that a condition tests."""
    if isinstance(condition, Says):
        yield condition
    elif isinstance(condition, Not):
        yield from answers_in(condition.part)
    else:
        for part in condition.parts:
            yield from answers_in(part)


def _flat(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Both) and not condition.either:
        for part in condition.parts:
            yield from _flat(part)
    else:
        yield condition


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Refused(f"the condition can't be read from “{text[at:].strip()[:20]}” on")
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


class _Reading:
    """A parser of one condition. `left`: the tokens (kind, text) that aren't read yet."""

    def __init__(self, left: list[tuple[str, str]]) -> None:
        self.left = left

    def _take(self, *wanted: str) -> str | None:
        if self.left and (self.left[0][1] in wanted or self.left[0][0] in wanted):
            return self.left.pop(0)[1]
        return None

    def _need(self, *wanted: str) -> str:
        token = self._take(*wanted)
        if token is None:
            at = f"“{self.left[0][1]}”" if self.left else "its end"
            words = {"name": "${a question's name}", "text": "a value in quotation marks"}
            raise Refused(f"the condition needs {words.get(wanted[0], ' or '.join(wanted))} where {at} stands")
        return token

    def either(self, depth: int) -> Condition:
        if depth > MOST_DEPTH:
            raise Refused(f"the condition is nested more than {MOST_DEPTH} levels deep")
        parts = [self._every(depth)]
        while self._take("or"):
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts), either=True)

    def _every(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._take("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self, depth: int) -> Condition:
        negated = bool(self._take("not"))
        if negated:
            self._need("(")
        if negated or self._take("("):
            inner = self.either(depth + 1)
            self._need(")")
            return Not(inner) if negated else inner
        if self._take("selected"):
            self._need("(")
            key = _name(self._need("name"))
            self._need(",")
            value = _value(self._need("text"))
            self._need(")")
            return Says(key, value, among=True)
        key = _name(self._need("name"))
        sign = self._need("=", "!=")
        says = Says(key, _value(self._need("text")))
        return Not(says) if sign == "!=" else says


def _name(token: str) -> str:
    return token[2:-1].strip()


def _value(token: str) -> str:
    return token if token[0] in "-0123456789" else token[1:-1]
