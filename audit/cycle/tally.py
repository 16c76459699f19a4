"""Tallies: how many cases or returns have each grade. A tally that doesn't add up isn't published."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from audit.errors import Refused
from audit.findings.findings import ThemeCount
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_GRADED, REASONS, Scale
from audit.tools import Section

CAVEAT = "Scores alone do not explain the cases: read them together with the case summaries."
CAVEAT_OUTSIDE = "Scores alone do not explain the cases."
"""The caveat for the public edition, whose readers have no case summaries."""

AS_RELEASED = "A return that was changed after others could read its case counts here as it was before."


class DoesNotAddUp(Refused):
    """A tally doesn't add up to its number of cases or returns, so it isn't shown to anybody."""


class Outcome(NamedTuple):
    """What a case or return counts as.

    `result`: a grade's key, "not_graded", "nil", "declined", "awaiting", "missed" (it can no longer be sent),
    "not_applicable", or "no_overall" in an audit that is graded by section only. `reason`: a key of REASONS if it isn't
    graded.
    """

    result: str
    reason: str | None = None


@dataclass(frozen=True)
class Count:
    """How often each result occurs among `total`. Every grade of the scale and every reason has an entry."""

    total: int
    grades: Mapping[str, int]
    not_graded: Mapping[str, int]
    nil: int = 0
    declined: int = 0
    awaiting: int = 0
    missed: int = 0
    not_applicable: int = 0
    no_overall: int = 0

    @property
    def counted(self) -> int:
        """The sum of all rows. It equals `total` if the count adds up."""
        others = self.nil + self.declined + self.awaiting + self.missed + self.not_applicable + self.no_overall
        return sum(self.grades.values()) + sum(self.not_graded.values()) + others

    @property
    def base(self) -> int:
        """The base of percentages: the total without "not applicable"."""
        return self.total - self.not_applicable

    @property
    def not_graded_in_all(self) -> int:
        """How many aren't graded, for any reason."""
        return sum(self.not_graded.values())


@dataclass(frozen=True)
class Tally:
    """The numbers of a cycle, or of one graded section, as used everywhere.

    Areas and agencies are keyed by label, in the cycle's order. The mappings by area are empty in a cycle without
    areas.

    `ratified` and `by_area` count cases by their judgements; `self_grades`, `self_by_area` and `by_agency` count
    returns by the agencies' own grades.
    """

    ratified: Count
    by_area: Mapping[str, Count]
    self_grades: Count
    self_by_area: Mapping[str, Count]
    by_agency: Mapping[str, Count]

    def own_of(self, area: str) -> Count:
        """The self-grades of an area, or of all cases in a cycle without areas."""
        return self.self_by_area.get(area, self.self_grades)


def complete(found: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse references other than the expected ones, each once. DoesNotAddUp names those counted twice or missing."""
    if len({*found}) < len(found) or found != expected:
        found_counts, expected_counts = Counter(found), Counter(expected)
        _refuse("counted twice", found_counts - expected_counts)
        _refuse("missing", expected_counts - found_counts)


def count(outcomes: Mapping[Outcome, int], scale: Scale, behind: Callable[[], Iterable[tuple[str, Outcome]]]) -> Count:
    """Count the outcomes. DoesNotAddUp names those, from `behind`, whose outcome the scale doesn't have.

    `behind` returns (reference, outcome) of everything that is counted.
    """
    grades = dict.fromkeys((grade.key for grade in scale.grades), 0)
    reasons = dict.fromkeys(REASONS, 0)
    others = dict.fromkeys(("nil", "declined", "awaiting", "missed", NOT_APPLICABLE, NO_OVERALL), 0)
    strange = set()
    for (result, reason), number in outcomes.items():
        if result in grades:
            grades[result] += number
        elif result == NOT_GRADED and reason in reasons:
            reasons[reason] += number
        elif result in others:
            others[result] += number
        else:
            strange.add((result, reason))
    if strange:
        names = Counter(reference for reference, outcome in behind() if outcome in strange)
        _refuse("given a result that the scale doesn't have", names)
    return Count(sum(outcomes.values()), grades, reasons, **others)


def _refuse(what: str, references: Counter[str]) -> None:
    if references:
        names = ", ".join(sorted(references))
        raise DoesNotAddUp(f"This tally does not add up, so it is not shown: {what}: {names}.")


def to_json(
    tally: Tally, themes: Iterable[ThemeCount] = (), graded: Sequence[tuple[Section, Tally]] = ()
) -> dict[str, object]:
    """The numbers as `roundtable tally --json` prints them. `graded`: each graded section with its numbers."""
    sections = {
        section.key: {"label": section.label} | _of_scale(of_section, NOT_APPLICABLE) for section, of_section in graded
    }
    return {
        **_of_scale(tally, *([NO_OVERALL] if graded else [])),
        "themes": [
            {"theme": each.theme, "strength": each.strength, "cases": each.cases, "of": each.of} for each in themes
        ],
        **({"sections": sections} if graded else {}),
        "adds_up": _adds_up(tally) and all(_adds_up(each, tally.ratified.total) for _, each in graded),
    }


def _of_scale(tally: Tally, *more: str) -> dict[str, object]:
    """The numbers on one scale, of all cases and returns or of one section. `more`: further fields of Count."""

    def parts(counts: Mapping[str, Count], unit: str) -> dict[str, object]:
        return {name: _count_json(part, unit, *more) for name, part in counts.items()}

    def by_area(counts: Mapping[str, Count], unit: str) -> dict[str, object]:
        return {"by_area": parts(counts, unit)} if counts else {}

    return {
        **_count_json(tally.ratified, "cases", *more),
        **by_area(tally.by_area, "cases"),
        "by_agency": parts(tally.by_agency, "returns"),
        "self": _count_json(tally.self_grades, "returns", *more) | by_area(tally.self_by_area, "returns"),
    }


def _count_json(part: Count, unit: str, *more: str) -> dict[str, object]:
    counts: dict[str, object] = {
        unit: part.total,
        "grades": dict(part.grades),
        "not_graded": dict(part.not_graded),
        **{name: getattr(part, name) for name in more},
        "awaiting": part.awaiting,
    }
    return counts if unit == "cases" else counts | {"nil": part.nil, "declined": part.declined, "missed": part.missed}


def _adds_up(tally: Tally, cases: int | None = None) -> bool:
    """Whether each count equals its total, the parts equal the whole, and the whole equals `cases` (if given)."""
    by_area = ((tally.by_area, tally.ratified), (tally.self_by_area, tally.self_grades)) if tally.by_area else ()
    divided = (*by_area, (tally.by_agency, tally.self_grades))
    parts = [part for among, _ in divided for part in among.values()]
    return (
        all(part.counted == part.total for part in (tally.ratified, tally.self_grades, *parts))
        and all(sum(part.total for part in among.values()) == whole.total for among, whole in divided)
        and cases in {None, tally.ratified.total}
    )
