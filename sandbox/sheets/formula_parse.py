"""A parser of the part of the formula language that the stand-in supports."""

import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.sheets.formula_text import Corner, corners, unquoted

_TOKEN = re.compile(
    r"""\s*(?:
       (?P<string>"(?:[^"]|"")*")
      |(?P<title>(?:'(?:[^']|'')*'|[A-Za-z_]\w*)!)?
       (?P<ref>\$?[A-Za-z]{1,3}\$?[1-9]\d*(?::\$?[A-Za-z]{1,3}\$?[1-9]\d*|:\$?[A-Za-z]{1,3})?
             |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9]\d*:\$?[1-9]\d*)(?![\w(.])
      |(?P<number>\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)
      |(?P<word>[A-Za-z_][\w.]*)
      |(?P<error>\#REF!|\#N/A)
      |(?P<mark><=|>=|<>|[-+*/^&=<>(),;%])
    )""",
    re.VERBOSE,
)
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


@dataclass(frozen=True)
class Literal:
    """A number, a text or a truth value; None for an omitted argument."""

    value: float | str | bool | None


@dataclass(frozen=True)
class Reference:
    """A reference to cells; title None: on the formula's own sheet."""

    title: str | None
    ends: tuple[Corner, ...]


@dataclass(frozen=True)
class Call:
    """A function or an operator with its arguments."""

    name: str
    arguments: tuple["Node", ...]


Node = Literal | Reference | Call


@lru_cache(maxsize=4096)
def parse(formula: str) -> Node:
    """The formula (with or without =) as a tree. Raises ValueError if the syntax is wrong or not supported."""
    tokens: list[re.Match[str]] = []
    place, text = 0, formula.removeprefix("=").strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise ValueError(formula)
        tokens.append(match)
        place = match.end()
    reader = _Reader(tokens)
    node = reader.level(0)
    if reader.at != len(tokens):
        raise ValueError(formula)
    return node


class _Reader:
    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens, self.at = tokens, 0

    def mark(self) -> str | None:
        return self.tokens[self.at]["mark"] if self.at < len(self.tokens) else None

    def level(self, depth: int) -> Node:
        if depth == len(_LEVELS):
            return self.signed()
        left = self.level(depth + 1)
        while (mark := self.mark()) in _LEVELS[depth]:
            self.at += 1
            left = Call(str(mark), (left, self.level(depth + 1)))
        return left

    def signed(self) -> Node:
        if self.mark() in ("-", "+"):
            negative = self.mark() == "-"
            self.at += 1
            inner = self.signed()
            return Call("-", (Literal(0), inner)) if negative else inner
        node = self.single()
        while self.mark() == "%":
            self.at += 1
            node = Call("/", (node, Literal(100)))
        return node

    def single(self) -> Node:
        if self.at >= len(self.tokens):
            raise ValueError
        token = self.tokens[self.at]
        self.at += 1
        if token["string"]:
            return Literal(token["string"][1:-1].replace('""', '"'))
        if token["ref"]:
            return Reference(unquoted(token["title"]), tuple(corners(token["ref"])))
        if token["number"]:
            return Literal(float(token["number"]))
        if token["error"]:
            return Call(token["error"], ())
        if token["word"]:
            return self.word(token["word"].upper())
        if token["mark"] == "(":
            node = self.level(0)
            self.expect(")")
            return node
        raise ValueError(token[0])

    def word(self, name: str) -> Node:
        if self.mark() != "(":
            if name in ("TRUE", "FALSE"):
                return Literal(value=name == "TRUE")
            return Call("#NAME?", (Literal(name),))
        self.at += 1
        arguments: list[Node] = []
        while self.mark() != ")":
            arguments.append(Literal(None) if self.mark() in (",", ";") else self.level(0))
            if self.mark() in (",", ";"):
                self.at += 1
        self.expect(")")
        return Call(name, tuple(arguments))

    def expect(self, mark: str) -> None:
        if self.mark() != mark:
            raise ValueError(mark)
        self.at += 1
