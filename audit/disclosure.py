"""Disclosure: which numbers may be published, so that nobody can tell from them which area or agency a child is from.

A number of 1 or 2 in an area or an agency is small. A table that has one is left out whole, and so is whatever else
would give one away together with the numbers for all cases, which are always published.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.contents import Contents
from audit.errors import Refused
from audit.tallies import Count

SMALL = (1, 2)
FEWEST = 3
"""Cases below which even the numbers for all of them are about too few children."""
LEFT_OUT = "left out so that no child can be recognised"


@dataclass(frozen=True)
class Publishable:
    """What the public edition may show: the areas' names, how many cases each has, and which tables.

    There is one table by area and one by agency at most: two that count nearly the same would be subtracted.
    """

    areas: bool
    places: bool
    ratified_by_area: bool
    self_grades: bool
    by_agency: bool


def publishable(contents: Contents) -> Publishable:
    """What may be published; Refused if nothing may yet, or ever.

    How many cases an area has is safe to say beside the numbers for all even where its table is left out: as long as
    it and the others have 3 or more, whatever is small may be in any of them.
    """
    tally = contents.tally
    if contents.draft:
        unratified = f"{contents.ratified} of {tally.ratified.total} cases are ratified"
        raise Refused(f"There is no public edition before every case is ratified: {unratified}.")
    if tally.ratified.total < FEWEST:
        raise Refused(f"There is no public edition of fewer than {FEWEST} cases: a child could be recognised.")
    areas, agencies = _several(tally.by_area.values()), _several(tally.by_agency.values())
    return Publishable(
        areas=areas,
        places=areas and not any(part.total in SMALL for part in tally.by_area.values()),
        ratified_by_area=areas and not any(_small(part) for part in tally.by_area.values()),
        self_grades=agencies,
        by_agency=agencies and not any(_small(part) for part in tally.by_agency.values()),
    )


def _several(parts: Iterable[Count]) -> bool:
    """Whether more than one part has anything in it: the numbers for all are those of a part that is alone."""
    return sum(part.total > 0 for part in parts) > 1


def _small(part: Count) -> bool:
    """Whether any number of a part is small, each reason for not grading too, though the table adds them up."""
    rows = (*part.grades.values(), *part.not_graded.values(), part.nil, part.declined, part.awaiting)
    return any(number in SMALL for number in (part.total, part.not_graded_in_all, *rows))


def require_unnamed(text: str, contents: Contents) -> None:
    """Refused if `text`, about to be published, names a case: somebody wrote it into a title or a recommendation."""
    plain = text.casefold()
    named = sorted(case.reference for case in contents.cases if case.reference.casefold() in plain)
    if named:
        raise Refused(
            f"This can't be published: {', '.join(named[:5])} is named in the cycle's title, theme or origin, in a"
            " learning theme, or in a recommendation or its actions. Please reword that, and make a new version."
        )
