"""What was published of a cycle: the state of its cases at each version published, and the facts about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

CASES, RATIFIED, SELF, BY_AGENCY, THEME, STRENGTH = "cases", "ratified", "self", "agency", "theme", "strength"
SECTION = "section"
"""What a fact can be about."""
NAMED = "named"
"""That a learning theme was found at all, whatever the fact's number. With an empty part: that no other theme was."""
ALL, NOT_GRADED = "all", "not_graded"
"""The row of everything counted, and the row of everything that isn't graded for any reason."""
ABSENT = ("nil", "declined", "awaiting", "missed")
"""The rows of a return that wasn't sent."""


@dataclass(frozen=True)
class Fact:
    """A published number: of `part` (area, agency, theme or section; "" for all) in `row` (for example a grade's key).

    It is a linear fact about the cells of a cycle: the sum of the cells in that part and row is `number`, or, with
    `or_more`, at least that.
    """

    what: str
    part: str
    row: str
    number: int
    or_more: bool = False


@dataclass(frozen=True)
class CaseState:
    """The state of a case: its area, the row of its judgement, and each (agency, row), theme and strength.

    `strong`: the themes with a strength, and "" if there is any strength. `sections`: (graded section's key, row).
    """

    reference: str
    area: str
    judged: str
    returns: frozenset[tuple[str, str]] = frozenset()
    themes: frozenset[str] = frozenset()
    strong: frozenset[str] = frozenset()
    sections: frozenset[tuple[str, str]] = frozenset()

    @property
    def aspects(self) -> tuple[object, ...]:
        """The parts that can change independently: judgement, self-grades, findings, and sections."""
        return self.judged, self.returns, (self.themes, self.strong), self.sections


JUDGEMENT, RETURNS, FINDINGS, SECTIONS = ASPECTS = range(4)
"""Indices in CaseState.aspects."""


@dataclass(frozen=True)
class PublishedVersion:
    """The state of the cases at one version, and everything published about it."""

    cases: tuple[CaseState, ...]
    facts: frozenset[Fact]


Epochs = tuple[int, ...]
"""For each version the number of the state that the case was in: equal numbers, equal states. -1: it wasn't there."""


@dataclass(frozen=True)
class Cohort:
    """Cases that changed alike. `epochs`: one entry for each of the ASPECTS.

    A cohort's size is taken as known, since a reader of two versions may have heard which cases were re-opened between.
    """

    epochs: tuple[Epochs, ...]
    cases: tuple[tuple[CaseState | None, ...], ...] = field(compare=False)

    def at(self, version: int) -> tuple[int, ...] | None:
        """The epochs of each aspect at a version; None if the cases weren't there."""
        epochs = tuple(each[version] for each in self.epochs)
        return None if min(epochs) < 0 else epochs


@dataclass(frozen=True)
class PublishedBefore:
    """All versions of which something was published, and what readers know besides: rows, areas, agencies, themes.

    `judged`: the possible rows of a judgement; `graded`: those of a return that was sent; `sections`: (graded section's
    key, its possible rows).
    """

    versions: tuple[PublishedVersion, ...]
    judged: tuple[str, ...]
    graded: tuple[str, ...]
    areas: tuple[str, ...]
    agencies: tuple[str, ...]
    themes: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def without(self, known: frozenset[str]) -> "PublishedBefore":
        """What remains unknown to somebody who knows these cases (by reference): the other cases, and their numbers."""
        return replace(self, versions=tuple(_without(version, known) for version in self.versions))


def _without(version: PublishedVersion, known: frozenset[str]) -> PublishedVersion:
    gone = [case for case in version.cases if case.reference in known]
    facts = frozenset(replace(fact, number=max(0, fact.number - counted(fact, gone))) for fact in version.facts)
    return PublishedVersion(tuple(case for case in version.cases if case.reference not in known), facts)


def history(
    versions: Iterable[PublishedVersion],
    judged: Sequence[str],
    graded: Sequence[str],
    areas: Iterable[str] = (),
    sections: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> PublishedBefore:
    """The history of a cycle. Versions with the same state of all cases are combined into one.

    `areas`: areas known to be audited, in addition to those of the cases.
    """
    facts: dict[tuple[CaseState, ...], set[Fact]] = {}
    for version in versions:
        facts.setdefault(tuple(sorted(version.cases, key=lambda case: case.reference)), set()).update(version.facts)
    every = [case for cases in facts for case in cases]

    def named(*kinds: str) -> set[str]:
        return {fact.part for found in facts.values() for fact in found if fact.part and fact.what in kinds}

    return PublishedBefore(
        tuple(PublishedVersion(cases, frozenset(found)) for cases, found in facts.items()),
        tuple(judged),
        tuple(graded),
        tuple(sorted({*areas, *named(CASES, RATIFIED), *(case.area for case in every)})),
        tuple(sorted(named(BY_AGENCY) | {agency for case in every for agency, _ in case.returns})),
        tuple(sorted(named(THEME, NAMED, STRENGTH) | {theme for case in every for theme in case.themes})),
        tuple(_rows(sections, every)),
    )


def _rows(sections: Mapping[str, Sequence[str]], cases: Sequence[CaseState]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(section, its rows): the rows possible now, and rows that a case was given when others were possible."""
    given = {pair: None for case in cases for pair in sorted(case.sections)}
    for key in dict.fromkeys((*sections, *(key for key, _ in given))):
        yield key, tuple(dict.fromkeys((*sections.get(key, ()), *(row for name, row in given if name == key))))


def cohorts(history: PublishedBefore) -> tuple[Cohort, ...]:
    """The cases by how they changed between versions. A case that moved to another area counts as another case."""
    standing: dict[tuple[str, str], list[CaseState | None]] = {}
    for version, published in enumerate(history.versions):
        for case in published.cases:
            standing.setdefault((case.reference, case.area), [None] * len(history.versions))[version] = case
    by_epochs: dict[tuple[Epochs, ...], list[tuple[CaseState | None, ...]]] = {}
    for stood in standing.values():
        epochs = (_epochs([case.aspects[aspect] if case else None for case in stood]) for aspect in ASPECTS)
        by_epochs.setdefault(tuple(epochs), []).append(tuple(stood))
    return tuple(Cohort(epochs, tuple(cases)) for epochs, cases in by_epochs.items())


def _epochs(stood: Sequence[object | None]) -> Epochs:
    numbers: dict[object, int] = {}
    return tuple(-1 if each is None else numbers.setdefault(each, len(numbers)) for each in stood)


def counted(fact: Fact, cases: Iterable[CaseState]) -> int:
    """How many of these cases, or of their returns, a fact counts."""
    return sum(_counts(fact, case) for case in cases)


def _counts(fact: Fact, case: CaseState) -> int:
    if fact.what in (SELF, BY_AGENCY):
        return sum(within(row, fact.row) for agency, row in case.returns if fact.part in ("", agency))
    if fact.what in (THEME, NAMED):
        return int(fact.part in case.themes)
    if fact.what == STRENGTH:
        return int(fact.part in case.strong)
    if fact.what == SECTION:
        return sum(key == fact.part and within(row, fact.row) for key, row in case.sections)
    here = fact.part in ("", case.area)
    return int(here and (fact.what == CASES or within(case.judged, fact.row)))


def within(row: str, of: str) -> bool:
    """Whether a row is counted in another: in itself, in ALL, or a reason for not grading in NOT_GRADED."""
    return of in (ALL, row) or row.startswith(f"{of}:")
