"""A board's own grade scale, read from a JSON file, for audits that were graded on it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import ErrorDetails

from audit.bounds import from_json, safe_name, twice
from audit.choice_words import NOT_APPLICABLE_WORDS, either, not_applicable, ungraded
from audit.errors import Refused
from audit.labels import Label, ShortLabel, Text
from audit.pasted import comparable_name, in_words
from audit.scales import (
    DESCRIPTOR_LIMIT,
    MOST_GRADES,
    NO_OVERALL,
    NOT_APPLICABLE,
    NOT_APPLICABLE_LABEL,
    NOT_GRADED,
    NOT_GRADED_LABEL,
    OR,
    SCALES,
    Grade,
    Scale,
    colours,
    differ_in_number,
)

_TAKEN = (NOT_GRADED, NO_OVERALL, "nil", "declined", "awaiting", "missed")


def _free(key: str) -> str:
    if key in _TAKEN or key.startswith(f"{NOT_GRADED}_"):
        raise ValueError(f"“{key}” has a meaning of its own: call the grade something else")
    if OR in f"_{key}_":
        raise ValueError("“or” between underscores is for merged bands: call the grade something else")
    return key


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


_SHORT = 20
"""The length of a short label, in characters."""
_NO_KEY = re.compile(r"[^a-z0-9]+")
_KEY_ROOM = 29
"""The length of a key that leaves room for a number, in characters."""
_NUMBER = re.compile(r"\s*-?[0-9]")
"""Matches a label that begins with a number."""
_RANK = f"it must be a whole number from 1 to {MOST_GRADES}"
_WORDS = {
    "string_pattern_mismatch": "a key is made of letters, digits and underscores, at most 32",
    "extra_forbidden": "it isn't known",
    "missing": "it is missing",
    "string_type": "it must be text",
    "tuple_type": "it must be a list",
    "model_type": "it must be an object",
    "literal_error": "it must be first or last",
    "int_type": _RANK,
    "greater_than_equal": _RANK,
    "less_than_equal": _RANK,
}


class _GradePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]{0,31}$"), AfterValidator(_free)]
    rank: int | None = Field(default=None, ge=1, le=MOST_GRADES + 1)
    label: Label
    short_label: ShortLabel | None = None
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    descriptor: Annotated[Text, Field(max_length=DESCRIPTOR_LIMIT)] | None = None
    aliases: Annotated[tuple[Label, ...], Field(max_length=20, strict=False)] = ()

    @field_validator("descriptor", mode="before")
    @classmethod
    def _none(cls, given: object) -> object:
        """An empty descriptor is treated as none."""
        return None if given == "" else given

    @property
    def applies(self) -> bool:
        """Whether this is a grade, and not the answer "not applicable"."""
        return not (not_applicable(self.label) or self.key == NOT_APPLICABLE)


class _ScalePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key: Key
    best: Literal["first", "last"] | None = None
    not_applicable: bool = False
    inapplicable: Label | None = None
    grades: tuple[_GradePart, ...] = Field(min_length=2, max_length=MOST_GRADES + 1)


def read(data: bytes) -> Scale:
    """The scale in a JSON file, in the format of audit.scales.Scale.to_json; Refused with what is wrong.

    A grade's short label, colour, descriptor and aliases may be omitted. So may all ranks: the grades are then listed
    best first, unless `best` is "last". A grade called "not applicable" becomes an answer, not a grade.
    """
    return scale(from_json(data, "The scale"))


def scale(given: object, places: Sequence[str] = ()) -> Scale:
    """The grade scale in a scale file's parsed content; Refused with what is wrong.

    `places`: where each grade was written, such as "row 3", if it doesn't come from a JSON file.
    """
    try:
        part = _ScalePart.model_validate(given)
    except ValidationError as error:
        raise Refused(f"The scale can't be used: {'; '.join(_faults(error, places))}.") from None
    parts = _ranked(part)
    graded = [each for each in parts if each.applies]
    apart = next((each.label for each in parts if not each.applies), part.inapplicable or NOT_APPLICABLE_LABEL)
    if not 2 <= len(graded) <= MOST_GRADES:  # noqa: PLR2004  # one grade alone distinguishes nothing
        raise Refused(f"The scale can't be used: a scale has 2 to {MOST_GRADES} grades, besides not applicable.")
    read_scale = Scale(
        part.key, _grades(graded), part.not_applicable or len(graded) < len(parts),
        inapplicable=NOT_APPLICABLE_LABEL if comparable_name(apart) in NOT_APPLICABLE_WORDS else apart,
    )  # fmt: skip
    _check(read_scale)
    return read_scale


def keys(labels: Sequence[str]) -> list[str]:
    """A unique key for each grade's label; none is the label of another grade."""
    called = {comparable_name(label) for label in labels}
    found: list[str] = []
    for label in labels:
        plainly = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
        key = f"_{_NO_KEY.sub('_', plainly).strip('_')}_".replace(OR, "_")[1:_KEY_ROOM].strip("_") or "grade"
        free = (each for n in count(1) if (each := key if n == 1 else f"{key}_{n}") not in found)
        found.append(next(each for each in free if each == comparable_name(label) or each not in called))
    return found


def _faults(error: ValidationError, places: Sequence[str]) -> list[str]:
    errors = error.errors()
    if len(errors) > 1:  # an unreadable grade also makes the list too short: leave that out
        errors = [fault for fault in errors if fault["loc"] != ("grades",)]
    return [f"{_place(fault['loc'], places)}: {_said(fault)}" for fault in errors[:5]]


def _place(loc: tuple[int | str, ...], places: Sequence[str]) -> str:
    """Where a fault is, in words: its path in the JSON file, or the name in `places` and the field."""
    if places and len(loc) > 1 and isinstance(loc[1], int):
        return ", ".join([places[loc[1]], *(str(part).replace("_", " ") for part in loc[2:3] if part != "key")])
    return ".".join(safe_name(str(part)) for part in loc) or "the whole"


def _said(fault: ErrorDetails) -> str:
    """A pydantic error, in words."""
    if fault["loc"] == ("grades",) and fault["type"] in {"too_short", "too_long"}:
        return f"a scale has 2 to {MOST_GRADES} grades"
    if fault["type"] == "string_pattern_mismatch" and fault["loc"][-1] == "colour":
        return "a colour is # and six digits, such as #00703c"
    return _WORDS.get(fault["type"]) or in_words(fault["type"], fault.get("ctx", {}), fault["msg"])


def _ranked(part: _ScalePart) -> list[_GradePart]:
    """The scale's grades and answers, best first."""
    ranks = [each.rank for each in part.grades if each.rank is not None]
    if ranks and part.best:
        raise Refused("The scale says which end is best twice: leave out “best”, or the ranks.")
    if ranks:
        most = max(len(ranks), sum(each.applies for each in part.grades))
        if sorted(ranks) != list(range(1, most + 1)):
            raise Refused(f"The scale's ranks must be 1 (the best) to {most}, each once.")
        return sorted(part.grades, key=lambda each: each.rank or most + 1)
    labels = [each.label for each in part.grades if each.applies]
    if part.best is None and (all(map(_NUMBER.match, labels)) or differ_in_number(labels)):
        raise Refused("The scale's grades are numbers: say which end is best, with ranks or “best”: first or last.")
    return list(part.grades) if part.best != "last" else list(reversed(part.grades))


def _grades(parts: Sequence[_GradePart]) -> tuple[Grade, ...]:
    made = zip(parts, _short_labels(parts), colours(len(parts)), strict=True)
    return tuple(
        Grade(part.key, rank, part.label, short, (part.colour or made_up).lower(), part.descriptor or "", part.aliases)
        for rank, (part, short, made_up) in enumerate(made, 1)
    )


def _short_labels(parts: Sequence[_GradePart]) -> list[str]:
    """Each grade's short label: the given one, or its label, shortened so that no two are alike."""
    labels: list[str] = []
    cut = Counter(comparable_name(part.label[:_SHORT]) for part in parts)
    for number, part in enumerate(parts, 1):
        label = part.label[:_SHORT]
        if len(part.label) > _SHORT and cut[comparable_name(label)] > 1:
            label = f"{label[: _SHORT - 3].strip()} {number}"
        labels.append(part.short_label or label)
    return labels


def _named(grade: Grade) -> str:
    """A grade's key in brackets, if its label says that it is a grade."""
    return "" if either(grade.label) else f" (named “{grade.key}”)"


def _check(scale: Scale) -> None:
    """Refuse faults that only the scale as a whole shows."""
    for grade in scale.grades:
        if ungraded(grade.label):
            raise Refused(
                f"“{grade.label}” is no grade: take it out. {NOT_GRADED_LABEL}, with why, can always be chosen. (If it"
                " is a grade, put it in other words.)"
            )
        if either(grade.label) or either(grade.key.replace("_", " ")):
            raise Refused(
                f"“{grade.label}”{_named(grade)} may be a grade, and may say that no grade applies: write “N/A” for"
                " that, or call the grade something else."
            )
    names = twice(name for grade in scale.grades for name in grade.names)
    if names:
        raise Refused(f"Two grades of the scale are both called “{min(names)}”.")
    shipped = SCALES.get(scale.key)
    if shipped is not None and not shipped.same_steps(scale):
        raise Refused(f"There is a scale “{scale.key}” already, with other grades: call yours something else.")
