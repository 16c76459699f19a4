"""The model: all states that a cycle's cases could have been in, as counts in cells, and what is known, as their sums.

A cell counts the cases of a cohort (audit.disclosure.published_before) with the same state in one of its epochs: by
area and judgement, by theme and area, or by section and row; or it counts returns by agency and row. Whole numbers that
meet every constraint can always be dealt out to individual cases. So the solutions are exactly the boards that could be
true, and least and greatest values are the same in both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from audit.disclosure.published_before import (
    ABSENT,
    ALL,
    ASPECTS,
    BY_AGENCY,
    FINDINGS,
    JUDGEMENT,
    NAMED,
    RETURNS,
    SECTION,
    SECTIONS,
    SELF,
    STRENGTH,
    THEME,
    CaseState,
    Cohort,
    Fact,
    PublishedBefore,
    cohorts,
    counted,
    within,
)

JUDGED, GRADED, FOUND, STRONG, OF_SECTION = "judged", "graded", "found", "strong", "section"
Cell = tuple[str, int, int, str, str]
"""What is counted, the cohort, the epoch, the part (area, agency, theme or section), the row or the theme's area."""
Sum = Mapping[Cell, int]
"""Cell -> how often it counts."""
Board = Mapping[Cell, int]
"""Every cell -> its number."""


@dataclass(frozen=True)
class Undecided:
    """There may be such a board: the time was up, or the solver gave no answer."""


@dataclass(frozen=True)
class Constraint:
    """Something known: a sum of cells is at least `least` and, unless `most` is None, at most `most`."""

    of: Sum
    least: int
    most: int | None


@dataclass(frozen=True)
class Model:
    """The cells with their true numbers, and the constraints that every board must meet."""

    true: Board
    constraints: tuple[Constraint, ...]

    def meets(self, board: Board) -> bool:
        """Whether a board is possible: no number is negative, and every constraint is met."""
        return all(number >= 0 for number in board.values()) and all(
            each.least <= total(each.of, board) and (each.most is None or total(each.of, board) <= each.most)
            for each in self.constraints
        )


def total(of: Sum, board: Board) -> int:
    """The value of a sum on a board."""
    return sum(times * board[cell] for cell, times in of.items())


def model(history: PublishedBefore) -> Model:
    """What a reader of everything published knows of a cycle."""
    made = Cells(history)
    true = {cell: number for place, cohort in enumerate(made.cohorts) for cell, number in _true(history, place, cohort)}
    constraints = [each for place, cohort in enumerate(made.cohorts) for each in _possible(history, place, cohort)]
    for version, published in enumerate(history.versions):
        for fact in sorted(published.facts, key=repr):
            if fact.what != NAMED:
                most = None if fact.or_more else fact.number
                constraints.append(Constraint(made.of(fact, version), fact.number, most))
            elif fact.part:
                constraints.append(Constraint(made.of(fact, version), min(fact.number, 1), None))
            else:
                named = {each.part for each in published.facts if each.what == NAMED}
                unnamed = (Fact(THEME, theme, ALL, 0) for theme in history.themes if theme not in named)
                constraints += [Constraint(made.of(each, version), 0, 0) for each in unnamed]
    return Model(true, tuple(constraints))


class Cells:
    """Translates facts into sums of cells."""

    def __init__(self, history: PublishedBefore) -> None:
        self._history = history
        self.cohorts = cohorts(history)

    def of(self, fact: Fact, version: int, among: Iterable[int] | None = None) -> Sum:
        """The cells that a fact counts at a version, whatever its number. `among`: cohorts to count, None for all."""
        chosen = range(len(self.cohorts)) if among is None else among
        cells: dict[Cell, int] = {}
        for place in chosen:
            epochs = self.cohorts[place].at(version)
            if epochs is not None:
                cells |= dict.fromkeys(self._cells(fact, place, epochs), 1)
        return cells

    def _cells(self, fact: Fact, place: int, epochs: tuple[int, ...]) -> Iterator[Cell]:
        history, (judged, graded, found, sections) = self._history, epochs
        if fact.what in (SELF, BY_AGENCY):
            agencies = (fact.part,) if fact.part else history.agencies
            yield from ((GRADED, place, graded, agency, row) for agency in agencies
                        for row in (*history.graded, *ABSENT) if within(row, fact.row))  # fmt: skip
        elif fact.what in (THEME, NAMED, STRENGTH):
            kind = STRONG if fact.what == STRENGTH else FOUND
            areas = history.areas if fact.row == ALL else (fact.row,)
            yield from ((kind, place, found, fact.part, area) for area in areas)
        elif fact.what == SECTION:
            rows = dict(history.sections).get(fact.part, ())
            yield from ((OF_SECTION, place, sections, fact.part, row) for row in rows if within(row, fact.row))
        else:
            areas = (fact.part,) if fact.part else history.areas
            yield from ((JUDGED, place, judged, area, row) for area in areas
                        for row in history.judged if within(row, fact.row))  # fmt: skip


def _true(history: PublishedBefore, place: int, cohort: Cohort) -> Iterator[tuple[Cell, int]]:
    """Every cell of a cohort, with its true number."""
    for aspect, cells in enumerate((_of_judgement, _of_returns, _of_findings, _of_sections)):
        for epoch, cases in _by_epoch(cohort, aspect):
            for kind, part, row, number in cells(history, cases):
                yield (kind, place, epoch, part, row), number


_Numbers = Iterator[tuple[str, str, str, int]]
"""What a cell counts, its part, its row, and its number."""


def _of_judgement(history: PublishedBefore, cases: list[CaseState]) -> _Numbers:
    for area, row in product(history.areas, history.judged):
        yield JUDGED, area, row, sum((case.area, case.judged) == (area, row) for case in cases)


def _of_returns(history: PublishedBefore, cases: list[CaseState]) -> _Numbers:
    for agency, row in product(history.agencies, (*history.graded, *ABSENT)):
        yield GRADED, agency, row, sum((agency, row) in case.returns for case in cases)


def _of_findings(history: PublishedBefore, cases: list[CaseState]) -> _Numbers:
    for area in history.areas:
        here = [case for case in cases if case.area == area]
        for theme in history.themes:
            yield FOUND, theme, area, counted(Fact(THEME, theme, ALL, 0), here)
        for theme in ("", *history.themes):
            yield STRONG, theme, area, counted(Fact(STRENGTH, theme, ALL, 0), here)


def _of_sections(history: PublishedBefore, cases: list[CaseState]) -> _Numbers:
    for key, rows in history.sections:
        yield from ((OF_SECTION, key, row, sum((key, row) in case.sections for case in cases)) for row in rows)


def _by_epoch(cohort: Cohort, aspect: int) -> Iterator[tuple[int, list[CaseState]]]:
    """(epoch, the cohort's cases as they stood in it) for one aspect."""
    epochs = cohort.epochs[aspect]
    for epoch in sorted({each for each in epochs if each >= 0}):
        version = epochs.index(epoch)
        yield epoch, [case for stood in cohort.cases if (case := stood[version]) is not None]


def _possible(history: PublishedBefore, place: int, cohort: Cohort) -> Iterator[Constraint]:
    """Constraints that hold for every board: a cohort's size, and that each case is in one area and counts once."""
    size = len(cohort.cases)
    epochs = [sorted({each for each in cohort.epochs[aspect] if each >= 0}) for aspect in ASPECTS]
    cells_by_area = {area: {(JUDGED, place, 0, area, row): 1 for row in history.judged} for area in history.areas}
    yield Constraint({cell: 1 for cells in cells_by_area.values() for cell in cells}, size, size)
    for area, first in cells_by_area.items():
        for epoch in epochs[JUDGEMENT][1:]:
            same = {(JUDGED, place, epoch, area, row): -1 for row in history.judged}
            yield Constraint(first | same, 0, 0)
        for epoch in epochs[FINDINGS]:
            yield from _nested(history, place, epoch, area, first)
    for epoch in epochs[RETURNS]:
        for agency in history.agencies:
            yield Constraint({(GRADED, place, epoch, agency, row): 1 for row in (*history.graded, *ABSENT)}, 0, size)
    for epoch, cases in _by_epoch(cohort, SECTIONS):
        for key, rows in history.sections:
            asked = sum(any(name == key for name, _ in case.sections) for case in cases)
            yield Constraint({(OF_SECTION, place, epoch, key, row): 1 for row in rows}, asked, asked)


def _nested(history: PublishedBefore, place: int, epoch: int, area: str, cases: Sum) -> Iterator[Constraint]:
    """In an area, the cases with a strength in a theme are among those with a finding in it, and with any strength."""
    strong = {(STRONG, place, epoch, "", area): -1}
    yield Constraint({**cases, **strong}, 0, None)
    for theme in history.themes:
        found, well = (FOUND, place, epoch, theme, area), (STRONG, place, epoch, theme, area)
        yield Constraint({**cases, found: -1}, 0, None)
        yield Constraint({found: 1, well: -1}, 0, None)
        yield Constraint({(STRONG, place, epoch, "", area): 1, well: -1}, 0, None)


def at_least(of: Sum, number: int) -> Constraint:
    """The constraint that a sum is `number` or more."""
    return Constraint(of, number, None)


def none_of(of: Sum) -> Constraint:
    """The constraint that a sum is 0."""
    return Constraint(of, 0, 0)
