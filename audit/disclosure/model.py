"""The model: every way in which a cycle's cases could have stood, as counts in cells; what is known as sums of them.

A cell counts the cases of a cohort (audit.disclosure.told_before) that stood alike at one of its epochs: by area and
judgement, by theme and area, by section and row; or returns by agency and row. Whole numbers that meet every constraint
can be dealt out to cases one by one, so that each such set of numbers is a board that could be the true one, and each
board is such a set: what the least and the greatest are here is what they are there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from audit.disclosure.told_before import (
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
    CaseStood,
    Cohort,
    Fact,
    ToldBefore,
    cohorts,
    counted,
    within,
)

JUDGED, GRADED, FOUND, STRONG, OF_SECTION = "judged", "graded", "found", "strong", "section"
Cell = tuple[str, int, int, str, str]
"""What it counts, the cohort, the epoch, the part (area, agency, theme, section), and the row or the theme's area."""
Sum = Mapping[Cell, int]
"""Cells, each with how often it counts."""
Board = Mapping[Cell, int]
"""Every cell with its number."""


@dataclass(frozen=True)
class Undecided:
    """There may be such a board: the time was over, or the solver didn't say."""


@dataclass(frozen=True)
class Constraint:
    """What is known: a sum of cells is at least `least` and, unless that is None, at most `most`."""

    of: Sum
    least: int
    most: int | None


@dataclass(frozen=True)
class Model:
    """The cells, each with its true number, and the constraints that every board must meet."""

    true: Board
    constraints: tuple[Constraint, ...]

    def meets(self, board: Board) -> bool:
        """Whether a board is one: whole numbers, none below 0, and every constraint is met."""
        return all(number >= 0 for number in board.values()) and all(
            each.least <= total(each.of, board) and (each.most is None or total(each.of, board) <= each.most)
            for each in self.constraints
        )


def total(of: Sum, board: Board) -> int:
    """What a sum comes to on a board."""
    return sum(times * board[cell] for cell, times in of.items())


def model(history: ToldBefore) -> Model:
    """What is known of a cycle to whoever read all that was told."""
    made = Cells(history)
    true = {cell: number for place, cohort in enumerate(made.cohorts) for cell, number in _true(history, place, cohort)}
    constraints = [each for place, cohort in enumerate(made.cohorts) for each in _possible(history, place, cohort)]
    for version, told in enumerate(history.told):
        for fact in sorted(told.facts, key=repr):
            if fact.what != NAMED:
                constraints.append(Constraint(made.of(fact, version), fact.number, fact.number))
            elif fact.part:
                constraints.append(Constraint(made.of(fact, version), min(fact.number, 1), None))
            else:
                named = {each.part for each in told.facts if each.what == NAMED}
                unnamed = (Fact(THEME, theme, ALL, 0) for theme in history.themes if theme not in named)
                constraints += [Constraint(made.of(each, version), 0, 0) for each in unnamed]
    return Model(true, tuple(constraints))


class Cells:
    """The sums of cells that are a number of a version."""

    def __init__(self, history: ToldBefore) -> None:
        self._history = history
        self.cohorts = cohorts(history)

    def of(self, fact: Fact, version: int, among: Iterable[int] | None = None) -> Sum:
        """What a fact (whose number doesn't matter) counts at a version; `among`: in these cohorts only."""
        chosen = range(len(self.cohorts)) if among is None else among
        found: dict[Cell, int] = {}
        for place in chosen:
            epochs = self.cohorts[place].at(version)
            if epochs is not None:
                found |= dict.fromkeys(self._cells(fact, place, epochs), 1)
        return found

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


def _true(history: ToldBefore, place: int, cohort: Cohort) -> Iterator[tuple[Cell, int]]:
    """Every cell of a cohort, with its number."""
    for aspect, cells in enumerate((_of_judgement, _of_returns, _of_findings, _of_sections)):
        for epoch, cases in _by_epoch(cohort, aspect):
            for kind, part, row, number in cells(history, cases):
                yield (kind, place, epoch, part, row), number


_Numbers = Iterator[tuple[str, str, str, int]]
"""What a cell counts, the part, the row, and the number."""


def _of_judgement(history: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for area, row in product(history.areas, history.judged):
        yield JUDGED, area, row, sum((case.area, case.judged) == (area, row) for case in cases)


def _of_returns(history: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for agency, row in product(history.agencies, (*history.graded, *ABSENT)):
        yield GRADED, agency, row, sum((agency, row) in case.returns for case in cases)


def _of_findings(history: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for area in history.areas:
        here = [case for case in cases if case.area == area]
        for theme in history.themes:
            yield FOUND, theme, area, counted(Fact(THEME, theme, ALL, 0), here)
        for theme in ("", *history.themes):
            yield STRONG, theme, area, counted(Fact(STRENGTH, theme, ALL, 0), here)


def _of_sections(history: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for key, rows in history.sections:
        yield from ((OF_SECTION, key, row, sum((key, row) in case.sections for case in cases)) for row in rows)


def _by_epoch(cohort: Cohort, aspect: int) -> Iterator[tuple[int, list[CaseStood]]]:
    """The cases of a cohort as they stood in an aspect, epoch by epoch."""
    epochs = cohort.epochs[aspect]
    for epoch in sorted({each for each in epochs if each >= 0}):
        version = epochs.index(epoch)
        yield epoch, [case for stood in cohort.cases if (case := stood[version]) is not None]


def _possible(history: ToldBefore, place: int, cohort: Cohort) -> Iterator[Constraint]:
    """What holds of every board: how many the cohort's cases are, and that each is of one area and counts once."""
    size = len(cohort.cases)
    epochs = [sorted({each for each in cohort.epochs[aspect] if each >= 0}) for aspect in ASPECTS]
    here = {area: {(JUDGED, place, 0, area, row): 1 for row in history.judged} for area in history.areas}
    yield Constraint({cell: 1 for cells in here.values() for cell in cells}, size, size)
    for area, first in here.items():
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


def _nested(history: ToldBefore, place: int, epoch: int, area: str, cases: Sum) -> Iterator[Constraint]:
    """In an area a theme is found in some of its cases, with a strength in some of those, which all have a strength."""
    strong = {(STRONG, place, epoch, "", area): -1}
    yield Constraint({**cases, **strong}, 0, None)
    for theme in history.themes:
        found, well = (FOUND, place, epoch, theme, area), (STRONG, place, epoch, theme, area)
        yield Constraint({**cases, found: -1}, 0, None)
        yield Constraint({found: 1, well: -1}, 0, None)
        yield Constraint({(STRONG, place, epoch, "", area): 1, well: -1}, 0, None)


def at_least(of: Sum, number: int) -> Constraint:
    """That a sum comes to a number or more."""
    return Constraint(of, number, None)


def none_of(of: Sum) -> Constraint:
    """That a sum comes to nothing."""
    return Constraint(of, 0, 0)
