"""The pages of a return's form, and the questions on each."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from audit import question_conditions

if TYPE_CHECKING:
    from audit.tools import Section

_MOST_QUESTIONS = 12
"""Questions that fit comfortably on one page of a modal."""
_MEANING = 600
"""Characters of grade descriptors that take as much room as one question."""


def pages(parts: "tuple[Section, ...]") -> "tuple[tuple[Section, ...], ...]":
    """The pages of the form: at least one. Groups stay whole where they fit; longer ones are divided evenly."""
    found: list[tuple[Section, ...]] = []
    for _, group in groupby(_units(parts), key=lambda unit: unit[0].heading):
        units = [*group]
        size = _asked([part for unit in units for part in unit])
        found += _joined(units, -(-size // -(-size // _MOST_QUESTIONS)))
    return tuple(_joined(found, _MOST_QUESTIONS)) or ((),)


def _units(parts: "tuple[Section, ...]") -> "Iterator[tuple[Section, ...]]":
    """Parts that stay on one page: notes with the question after them, a question with those that depend on it.

    A question whose label occurs more than once under its heading stays with the one before it, which tells them apart.
    """
    unit: tuple[Section, ...] = ()
    labels = Counter((part.heading, part.label) for part in parts if part.kind != "note")
    for part in parts:
        needed = question_conditions.parse(part.relevant).keys
        told = labels[part.heading, part.label] > 1 and unit and unit[-1].heading == part.heading
        follows = told or any(each.key in needed for each in unit)
        if unit and unit[-1].kind != "note" and not (follows and _asked(unit) < _MOST_QUESTIONS):
            yield unit
            unit = ()
        unit += (part,)
    if unit:
        yield unit


def _asked(parts: "Iterable[Section]") -> int:
    """Roughly how many of these questions a page shows at once. Questions that another brings with it aren't counted.

    What grades mean counts too, for each section that doesn't share it with the one before.
    """
    asked, before = 0, None
    for part in parts:
        asked += not part.implied
        if part.scale is not None and part.scale != before:
            before = part.scale
            asked += sum(len(grade.descriptor) for grade in before.grades) // _MEANING
    return asked


def _joined(pieces: "Iterable[tuple[Section, ...]]", most: int) -> "list[tuple[Section, ...]]":
    """The pieces in order, with neighbours joined while they have at most `most` questions together."""
    joined: list[tuple[Section, ...]] = []
    for piece in pieces:
        if joined and _asked(joined[-1] + piece) <= most:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined
