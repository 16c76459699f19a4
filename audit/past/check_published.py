"""Published figures, checked: do the counts come to the cases, and do the percentages fit the counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from audit.bounds import from_json, shown, twice
from audit.errors import Refused

CASES, GRADES, PERCENT = "cases", "grades", "stated_percent"
NOT_GRADED = "not_graded"
MOST = 1_000_000_000
MOST_PLACES = 10
MOST_NAME = 100
EXAMPLE = '{"cases": 12, "grades": {"good": 5, "inadequate": 7}, "stated_percent": {"good": 42}}'


@dataclass(frozen=True)
class Published:
    """Figures as somebody published them. `stated`: grade -> percentage, with as many decimals as were printed."""

    name: str
    cases: int
    grades: Mapping[str, int]
    stated: Mapping[str, Decimal] = field(default_factory=dict)


def rounded(count: int, of: int, like: Decimal) -> Decimal:
    """What percentage `count` is of `of`, rounded half up to as many decimals as `like` has."""
    return (Decimal(100 * count) / of).quantize(like, ROUND_HALF_UP)


def faults(published: Published) -> tuple[str, ...]:
    """What doesn't fit, a sentence each; empty if everything does."""
    return (*_sum(published), *_percentages(published))


def _sum(published: Published) -> Iterator[str]:
    counted = sum(published.grades.values())
    if counted != published.cases:
        way = "too many" if counted > published.cases else "missing"
        yield (
            f"The grades come to {counted}, but there are {published.cases} cases:"
            f" {abs(counted - published.cases)} {way}."
        )


def _percentages(published: Published) -> Iterator[str]:
    for grade, stated in published.stated.items():
        count = published.grades.get(grade)
        if count is None:
            yield f"{grade} is stated as {stated}%, but no count of it is given."
        elif published.cases == 0:
            yield f"{grade} is stated as {stated}%, but there is no percentage of no cases."
        elif (fits := rounded(count, published.cases, stated)) != stated:
            yield (
                f"{grade} is stated as {stated}%, but {count} of {published.cases} is {fits}%."
                f"{_other_base(published, grade, stated)}"
            )


def _other_base(published: Published, grade: str, stated: Decimal) -> str:
    """A sentence if the percentage fits the graded cases alone; else ""."""
    graded = published.cases - published.grades.get(NOT_GRADED, 0)
    if grade == NOT_GRADED or not 0 < graded < published.cases:
        return ""
    if rounded(published.grades[grade], graded, stated) != stated:
        return ""
    return f" It fits the {graded} graded cases alone: say so beside it, or reckon it of all {published.cases}."


def read(data: bytes) -> tuple[Published, ...]:
    """The figures in a JSON file: one object, or a list of several, each with a name. Refused says what is wrong."""
    found = from_json(data, "The file", f" It should look like {EXAMPLE}")
    if not isinstance(found, list):
        return (_published(found, named=False),)
    if not found:
        raise Refused(f"The file holds an empty list. Each part of it should look like {EXAMPLE}")
    parts = tuple(_published(part, named=True) for part in found)
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
    strange = set(part) - {"name", CASES, GRADES, PERCENT}
    if strange:
        raise Refused(f"“{shown(min(strange))}”{of} isn't known; there are {CASES}, {GRADES} and {PERCENT}.")
    missing = [key for key in (CASES, GRADES) if key not in part]
    if missing:
        raise Refused(f"The figures{of} lack {' and '.join(f'“{key}”' for key in missing)}.")
    grades = _mapping(part[GRADES], GRADES, of)
    stated = _mapping(part.get(PERCENT, {}), PERCENT, of)
    if not grades:
        raise Refused(f"“{GRADES}”{of} is empty.")
    return Published(
        name=name,
        cases=_count(part[CASES], f"“{CASES}”{of}"),
        grades={grade: _count(count, f"The count of {grade}{of}") for grade, count in grades.items()},
        stated={grade: _percentage(given, f"The percentage of {grade}{of}") for grade, given in stated.items()},
    )


def _mapping(given: object, key: str, of: str) -> dict[str, object]:
    if not isinstance(given, dict):
        raise Refused(f"“{key}”{of} must be an object: a number for each grade.")
    if not all(name.strip() and name.isprintable() and len(name) <= MOST_NAME for name in given):
        raise Refused(f"A name in the file is empty, longer than {MOST_NAME} characters or holds control characters.")
    return given


def _count(given: object, what: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST:
        raise Refused(f"{what} must be a whole number from 0 to {MOST:,}, without quotation marks.")
    return given


def _percentage(given: object, what: str) -> Decimal:
    """A percentage as it was printed: 42 has no decimals, 41.70 has two."""
    if isinstance(given, bool) or not isinstance(given, int | Decimal) or not 0 <= given <= 100:  # noqa: PLR2004
        raise Refused(f"{what} must be a number from 0 to 100, without quotation marks or %.")
    found = abs(Decimal(given))
    places = found.as_tuple().exponent
    if not isinstance(places, int) or places < -MOST_PLACES:
        raise Refused(f"{what} has more than {MOST_PLACES} decimals.")
    return found.quantize(Decimal(1)) if places > 0 else found
