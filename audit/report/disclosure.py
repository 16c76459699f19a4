"""Disclosure: what people outside may be told, so that nobody can tell from it what became of one child.

The one gate for whatever leaves the partnership, the public edition and the learning briefing; no edition for others is
drawn but through it. Numbers for all cases are told. A number of 1 or 2 in an area or an agency is small: a table that
has one is left out whole, and so is whatever else would give one away together with the numbers for all. Where all of a
group are in one grade its table says that of each of them, and then there is no public edition.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from audit.cycle.tally import Count
from audit.errors import Refused
from audit.identifiers import find
from audit.report.contents import Contents
from audit.scales import NOT_GRADED, Scale
from storage.reports import Edition

SMALL = (1, 2)
FEWEST = 3
"""Cases below which even the numbers for all of them are about too few children."""
ENOUGH = 10
"""Cases, or returns that are compared, from which on small numbers among all of them are told too."""
LEFT_OUT = "left out so that no child can be recognised"
_CALLED: dict[str, str] = {Edition.PUBLIC: "public edition", Edition.BRIEFING: "learning briefing"}


@dataclass(frozen=True)
class Publishable:
    """What may be told outside: the areas' names, how many cases each has, and which tables.

    There is one table by area and one by agency at most: two that count nearly the same would be subtracted.
    `small`: small numbers among all cases; `movement` and `spread`: how self-grades compare, for all together.
    """

    areas: bool
    places: bool
    ratified_by_area: bool
    self_grades: bool
    by_agency: bool
    small: bool
    movement: bool
    spread: bool

    def told(self, number: int) -> str:
        """How many cases, among all of them: the number, or that it is a small one."""
        return f"fewer than {FEWEST}" if number in SMALL and not self.small else f"{number:,}"


def publishable(contents: Contents, edition: str) -> Publishable:
    """What an edition (storage's Edition) for people outside may tell; Refused if there can be none (yet, or ever).

    How many cases an area has is safe to say beside the numbers for all even where its table is left out: as long as
    it and the others have 3 or more, whatever is small may be in any of them.
    """
    _require_final(contents, edition)
    if edition == Edition.PUBLIC:  # a briefing tells no grade
        _require_no_class(contents)
    require_unnamed("\n".join(_written(contents)), contents)
    tally, compared = contents.tally, contents.statistics
    areas, agencies = _several(tally.by_area.values()), _several(tally.by_agency.values())
    return Publishable(
        areas=areas,
        places=areas and not any(part.total in SMALL for part in tally.by_area.values()),
        ratified_by_area=areas and not any(_small(part) for part in tally.by_area.values()),
        self_grades=agencies,
        by_agency=agencies and not any(_small(part) for part in tally.by_agency.values()),
        small=tally.ratified.total >= ENOUGH,
        movement=compared.overall.compared >= ENOUGH,
        spread=compared.compared >= ENOUGH,
    )


def _require_final(contents: Contents, edition: str) -> None:
    total = contents.tally.ratified.total
    if contents.draft:
        unratified = f"{contents.ratified} of {total} cases are ratified"
        raise Refused(f"There is no {_CALLED[edition]} before every case is ratified: {unratified}.")
    if total < FEWEST:
        raise Refused(f"There is no {_CALLED[edition]} of fewer than {FEWEST} cases: a child could be recognised.")


def _require_no_class(contents: Contents) -> None:
    """Class disclosure: whoever knows that a child is of the group would know the grade."""
    scale, tally = contents.scale, contents.tally
    if grade := _one_grade(tally.ratified, scale):
        raise _class("Judgements of all cases", f"all {tally.ratified.total} cases were judged {grade}")
    for area, part in tally.by_area.items():
        if grade := _one_grade(part, scale):
            raise _class("Judgements by area", f"all {part.total} cases of {area} were judged {grade}")
    for agency, part in tally.by_agency.items():
        if grade := _one_grade(part, scale):
            raise _class("Self-grades by agency", f"all {part.total} self-grades of {agency} are {grade}")


def _one_grade(part: Count, scale: Scale) -> str | None:
    """The grade ("Not graded" too) that all of a part have, by its label; None of fewer than FEWEST, or of several."""
    labels = {grade.key: grade.label for grade in scale.grades} | {NOT_GRADED: "Not graded"}
    rows = {**part.grades, NOT_GRADED: part.not_graded_in_all}
    whole = part.total if part.total >= FEWEST else None  # of fewer, the table is left out as it is
    return next((labels[key] for key, number in rows.items() if number == whole), None)


def _class(table: str, why: str) -> Refused:
    return Refused(
        f"There is no public edition of this: {why}, so the table “{table}” would tell the grade of every child there."
        " The partnership can read the full edition; for others there is the learning briefing."
    )


def _several(parts: Iterable[Count]) -> bool:
    """Whether more than one part has anything in it: the numbers for all are those of a part that is alone."""
    return sum(part.total > 0 for part in parts) > 1


def _small(part: Count) -> bool:
    """Whether any number of a part is small, each reason for not grading too, though the table adds them up."""
    absent = (part.nil, part.declined, part.awaiting, part.missed)
    rows = (*part.grades.values(), *part.not_graded.values(), *absent)
    return any(number in SMALL for number in (part.total, part.not_graded_in_all, *rows))


def numbers(contents: Contents) -> object:
    """All that an edition for people outside counts, to be compared with another version's."""
    strong = sorted((found.theme or "", found.reference) for found in contents.findings if found.kind == "strength")
    return (
        contents.tally,
        contents.statistics.overall,
        [(theme.label, len(theme.references), theme.of) for theme in contents.themes],
        strong,
    )


def _written(contents: Contents) -> Iterator[str]:
    """What people wrote and others would read."""
    yield from (contents.title, contents.theme, contents.origin)
    yield from (theme.label for theme in contents.themes)
    yield from (each.text for each in contents.recommendations)
    yield from (text for each in contents.actions if not each.reference for text in (each.text, each.owner))


def require_unnamed(text: str, contents: Contents) -> None:
    """Refused if `text`, about to be given out, names a case, also nearly, or has an identifier in it."""
    named = sorted(case.reference for case in contents.cases if _pattern(case.reference).search(text))
    if named:
        raise Refused(f"This can't be published: {', '.join(named[:5])} is named in {_SOMEWHERE}. {_REWORD}")
    kind = find.find("\n".join(_written(contents)))
    if kind:
        raise Refused(f"This can't be published: there seems to be {kind} in {_SOMEWHERE}. {_REWORD}")


_SOMEWHERE = "the cycle's title, theme or origin, in a learning theme, or in a recommendation or its actions"
_REWORD = "Please reword that, and make a new version."


def _pattern(reference: str) -> re.Pattern[str]:
    """A case's reference however it is spaced, punctuated and cased: T2-EAST-03 is "t2 east 3" too."""
    runs = re.findall(r"\d+|[^\W\d_]+", reference)
    parts = [f"0*{run.lstrip('0')}" if run.isdecimal() else re.escape(run) for run in runs] or [re.escape(reference)]
    spaced = r"[\W_]{0,3}".join(parts)
    return re.compile(rf"(?<![^\W_]){spaced}(?![^\W_])", re.IGNORECASE)
