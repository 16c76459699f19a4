"""Choosing a cycle's grade scale: a shipped one, the board's own, or its audit tool's."""

from collections.abc import Iterable

from audit.errors import Refused
from audit.past import scale_file
from audit.pasted import numbered
from audit.scales import SCALES, Scale
from audit.setup.description import CycleSetup

SCALE, OWN_GRADES = "scale", "own_grades"
"""The form's fields: the chosen scale, and the grades of the board's own."""
OWN = "own"
"""The choice, and the key, of a scale that a board writes for this cycle."""
LIMIT = 3000
"""The most characters in the field for a board's own grades."""


def chosen(setup: CycleSetup) -> Scale:
    """The scale of a described cycle; Refused at `scale` if there is no such scale."""
    if not isinstance(setup.scale, str):
        return scale_file.scale(setup.scale)
    if setup.scale not in SCALES:
        raise Refused(f"There is no scale “{setup.scale}”; there are: {', '.join(SCALES)}.", field=SCALE)
    return SCALES[setup.scale]


def choice(scale: Scale) -> str:
    """The form's choice for a cycle with this scale: the key of a shipped one, or OWN."""
    return scale.key if scale.key in SCALES else OWN


def own(text: str, known: Iterable[Scale] = ()) -> dict[str, object]:
    """The board's own scale as `CycleSetup.scale` takes it, read from the form; Refused at `own_grades`.

    Each line is a grade, best first: its label and, after a |, its descriptor. If one of the `known` scales reads
    exactly like this, it is returned, with its keys and colours.
    """
    same = next((each for each in known if choice(each) == OWN and written(each) == text), None)
    if same is not None:
        return same.to_json()
    lines = numbered(text)
    parts = [[part.strip() for part in line.partition("|")] for _, line in lines]
    keys = scale_file.keys([label for label, *_ in parts])
    grades = [
        {"key": key, "label": label} | ({"descriptor": descriptor} if descriptor else {})
        for key, (label, _, descriptor) in zip(keys, parts, strict=True)
    ]
    described: dict[str, object] = {"key": OWN, "best": "first", "grades": grades}
    try:
        scale_file.scale(described, [f"line {number}" for number, _ in lines])
    except Refused as refusal:
        raise Refused(refusal.sentence, field=OWN_GRADES) from None
    return described


def written(scale: Scale) -> str:
    """A board's own scale as `own` reads it; without descriptors if these are too long for the field."""
    last = [scale.inapplicable] if scale.not_applicable else []
    labels = [grade.label for grade in scale.grades]
    lines = (f"{grade.label} | {grade.descriptor}" if grade.descriptor else grade.label for grade in scale.grades)
    whole = "\n".join([*lines, *last])
    return whole if len(whole) <= LIMIT else "\n".join([*labels, *last])
