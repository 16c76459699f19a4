"""Short marks for sections' grades, all different so that none depends on colour, and the key that explains them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_uppercase
from unicodedata import bidirectional, category, east_asian_width

from audit.scales import AWAITING, MISSED, MOST_GRADES, NOT_APPLICABLE, NOT_GRADED, SENT, Grade, Graded, Scale
from views.returns.grades import grade_words

MODERATED = "*"
_NOT_ASKED = "-"
_BACKWARDS, _NO_PLACE = {"R", "AL", "AN", "RLE", "RLO", "RLI"}, {"Mn", "Me", "Cf"}
_OTHERS = {
    NOT_APPLICABLE: "na", NOT_GRADED: "ng", "nil": "n", "declined": "d", AWAITING: "?", MISSED: "x", SENT: "s",
}  # fmt: skip


def aligned(text: str) -> bool:
    """Whether every character takes one place in a fixed-width line, written from left to right."""
    return all(
        bidirectional(each) not in _BACKWARDS and east_asian_width(each) not in "WF" and category(each) not in _NO_PLACE
        for each in text
    )


def marks(scale: Scale) -> dict[str, str]:
    """Grade key -> a mark of one or two characters; all are different, so that none depends on colour."""
    chosen: dict[str, str] = {}
    for grade in scale.grades:
        free = (mark for mark in _candidates(grade) if mark not in chosen.values())
        chosen[grade.key] = next(free)
    return chosen


def _candidates(grade: Grade) -> Iterator[str]:
    """Marks that could stand for a grade: its label or an alias if short enough, its initials, and finally its rank."""
    words = [word for word in grade.label.replace("-", " ").split() if word[0].isalnum()]
    short = (grade.label, *grade.aliases, "".join(word[0] for word in words).upper(), grade.label[:2])
    yield from (mark for mark in short if _short(mark) and mark not in _OTHERS.values())
    yield from (f"{letter}{grade.rank}"[:2] for letter in ("", *ascii_uppercase))


def _short(mark: str) -> bool:
    return mark.isalnum() and len(mark) <= 2 and aligned(mark)  # noqa: PLR2004  # at most two characters


@dataclass
class Key:
    """The meanings of the marks in use. `places`: mark -> its place in the key, the grades first, best grade first."""

    used: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def mark(self, scale: Scale, given: Graded | None, *, moderated: bool = False) -> str:
        """The mark of a section's grade; None: the agency wasn't asked."""
        if given is None:
            return self._of(_NOT_ASKED, "not asked", MOST_GRADES + 1)
        grades = marks(scale)
        place = [*grades].index(given.result) if given.result in grades else MOST_GRADES
        words = grade_words(scale, given.result, given.reason).partition(" (")[0]
        mark = self._of(grades.get(given.result) or _OTHERS[given.result], words, place)
        return mark + self._of(MODERATED, "moderated", MOST_GRADES + 1) if moderated else mark

    def _of(self, mark: str, words: str, place: int) -> str:
        self.places.setdefault(mark, place)
        meanings = self.used.setdefault(mark, [])
        meanings += [words] if words not in meanings else []
        return mark

    def said(self) -> Iterator[tuple[str, str]]:
        """Each mark and its meaning, or meanings if scales share the mark. Marks that mean themselves are left out."""
        for mark in sorted(self.used, key=lambda mark: self.places[mark]):
            if self.used[mark] != [mark]:
                yield mark, " or ".join(self.used[mark])
