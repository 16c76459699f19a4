"""Figures as printed in a report, read from a JSON file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from audit.bounds import from_json, twice
from audit.errors import Refused
from audit.scales import NOT_APPLICABLE, OR

CASES, GRADES, PERCENT, AREAS, SECTIONS = "cases", "grades", "stated_percent", "by_area", "by_section"
NOT_GRADED = "not_graded"
MOST = 1_000_000_000
_MOST_PLACES = 10
MOST_NAME = 100
_MOST_NAMES = 1_000
EXAMPLE = '{"cases": 12, "grades": {"good": 5, "inadequate": 7}, "stated_percent": {"good": 42}}'


@dataclass(frozen=True)
class Published:
    """Published figures. `stated`: grade -> percentage, with as many decimals as were printed.

    A grade may be a band: several names joined by "_or_". `cases`: None if only percentages were published (`grades` is
    then empty). `areas`: the same by area name. `sections`: the same by graded section; a section's cases are those to
    which it applies, and `not_applicable` counts the others. `unknown`: names in the file that aren't understood.
    """

    name: str
    cases: int | None
    grades: Mapping[str, int]
    stated: Mapping[str, Decimal] = field(default_factory=dict)
    areas: Mapping[str, "Published"] = field(default_factory=dict)
    sections: Mapping[str, "Published"] = field(default_factory=dict)
    not_applicable: int = 0
    unknown: tuple[str, ...] = ()

    def count(self, grade: str) -> int | None:
        """How many have a grade; for a band without a count of its own, the sum over its grades.

        A grade without a count has 0 if the counts add up to all cases. None if it can't be known.
        """
        same = [count for band, count in self.grades.items() if set(band.split(OR)) == set(grade.split(OR))]
        none = 0 if self.cases in totals(self.grades) else None
        parts = [self.grades.get(part, None if self.banded(part) else none) for part in grade.split(OR)]
        known = [part for part in parts if part is not None]
        return same[0] if same else sum(known) if len(known) == len(parts) else None

    def banded(self, grade: str) -> bool:
        """Whether a grade (or one of a band's) is counted only within a band, so that its own count is unknown."""
        parts = set(grade.split(OR))
        return any(OR in band and not parts.isdisjoint(band.split(OR)) for band in self.grades)


def merges(band: str, grades: Collection[str]) -> bool:
    """Whether this is a band whose grades all have counts of their own, so that the band repeats them."""
    return OR in band and all(part in grades for part in band.split(OR))


def totals(grades: Mapping[str, int]) -> set[int]:
    """The possible sums of the counts. A band may or may not include grades that also have their own counts."""
    sums = {0}
    for grade, count in grades.items():
        if merges(grade, grades):
            continue
        parts = sum(grades.get(part, 0) for part in grade.split(OR)) if OR in grade else 0
        sums = {total + more for total in sums for more in ({count, count - parts} if parts <= count else {count})}
        sums = set(sorted(sums)[:_MOST_NAMES])
    return sums


def read(data: bytes) -> tuple[Published, ...]:
    """The figures in a JSON file: one object, or a list of named ones. Refused with what is wrong."""
    content = from_json(data, "The file", f" It should look like {EXAMPLE}")
    if not isinstance(content, list):
        return (_published(content, named=False),)
    if not content:
        raise Refused(f"The file holds an empty list. Each part of it should look like {EXAMPLE}")
    parts = tuple(_published(part, named=True) for part in content)
    if doubled := twice(part.name for part in parts):
        raise Refused(f"Two parts of the file are called “{doubled[0]}”.")
    return parts


def _published(part: object, *, named: bool) -> Published:
    if not isinstance(part, dict):
        raise Refused(f"Figures should look like {EXAMPLE}")
    name = part.get("name", "")
    if not isinstance(name, str) or not name.isprintable() or len(name) > MOST_NAME or (named and not name.strip()):
        raise Refused("Each part of a list needs a “name” of its own, so that it can be told what doesn't fit.")
    of = f" of “{name}”" if name else ""
    areas = _mapping(part.get(AREAS, {}), AREAS, of)
    sections = _mapping(part.get(SECTIONS, {}), SECTIONS, of)
    bare_percentages = bool(part.get(PERCENT) or sections) and GRADES not in part
    missing = [key for key in (CASES, GRADES) if key not in part and not bare_percentages]
    if missing:
        raise Refused(f"The figures{of} lack {' and '.join(f'“{key}”' for key in missing)}.")
    grades = _mapping(part.get(GRADES, {}), GRADES, of)
    stated = _mapping(part.get(PERCENT, {}), PERCENT, of)
    if not grades and not bare_percentages:
        raise Refused(f"“{GRADES}”{of} is empty.")
    return Published(
        name=name,
        cases=_count(part[CASES], f"“{CASES}”{of}") if CASES in part else None,
        grades={grade: _count(count, f"The count of {grade}{of}") for grade, count in grades.items()},
        stated={grade: percentage(given, f"The percentage of {grade}{of}") for grade, given in stated.items()},
        areas={area: _area(area, given, AREAS) for area, given in areas.items()},
        sections={section: _section(section, given) for section, given in sections.items()},
        unknown=tuple(sorted(set(part) - {"name", CASES, GRADES, PERCENT, AREAS, SECTIONS})),
    )


def _section(name: str, given: object) -> Published:
    """A section's figures; "not_applicable" among its counts isn't a grade, and is taken out of its cases."""
    figures = _area(name, given, SECTIONS)
    not_applicable = figures.grades.get(NOT_APPLICABLE, 0)
    grades = {grade: count for grade, count in figures.grades.items() if grade != NOT_APPLICABLE}
    base = None if figures.cases is None else max(figures.cases - not_applicable, 0)
    return replace(figures, grades=grades, cases=base, not_applicable=not_applicable)


def _area(name: str, given: object, key: str) -> Published:
    """The figures of an area or a section (`key`): in the whole's format, or just a count for each grade."""
    if isinstance(given, dict) and not {CASES, GRADES, PERCENT} & set(given):
        grades = _mapping(given, f"{key}: {name}", "")
        counts = {grade: count for grade, count in grades.items() if isinstance(count, int)}
        given = {CASES: min(totals(counts)), GRADES: grades}
    return _published({**given, "name": name} if isinstance(given, dict) else given, named=True)


def _mapping(given: object, key: str, of: str) -> dict[str, object]:
    if not isinstance(given, dict):
        raise Refused(f"“{key}”{of} must be an object: a number for each grade.")
    if len(given) > _MOST_NAMES:
        raise Refused(f"“{key}”{of} holds more than {_MOST_NAMES:,} names.")
    if not all(name.strip() and name.isprintable() and len(name) <= MOST_NAME for name in given):
        raise Refused(f"A name in the file is empty, longer than {MOST_NAME} characters or holds control characters.")
    return given


def _count(given: object, what: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST:
        raise Refused(f"{what} must be a whole number from 0 to {MOST:,}, without quotation marks.")
    return given


def percentage(given: object, what: str) -> Decimal:
    """A percentage with the decimals that were printed: 42 has none, 41.70 has two. Refused, naming `what`."""
    if isinstance(given, bool) or not isinstance(given, int | Decimal) or not 0 <= given <= 100:  # noqa: PLR2004
        raise Refused(f"{what} must be a number from 0 to 100, without quotation marks or %.")
    value = abs(Decimal(given))
    places = value.as_tuple().exponent
    if not isinstance(places, int) or places < -_MOST_PLACES:
        raise Refused(f"{what} has more than {_MOST_PLACES} decimals.")
    return value.quantize(Decimal(1)) if places > 0 else value
