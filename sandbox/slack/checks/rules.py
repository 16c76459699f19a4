"""The kinds of rules that the tables of Block Kit are made of; each yields Slack's own sentences."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.slack.shapes import Obj

Extra = Callable[[Obj, str], Iterator[str]]
"""A check of several fields of one object together."""


def said(sentence: str, at: str) -> str:
    """A problem as Slack phrases it, with the JSON pointer `at`."""
    return f"{sentence} [json-pointer:{at}]"


class Rule(Protocol):
    """A rule for a value."""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Slack's sentences about `value`, which is at the JSON pointer `at`."""
        ...


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters; one of `among`, if that is given."""

    most: int | None = None
    least: int = 0
    among: tuple[str, ...] = ()

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Not a string, not an allowed one, too long, or too short."""
        if not isinstance(value, str):
            yield said("must provide a string", at)
        elif self.among and value not in self.among:
            yield said("must be a valid enum value", at)
        elif self.most is not None and len(value) > self.most:
            yield said(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            yield said(f"must be more than {self.least - 1} characters", at)


@dataclass(frozen=True)
class Named:
    """The name of a type, one of `among`."""

    among: tuple[str, ...]

    def problems(self, value: object, at: str) -> Iterator[str]:
        """A name that isn't allowed."""
        if value not in self.among:
            yield said(f"unsupported type: {value}", at)


@dataclass(frozen=True)
class Num:
    """A number from `least` to `most`; an integer unless `decimal`."""

    least: float | None = None
    most: float | None = None
    decimal: bool = False

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Not a number, or beyond its limits."""
        kinds = (int, float) if self.decimal else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield said("must provide a number" if self.decimal else "must provide an integer", at)
        elif self.least is not None and value < self.least:
            yield said(f"must be greater than or equal to {self.least}", at)
        elif self.most is not None and value > self.most:
            yield said(f"must be less than or equal to {self.most}", at)


@dataclass(frozen=True)
class Bool:
    """A boolean."""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Anything else."""
        if not isinstance(value, bool):
            yield said("must provide a boolean", at)


@dataclass(frozen=True)
class Anything:
    """Any value."""

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Nothing."""
        del value, at
        return iter(())


@dataclass(frozen=True)
class Arr:
    """An array of `least` to `most` items that all satisfy `of`."""

    of: Rule
    most: int | None = None
    least: int = 0

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Too many items, too few, or the problems of an item."""
        if not isinstance(value, list):
            yield said("must provide an array", at)
            return
        if self.most is not None and len(value) > self.most:
            yield said(f"no more than {self.most} items allowed", at)
        if len(value) < self.least:
            yield said(f"must provide at least {self.least} items", at)
        for number, item in enumerate(value):
            yield from self.of.problems(item, f"{at}/{number}")


@dataclass(frozen=True)
class Shape:
    """An object with these fields (a name ending in ! is required), and with these checks of the whole object."""

    fields: Mapping[str, Rule]
    extras: tuple[Extra, ...] = ()

    def problems(self, value: object, at: str) -> Iterator[str]:
        """Missing, unknown and wrong fields."""
        if not isinstance(value, dict):
            yield said("must provide an object", at)
            return
        for name in self.fields:
            if name.endswith("!") and value.get(name[:-1]) is None:
                yield said(f"missing required field: {name[:-1]}", at)
        for name, item in value.items():
            rule = self.fields.get(name) or self.fields.get(name + "!")
            if rule is not None and not (item is None and name + "!" in self.fields):
                yield from rule.problems(item, f"{at}/{name}")
            elif rule is None and name != "type":
                yield said(f"invalid additional property: {name}", at)
        for extra in self.extras:
            yield from extra(value, at)


@dataclass(frozen=True)
class Kinds:
    """An object whose `type` selects one of these rules."""

    shapes: Mapping[str, Rule]

    def problems(self, value: object, at: str) -> Iterator[str]:
        """An unknown type, or the problems that the type's rule finds."""
        if not isinstance(value, dict):
            yield said("must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            yield said("missing required field: type", at)
        elif not isinstance(kind, str) or kind not in self.shapes:
            yield said(f"unsupported type: {kind}", f"{at}/type")
        else:
            yield from self.shapes[kind].problems(value, at)


@dataclass(frozen=True)
class Text:
    """A text object of 1 to `most` characters. If both types are allowed, Slack's first sentence is about the union."""

    most: int
    plain: bool = False
    shape: Shape = field(init=False)

    def __post_init__(self) -> None:
        kinds = Named(("plain_text",) if self.plain else ("plain_text", "mrkdwn"))
        fields: dict[str, Rule] = {"type!": kinds, "text!": Str(self.most, 1), "emoji": Bool(), "verbatim": Bool()}
        object.__setattr__(self, "shape", Shape(fields))

    def problems(self, value: object, at: str) -> Iterator[str]:
        """The problems of the text object."""
        found = list(self.shape.problems(value, at))
        if found and not self.plain:
            yield said("failed to match all allowed schemas", at)
        yield from found
