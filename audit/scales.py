"""Grade scales as data. A cycle picks one and keeps it."""

from dataclasses import asdict, dataclass

from audit.errors import NotFound
from audit.pasted import plain

NOT_GRADED = "not_graded"
OR = "_or_"
"""What joins the keys of a merged band, in which grades that are neighbours can't be told apart."""


SENT, AWAITING, MISSED = "sent", "awaiting", "missed"
"""The result of a return whose grade is concealed; of one that isn't there; and of one that no longer can be sent."""


@dataclass(frozen=True)
class Grade:
    """One step of a scale; rank 1 is the best. `short_label` has at most 20 characters; `colour` is #rrggbb."""

    key: str
    rank: int
    label: str
    short_label: str
    colour: str
    descriptor: str


@dataclass(frozen=True)
class Scale:
    """A grade scale, best grade first."""

    key: str
    grades: tuple[Grade, ...]

    def grade(self, key: str) -> Grade:
        """The grade with this key; NotFound if the scale has none."""
        for grade in self.grades:
            if grade.key == key:
                return grade
        raise NotFound(f"This cycle's scale has no grade “{key}”.")

    def band(self, keys: str) -> str:
        """The label of a merged band: the labels of its grades, whose keys are joined by "_or_"."""
        return " or ".join(self.grade(key).label for key in keys.split(OR))

    @property
    def lowest(self) -> Grade:
        """The worst grade: ratifying it needs more than a reason."""
        return max(self.grades, key=lambda grade: grade.rank)

    def same_steps(self, other: "Scale") -> bool:
        """Whether both have the same grades in the same order, so that numbers on them may stand side by side."""
        return [(grade.key, plain(grade.label)) for grade in self.grades] == [
            (grade.key, plain(grade.label)) for grade in other.grades
        ]

    def to_json(self) -> dict[str, object]:
        """The scale, as `from_json` reads it."""
        return {"key": self.key, "grades": [asdict(grade) for grade in self.grades]}

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "Scale":
        """Read a stored scale."""
        grades = data["grades"]
        assert isinstance(grades, list)  # noqa: S101  # written by to_json
        return cls(str(data["key"]), tuple(Grade(**grade) for grade in grades))


REASONS = {
    "insufficient_information": "Insufficient information",
    "not_involved": "Not involved in the period",
    "other": "Another reason",
}
"""Why something is not graded: key -> label. Always one of these, always counted."""

INADEQUATE = Grade(
    "inadequate", 4, "Inadequate", "Inadequate", "#d4351c",
    "Widespread or serious weaknesses that left the child harmed or at risk of harm.",
)  # fmt: skip

INSPECTION = Scale(
    "inspection",
    (
        Grade("outstanding", 1, "Outstanding", "Outstanding", "#00703c",
              "Consistently strong practice that made a lasting difference for the child."),
        Grade("good", 2, "Good", "Good", "#5694ca",
              "Effective practice; needs were met, with little to improve."),
        Grade("requires_improvement", 3, "Requires improvement", "Requires improvement", "#f47738",
              "No serious failure, but practice wasn't yet good enough to help the child reliably."),
        INADEQUATE,
    ),
)  # fmt: skip
"""The scale that CQC and Ofsted use: the default."""

THREE_STEP = Scale(
    "three_step",
    (
        Grade("good", 1, "Good", "Good", "#5694ca", "Effective practice; needs were met, with little to improve."),
        Grade("adequate", 2, "Adequate", "Adequate", "#f47738", "Minimum requirements were met, with some weaknesses."),
        Grade("inadequate", 3, "Inadequate", "Inadequate", "#d4351c", INADEQUATE.descriptor),
    ),
)

SCALES = {scale.key: scale for scale in (INSPECTION, THREE_STEP)}
"""The scales that come with the product."""
