"""A grade scale as a board writes it in a JSON file, for audits that were graded on one of its own."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from audit.bounds import from_json, shown, twice
from audit.errors import Refused
from audit.labels import Label, ShortLabel, Text
from audit.pasted import in_words, plain
from audit.scales import NOT_GRADED, SCALES, Grade, Scale

MOST_GRADES = 9
"""As many as radio buttons hold beside Not graded."""
_TAKEN = (NOT_GRADED, "nil", "declined", "awaiting", "missed")
_GREY = "#6f777b"


def _free(key: str) -> str:
    if key in _TAKEN:
        raise ValueError(f"“{key}” has a meaning of its own: call the grade something else")
    if "_or_" in f"_{key}_":
        raise ValueError("“or” between underlines stands in merged bands: call the grade something else")
    return key


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


_RANK = f"it must be a whole number from 1 to {MOST_GRADES}"
_WORDS = {
    "string_pattern_mismatch": "a key is made of small letters, digits and underlines, a colour of # and six digits",
    "extra_forbidden": "it isn't known",
    "missing": "it is missing",
    "string_type": "it must be text",
    "tuple_type": "it must be a list",
    "model_type": "it must be an object",
    "int_type": _RANK,
    "greater_than_equal": _RANK,
    "less_than_equal": _RANK,
}


class _GradePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    key: Annotated[Key, AfterValidator(_free)]
    rank: int = Field(ge=1, le=MOST_GRADES)
    label: Label
    short_label: ShortLabel | None = None
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = _GREY
    descriptor: Annotated[Text, Field(max_length=300)] | None = None


class _ScalePart(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key: Key
    grades: tuple[_GradePart, ...] = Field(min_length=2, max_length=MOST_GRADES)


def read(data: bytes) -> Scale:
    """The scale in a JSON file, as audit.scales.Scale.to_json writes one, best grade first; Refused says what is wrong.

    A grade's short label, colour and descriptor may be left out.
    """
    try:
        given = _ScalePart.model_validate(from_json(data, "The scale"))
    except ValidationError as error:
        raise Refused(f"The scale can't be used: {'; '.join(_faults(error))}.") from None
    grades = tuple(_grade(part) for part in sorted(given.grades, key=lambda part: part.rank))
    scale = Scale(given.key, grades)
    _check(scale)
    return scale


def _faults(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(shown(str(part)) for part in fault['loc']) or 'the whole'}: {_said(fault)}"
        for fault in error.errors()[:5]
    ]


def _said(fault: ErrorDetails) -> str:
    """What pydantic found wrong, in words."""
    if fault["loc"] == ("grades",) and fault["type"] in {"too_short", "too_long"}:
        return f"a scale has 2 to {MOST_GRADES} grades"
    return _WORDS.get(fault["type"]) or in_words(fault["type"], fault.get("ctx", {}), fault["msg"])


def _grade(part: _GradePart) -> Grade:
    return Grade(
        part.key, part.rank, part.label, part.short_label or part.label[:20], part.colour.lower(), part.descriptor or ""
    )


def _check(scale: Scale) -> None:
    """Refused for what no single grade shows."""
    if [grade.rank for grade in scale.grades] != list(range(1, len(scale.grades) + 1)):
        raise Refused(f"The scale's ranks must be 1 (the best) to {len(scale.grades)}, each once.")
    names = twice(name for grade in scale.grades for name in {plain(grade.key), plain(grade.label)})
    shorts = twice(plain(grade.short_label) for grade in scale.grades)
    if names or shorts:
        raise Refused(f"Two grades of the scale are both called “{min(names + shorts)}”.")
    shipped = SCALES.get(scale.key)
    if shipped is not None and not shipped.same_steps(scale):
        raise Refused(f"There is a scale “{scale.key}” already, with other grades: call yours something else.")
