"""Checks of published figures: whether counts add up to the cases, and percentages fit the counts."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from math import ceil

from audit.bounds import safe_name
from audit.errors import Refused
from audit.past.published_figures import MOST, NOT_GRADED, Published, merges, percentage, totals
from audit.scales import OR

_MOST_TRIED = 100
"""The largest number of cases tried against percentages, where the number of cases isn't given."""


def rounded(count: int, of: int, like: Decimal) -> Decimal:
    """`count` as a percentage of `of`, rounded half up to as many decimals as `like` has."""
    return (Decimal(100 * count) / of).quantize(like, ROUND_HALF_UP)


def fitting(stated: Decimal, of: int) -> range:
    """The counts out of `of` whose percentage, rounded half up to as many decimals as `stated` has, is `stated`."""
    half = Fraction(1, 2) * Fraction(Decimal(1).scaleb(int(stated.as_tuple().exponent)))
    least, above = ((Fraction(stated) + side) * of / 100 for side in (-half, half))
    return range(max(ceil(least), 0), min(ceil(above), of + 1))


def faults(published: Published) -> tuple[str, ...]:
    """What doesn't fit, one sentence each; empty if everything fits."""
    whole = (*_sum(published), *_bands(published), *_percentages(published))
    parts = (f"{name}: {fault}" for name, area in published.areas.items() for fault in faults(area))
    sections = (f"{name}: {fault}" for name, section in published.sections.items() for fault in faults(section))
    return (*whole, *parts, *_areas(published), *sections, *_sections(published))


def notes(published: Published) -> tuple[str, ...]:
    """Remarks that aren't faults, one sentence each."""
    named = ", ".join(f"“{safe_name(name)}”" for name in published.unknown)
    remarks = [f"Not checked, since it isn't known here: {named}."] if named else []
    if not published.grades and published.stated:
        remarks += _possible(published)
    each = {**published.areas, **published.sections}
    parts = (f"{name}: {note}" for name, part in each.items() for note in notes(part))
    return (*remarks, *parts)


def _sum(published: Published) -> Iterator[str]:
    sums = totals(published.grades)
    if published.grades and published.cases not in sums:
        counted = max(sums)
        way = "too many" if counted > (published.cases or 0) else "missing"
        yield (
            f"The grades come to {counted}, but there are {published.cases} cases:"
            f" {abs(counted - (published.cases or 0))} {way}."
        )


def _bands(published: Published) -> Iterator[str]:
    for grade, count in published.grades.items():
        if merges(grade, published.grades):
            parts = sum(published.grades[part] for part in grade.split(OR))
            if parts != count:
                yield f"{grade} is given as {count}, but its grades come to {parts}."


def _percentages(published: Published) -> Iterator[str]:
    if not published.grades:
        yield from _percentages_alone(published)
        return
    cases = published.cases or 0
    for grade, stated in published.stated.items():
        count = published.count(grade)
        if count is None:
            yield f"{grade} is stated as {stated}%, but no count of it is given."
        elif cases == 0:
            yield f"{grade} is stated as {stated}%, but there is no percentage of no cases."
        elif (fits := rounded(count, cases, stated)) != stated:
            yield (
                f"{grade} is stated as {stated}%, but {count} of {cases} is {fits}%."
                f"{_other_base(published, grade, count, stated)}"
            )


def _other_base(published: Published, grade: str, count: int, stated: Decimal) -> str:
    """A sentence if the percentage fits the graded cases alone, or ""."""
    cases = published.cases or 0
    graded = cases - published.grades.get(NOT_GRADED, 0)
    if grade == NOT_GRADED or not 0 < graded < cases or rounded(count, graded, stated) != stated:
        return ""
    return f" It fits the {graded} graded cases alone: say so beside it, or calculate it from all {cases}."


def _percentages_alone(published: Published) -> Iterator[str]:
    """Faults of percentages published without counts: those that no counts can fit."""
    cases, apart = published.cases, _apart(published)
    if cases is None:
        if apart and not _cases_that_fit(apart):
            yield f"No number of cases up to {_MOST_TRIED} fits all of these percentages."
        return
    for grade, stated in published.stated.items():
        if cases == 0:
            yield f"{grade} is stated as {stated}%, but there is no percentage of no cases."
        elif not fitting(stated, cases):
            below = int(stated * cases / 100)
            near = " and ".join(
                f"{count} is {rounded(count, cases, stated)}%" for count in (below, below + 1) if count <= cases
            )
            yield f"{grade} is stated as {stated}%, but no count of {cases} is: {near}."
    least = sum(min(fitting(stated, cases), default=0) for stated in apart.values()) if cases else 0
    if least > (cases or 0):
        yield f"The percentages come to {least} cases at the least, but there are {cases}."


def _apart(published: Published) -> dict[str, Decimal]:
    """Grade -> percentage, for percentages that share no grade.

    A band is included unless all its grades have percentages of their own.
    """
    stated, taken = published.stated, set[str]()
    without_overlap: dict[str, Decimal] = {}
    for grade in sorted(stated, key=lambda each: -len(each.split(OR))):
        parts = set(grade.split(OR))
        if not merges(grade, stated) and taken.isdisjoint(parts):
            taken |= parts
            without_overlap[grade] = stated[grade]
    return without_overlap


def _cases_that_fit(stated: Mapping[str, Decimal]) -> list[int]:
    """The numbers of cases for which every percentage fits some count, and the counts needn't exceed the cases."""
    fits = []
    for cases in range(1, _MOST_TRIED + 1):
        counts = [fitting(each, cases) for each in stated.values()]
        if all(counts) and sum(min(each) for each in counts) <= cases:
            fits.append(cases)
    return fits


def _possible(published: Published) -> Iterator[str]:
    """The counts, or numbers of cases, that fit percentages published without counts."""
    if published.cases is None:
        cases = _cases_that_fit(_apart(published))
        if cases:
            yield f"These percentages fit {_listed(cases)} cases."
        return
    for grade, stated in published.stated.items():
        if counts := fitting(stated, published.cases) if published.cases else ():
            yield f"{grade}: {stated}% of {published.cases} is {_listed(counts)}."


def _listed(numbers: Sequence[int]) -> str:
    """Numbers as words: “7”, “14 or 15”; of more than twelve, the first twelve “or others, up to” the last."""
    most = 12
    said = [str(number) for number in numbers[:most]]
    if len(numbers) > most:
        return f"{', '.join(said)} or others, up to {numbers[-1]}"
    return f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else said[0]


def _areas(published: Published) -> Iterator[str]:
    """Where the areas don't add up to the whole."""
    parts = [area for area in published.areas.values() if area.grades]
    if not parts or len(parts) < len(published.areas):
        return
    if published.cases is not None and (cases := sum(part.cases or 0 for part in parts)) != published.cases:
        yield f"The areas come to {cases} cases, but there are {published.cases}."
    if published.grades:
        for grade in dict.fromkeys([*published.grades, *(grade for part in parts for grade in part.grades)]):
            if any(each.count(grade) is None and each.banded(grade) for each in (*parts, published)):
                continue
            counted, in_all = sum(part.count(grade) or 0 for part in parts), published.count(grade) or 0
            if counted != in_all:
                yield f"The areas come to {counted} for {grade}, but the whole has {in_all}."


def _sections(published: Published) -> Iterator[str]:
    """Where a section's cases and those to which it doesn't apply don't add up to all cases."""
    for name, section in published.sections.items():
        if published.cases is None or section.cases is None:
            continue
        total = section.cases + section.not_applicable
        if total != published.cases:
            apart = f", {section.not_applicable} of them not applicable" if section.not_applicable else ""
            yield f"{name} comes to {total} cases{apart}, but there are {published.cases}."


def which(printed: str, of: int | None) -> str:
    """A sentence that lists which counts of `of` cases are this percentage; Refused if it isn't one.

    If `of` is None, a line for each number of cases up to 100 that fits.
    """
    try:
        stated = percentage(Decimal(printed.strip().removesuffix("%").strip()), "The percentage")
    except InvalidOperation:
        raise Refused("A percentage is a number from 0 to 100, such as 88 or 87.5.") from None
    if of is not None:
        if not 1 <= of <= MOST:
            raise Refused(f"There must be at least one case, and at most {MOST:,}.")
        counts = fitting(stated, of)
        return f"{_listed(counts)} of {of}" if counts else f"No count of {of} is {stated}%."
    tried = ((fitting(stated, cases), cases) for cases in range(1, _MOST_TRIED + 1))
    return "\n".join(f"{_listed(counts)} of {cases}" for counts, cases in tried if counts)
