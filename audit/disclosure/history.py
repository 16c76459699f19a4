"""What was told of a cycle: how its cases stood at each version that a publication is about, and the facts told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

CASES, RATIFIED, SELF, BY_AGENCY, THEME, STRENGTH = "cases", "ratified", "self", "agency", "theme", "strength"
"""What a fact can be about."""
NAMED = "named"
"""That a learning theme was found at all, whatever the fact's number; of no part, that those named are all."""
ALL, NOT_GRADED = "all", "not_graded"
"""The row of everything that is counted, and of all that isn't graded, whatever the reason."""
ABSENT = ("nil", "declined", "awaiting", "missed")
"""The rows of a return that isn't there."""


@dataclass(frozen=True)
class Fact:
    """A number that was told: of `part` (an area, agency or theme; "" for all) in `row` (a grade's key and the like).

    A linear fact about the cells of a cycle: the sum of the cells in that part and row is `number`.
    """

    what: str
    part: str
    row: str
    number: int


@dataclass(frozen=True)
class Stood:
    """How a case stood: its area, its judgement's row, each agency's own row, its themes, and those with a strength.

    `strong` holds "" where any strength was found.
    """

    reference: str
    area: str
    judged: str
    returns: frozenset[tuple[str, str]] = frozenset()
    themes: frozenset[str] = frozenset()
    strong: frozenset[str] = frozenset()

    @property
    def aspects(self) -> tuple[object, object, object]:
        """What may change apart from the rest: the judgement, the agencies' own grades, the findings."""
        return self.judged, self.returns, (self.themes, self.strong)


@dataclass(frozen=True)
class Told:
    """How the cases stood at one version, and all that was told of it."""

    cases: tuple[Stood, ...]
    facts: frozenset[Fact]


Epochs = tuple[int, ...]
"""For each version, as what the case stood then: the same number, the same standing; -1: it wasn't there."""


@dataclass(frozen=True)
class Cohort:
    """Cases that changed alike: `epochs` of the judgement, the agencies' own grades and the findings, by version.

    How many they are is reckoned as known: who reads two versions may have heard what was opened again in between.
    """

    epochs: tuple[Epochs, Epochs, Epochs]
    cases: tuple[tuple[Stood | None, ...], ...] = field(compare=False)

    def at(self, version: int) -> tuple[int, int, int] | None:
        """The epochs of a version; None if the cases weren't there."""
        judged, graded, found = (each[version] for each in self.epochs)
        return None if judged < 0 else (judged, graded, found)


@dataclass(frozen=True)
class History:
    """All versions that were told anything of, and what whoever reads knows beside: rows, areas, agencies, themes.

    `judged`: the rows that a judgement can have; `graded`: those of a return that is there.
    """

    told: tuple[Told, ...]
    judged: tuple[str, ...]
    graded: tuple[str, ...]
    areas: tuple[str, ...]
    agencies: tuple[str, ...]
    themes: tuple[str, ...]

    def without(self, known: frozenset[str]) -> "History":
        """What somebody who knows these cases (their references) is left with: the others, and the numbers for them."""
        return replace(self, told=tuple(_without(told, known) for told in self.told))


def _without(told: Told, known: frozenset[str]) -> Told:
    gone = [case for case in told.cases if case.reference in known]
    facts = frozenset(replace(fact, number=max(0, fact.number - counted(fact, gone))) for fact in told.facts)
    return Told(tuple(case for case in told.cases if case.reference not in known), facts)


def history(told: Iterable[Told], judged: Sequence[str], graded: Sequence[str], areas: Iterable[str] = ()) -> History:
    """The history of a cycle; what was told of cases that stood alike counts as told of one version.

    `areas`: those that are known to be audited beside those that a case is of.
    """
    facts: dict[tuple[Stood, ...], set[Fact]] = {}
    for each in told:
        facts.setdefault(tuple(sorted(each.cases, key=lambda case: case.reference)), set()).update(each.facts)
    every = [case for cases in facts for case in cases]

    def named(*kinds: str) -> set[str]:
        return {fact.part for found in facts.values() for fact in found if fact.part and fact.what in kinds}

    return History(
        tuple(Told(cases, frozenset(found)) for cases, found in facts.items()),
        tuple(judged),
        tuple(graded),
        tuple(sorted({*areas, *named(CASES, RATIFIED), *(case.area for case in every)})),
        tuple(sorted(named(BY_AGENCY) | {agency for case in every for agency, _ in case.returns})),
        tuple(sorted(named(THEME, NAMED, STRENGTH) | {theme for case in every for theme in case.themes})),
    )


def cohorts(of: History) -> tuple[Cohort, ...]:
    """The cases by how they changed from version to version; a case that came to another area counts as another."""
    standing: dict[tuple[str, str], list[Stood | None]] = {}
    for version, told in enumerate(of.told):
        for case in told.cases:
            standing.setdefault((case.reference, case.area), [None] * len(of.told))[version] = case
    found: dict[tuple[Epochs, Epochs, Epochs], list[tuple[Stood | None, ...]]] = {}
    for stood in standing.values():
        judged, graded, about = (
            _epochs([case.aspects[aspect] if case else None for case in stood]) for aspect in range(3)
        )
        found.setdefault((judged, graded, about), []).append(tuple(stood))
    return tuple(Cohort(epochs, tuple(cases)) for epochs, cases in found.items())


def _epochs(stood: Sequence[object | None]) -> Epochs:
    numbers: dict[object, int] = {}
    return tuple(-1 if each is None else numbers.setdefault(each, len(numbers)) for each in stood)


def counted(fact: Fact, cases: Iterable[Stood]) -> int:
    """How many of these cases, or of their returns, a fact counts."""
    return sum(_counts(fact, case) for case in cases)


def _counts(fact: Fact, case: Stood) -> int:
    if fact.what in (SELF, BY_AGENCY):
        return sum(within(row, fact.row) for agency, row in case.returns if fact.part in ("", agency))
    if fact.what in (THEME, NAMED):
        return int(fact.part in case.themes)
    if fact.what == STRENGTH:
        return int(fact.part in case.strong)
    here = fact.part in ("", case.area)
    return int(here and (fact.what == CASES or within(case.judged, fact.row)))


def within(row: str, of: str) -> bool:
    """Whether a row is counted in another: in itself, in that of all, a reason for not grading in that of all those."""
    return of in (ALL, row) or row.startswith(f"{of}:")
