"""What a cycle is graded on: a scale that comes with the product, the board's own, or its audit tool's."""

from collections.abc import Iterable

from audit.errors import Refused
from audit.past import scale_file
from audit.pasted import numbered
from audit.scales import SCALES, Scale
from audit.setup.description import CycleSetup

SCALE, OWN_GRADES = "scale", "own_grades"
"""Fields: the scale that was chosen, and the grades of the board's own."""
OWN = "own"
"""The choice, and the key, of a scale that a board wrote for this cycle."""
LIMIT = 3000
"""Characters of the box in which a board writes its own grades."""


def chosen(setup: CycleSetup) -> Scale:
    """The scale of a described cycle; Refused at `scale` if there is none such."""
    if not isinstance(setup.scale, str):
        return scale_file.scale(setup.scale)
    if setup.scale not in SCALES:
        raise Refused(f"There is no scale “{setup.scale}”; there are: {', '.join(SCALES)}.", field=SCALE)
    return SCALES[setup.scale]


def choice(scale: Scale) -> str:
    """What is chosen in the form of a cycle with that scale: the key of one of the product's, or OWN."""
    return scale.key if scale.key in SCALES else OWN


def own(text: str, known: Iterable[Scale] = ()) -> dict[str, object]:
    """The board's own scale as a form has it, for `CycleSetup.scale`; Refused at `own_grades`.

    A grade a line, best first: its label and, after a |, what it means. Of the scales `known`, one that is written
    like this is that one, with its keys and colours.
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
    """A board's own scale, as `own` reads it; without what its grades mean where that is too long for the form."""
    last = [scale.inapplicable] if scale.not_applicable else []
    labels = [grade.label for grade in scale.grades]
    lines = (f"{grade.label} | {grade.descriptor}" if grade.descriptor else grade.label for grade in scale.grades)
    whole = "\n".join([*lines, *last])
    return whole if len(whole) <= LIMIT else "\n".join([*labels, *last])
