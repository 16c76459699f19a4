"""Grade scales as data. A cycle chooses one and keeps its own copy."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import TypeVar

from audit.errors import NotFound
from audit.pasted import comparable_name

OnScale = TypeVar("OnScale")

NOT_GRADED = "not_graded"
NOT_APPLICABLE = "not_applicable"
"""An answer that isn't a grade: it has its own row, and isn't in the base of percentages."""
NO_OVERALL = "no_overall"
"""The result of a return or case that is graded by section only, because its audit tool asks for no overall grade."""
MOST_GRADES = 11
"""Grades in one scale. 0 to 10 has as many."""
DESCRIPTOR_LIMIT = 1_000
"""Characters that say what a grade means. A Section 11 standard takes about 600."""
NOT_APPLICABLE_LABEL = "Not applicable"
NOT_GRADED_LABEL = "Not graded"
OR = "_or_"
"""Joins the keys in a merged band's key. A merged band stands for neighbouring grades that aren't told apart."""


SENT, AWAITING, MISSED = "sent", "awaiting", "missed"
"""The results of a return whose grade is concealed, of one not received yet, and of one that can no longer be sent."""


@dataclass(frozen=True)
class Grade:
    """One step of a scale; rank 1 is the best. `short_label` has at most 20 characters; `colour` is #rrggbb.

    `aliases`: other names that people write for it in the spreadsheets of earlier audits.
    """

    key: str
    rank: int
    label: str
    short_label: str
    colour: str
    descriptor: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """All its names, as names are compared (audit.pasted.comparable_name)."""
        return {comparable_name(name) for name in (self.key, self.label, self.short_label, *self.aliases)}


@dataclass(frozen=True)
class Graded:
    """The result of a return or a case: a grade's key or what replaces it, and the reason if it isn't graded.

    `result` has the values of audit.cycle.tally.Outcome; `reason` is a key of REASONS or None.
    """

    result: str
    reason: str | None = None

    @classmethod
    def read(cls, name: str) -> "Graded":
        """The result that a scale's option stands for, from the option's name."""
        reason = name.removeprefix(f"{NOT_GRADED}_")
        return cls(name) if reason == name else cls(NOT_GRADED, reason)

    @property
    def name(self) -> str:
        """The name of the scale's option for this result."""
        return f"{self.result}_{self.reason}" if self.reason else self.result


@dataclass(frozen=True)
class Scale:
    """A grade scale, best grade first. `not_applicable`: whether "not applicable" may be chosen instead of a grade.

    `inapplicable`: the label of that choice. `title`: what a scale that comes with the product is called in lists.
    """

    key: str
    grades: tuple[Grade, ...]
    not_applicable: bool = False
    title: str = field(default="", compare=False)
    inapplicable: str = NOT_APPLICABLE_LABEL

    def grade(self, key: str) -> Grade:
        """The grade with this key. NotFound if the scale has none."""
        for grade in self.grades:
            if grade.key == key:
                return grade
        raise NotFound(f"This cycle's scale has no grade “{key}”.")

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """(name, label) of all that a section can be given: grades, not applicable, and not graded for each reason."""
        grades = [(grade.key, grade.label) for grade in self.grades]
        apart = [(NOT_APPLICABLE, self.inapplicable)] if self.not_applicable else []
        not_graded = [(f"{NOT_GRADED}_{key}", f"{NOT_GRADED_LABEL}: {label.lower()}") for key, label in REASONS.items()]
        return (*grades, *apart, *not_graded)

    @property
    def bare(self) -> bool:
        """Whether its labels differ only in a number, so that they don't show which end is best."""
        return differ_in_number([grade.label for grade in self.grades])

    def band(self, keys: str) -> str:
        """The label of a merged band, from its key: the keys of its grades, joined by "_or_"."""
        return " or ".join(self.grade(key).label for key in keys.split(OR))

    def share(self, steps: int) -> Fraction:
        """This many steps as a share of the whole scale, to compare distances on scales of different lengths."""
        return Fraction(steps, max(len(self.grades) - 1, 1))

    @property
    def lowest(self) -> Grade:
        """The worst grade. Ratifying it needs more than a reason."""
        return max(self.grades, key=lambda grade: grade.rank)

    def same_steps(self, other: "Scale") -> bool:
        """Whether both scales have the same grades in the same order, so that their numbers may be compared."""
        return [(grade.key, comparable_name(grade.label)) for grade in self.grades] == [
            (grade.key, comparable_name(grade.label)) for grade in other.grades
        ]

    def to_json(self) -> dict[str, object]:
        """The scale as `from_json` reads it."""
        grades = [asdict(grade) | {"aliases": list(grade.aliases)} for grade in self.grades]
        data: dict[str, object] = {"key": self.key, "grades": grades}
        worded = {"inapplicable": self.inapplicable} if self.inapplicable != NOT_APPLICABLE_LABEL else {}
        return data | ({NOT_APPLICABLE: True} | worded if self.not_applicable else {})

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "Scale":
        """Read a stored scale."""
        grades = data["grades"]
        assert isinstance(grades, list)  # noqa: S101  # written by to_json
        read = (Grade(**(grade | {"aliases": tuple(grade.get("aliases", ()))})) for grade in grades)
        words = str(data.get("inapplicable", NOT_APPLICABLE_LABEL))
        return cls(str(data["key"]), tuple(read), bool(data.get(NOT_APPLICABLE)), inapplicable=words)


def differ_in_number(labels: Sequence[str]) -> bool:
    """Whether the labels are bare numbers, or words that differ only in a number: "Level 1", "Level 2"."""
    return len({re.sub(r"-?[0-9]+([.,][0-9]+)?", "", comparable_name(label)) for label in labels}) == 1


def colours(number: int) -> list[str]:
    """A colour for each of so many grades, the best first: from green through blue to red."""
    hex_codes = []
    for place in range(number):
        at = place * (len(_STOPS) - 1) / max(number - 1, 1)
        low, part = _STOPS[int(at)], at % 1
        high = _STOPS[min(int(at) + 1, len(_STOPS) - 1)]
        hex_codes.append("#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(low, high, strict=True)))
    return hex_codes


_STOPS = ((0x00, 0x70, 0x3C), (0x56, 0x94, 0xCA), (0xF4, 0x77, 0x38), (0xD4, 0x35, 0x1C))

REASONS = {
    "insufficient_information": "Insufficient information",
    "not_involved": "Not involved in the period",
    "other": "Another reason",
}
"""Why something isn't graded: key -> label. A reason is always given, and always counted."""

INADEQUATE = Grade(
    "inadequate", 4, "Inadequate", "Inadequate", "#d4351c",
    "Widespread or serious weaknesses that left the child harmed or at risk of harm.", ("In", "I"),
)  # fmt: skip

INSPECTION = Scale(
    "inspection",
    (
        Grade("outstanding", 1, "Outstanding", "Outstanding", "#00703c",
              "Consistently strong practice that made a lasting difference for the child.", ("O",)),
        Grade("good", 2, "Good", "Good", "#5694ca",
              "Effective practice; needs were met, with little to improve.", ("G",)),
        Grade("requires_improvement", 3, "Requires improvement", "Requires improvement", "#f47738",
              "No serious failure, but practice wasn't yet good enough to help the child reliably.",
              ("RI", "R", "Requires improvement to be good")),
        INADEQUATE,
    ),
    title="Four grades, as inspectorates in England use",
)  # fmt: skip
"""The scale that CQC and Ofsted use: the default."""

THREE_STEP = Scale(
    "three_step",
    (
        Grade("good", 1, "Good", "Good", "#5694ca", "Effective practice; needs were met, with little to improve."),
        Grade("adequate", 2, "Adequate", "Adequate", "#f47738", "Minimum requirements were met, with some weaknesses."),
        Grade("inadequate", 3, "Inadequate", "Inadequate", "#d4351c", INADEQUATE.descriptor),
    ),
    title="Three grades",
)


def _plain(key: str, title: str, *grades: tuple[str, str, str]) -> Scale:
    """A scale from (key, label, descriptor) of each grade, best first. Its colours are generated."""
    made = zip(grades, colours(len(grades)), strict=True)
    return Scale(
        key,
        tuple(
            Grade(key, rank, label, label.split(" ac ")[0], colour, said)
            for rank, ((key, label, said), colour) in enumerate(made, 1)
        ),
        title=title,
    )


RAG = Scale(
    "rag",
    (
        Grade("green", 1, "Green", "Green", "#00703c", "Practice was as it should be.", ("G",)),
        Grade("amber", 2, "Amber", "Amber", "#f9b233", "Practice was sound in part; something has to improve.", ("A",)),
        Grade("red", 3, "Red", "Red", "#d4351c", "Practice fell short; something has to change now.", ("R",)),
    ),
    title="Green, amber, red",
)  # fmt: skip
MET = _plain(
    "met", "Met, partly met, not met",
    ("met", "Met", "The standard was met throughout."),
    ("partly_met", "Partly met", "The standard was met in part, or some of the time."),
    ("not_met", "Not met", "The standard wasn't met."),
)  # fmt: skip
_FOUR = ("Effective throughout.", "Effective in most respects.", "Effective in some respects.", "Not effective.")
ONE_BEST = _plain("one_best", "1 to 4: 1 is the best", *((f"{n}", f"{n}", _FOUR[n - 1]) for n in (1, 2, 3, 4)))
FOUR_BEST = _plain("four_best", "1 to 4: 4 is the best", *((f"{n}", f"{n}", _FOUR[4 - n]) for n in (4, 3, 2, 1)))
SIX_POINT = _plain(
    "six_point", "Six points, as inspectorates in Scotland use",
    ("excellent", "Excellent", "Outstanding, and leading for others."),
    ("very_good", "Very good", "Major strengths."),
    ("good", "Good", "Important strengths, with some areas for improvement."),
    ("adequate", "Adequate", "Strengths just outweigh weaknesses."),
    ("weak", "Weak", "Important weaknesses."),
    ("unsatisfactory", "Unsatisfactory", "Major weaknesses: something has to be done now."),
)  # fmt: skip
TEN = _plain(
    "zero_to_ten", "0 to 10: 10 is the best",
    ("10", "10", "Safe enough, and everybody involved knows how it stays so."),
    *((f"{n}", f"{n}", "") for n in range(9, 0, -1)),
    ("0", "0", "As unsafe as it can be."),
)  # fmt: skip
WELSH = _plain(
    "inspection_cy", "Four grades, as the inspectorate in Wales uses",
    ("rhagorol", "Rhagorol", ""), ("da", "Da", ""), ("digonol", "Digonol ac angen gwelliant", ""),
    ("anfoddhaol", "Anfoddhaol", ""),
)  # fmt: skip

SCALES = {scale.key: scale for scale in (INSPECTION, THREE_STEP, RAG, MET, ONE_BEST, FOUR_BEST, SIX_POINT, TEN, WELSH)}
"""Key -> scale, for the scales that come with the product."""


def grouped_by_scale(graded: Iterable[OnScale], scale: Callable[[OnScale], Scale]) -> list[list[OnScale]]:
    """The items in groups that share a scale, since numbers may be compared only within one."""
    groups: list[list[OnScale]] = []
    for item in graded:
        group = next((known for known in groups if scale(known[0]).same_steps(scale(item))), None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return groups
