"""The model: every way in which a cycle's cases could have stood, as counts in cells; what is known as sums of them.

A cell counts the cases of a cohort (audit.disclosure.told_before) that stood alike at one of its epochs: by area and
judgement, by theme and area, by section and row; or returns by agency and row. Whole numbers that meet every line can
be dealt out to cases one by one, so that each such set of numbers is a board that could be the true one, and each board
is such a set: what the least and the greatest are here is what they are there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from audit.disclosure.told_before import (
    ABSENT,
    ALL,
    ASPECTS,
    BY_AGENCY,
    NAMED,
    SECTION,
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
class KnownSum:
    """What is known: a sum of cells is at least `least` and, unless that is None, at most `most`."""

    of: Sum
    least: int
    most: int | None


@dataclass(frozen=True)
class Model:
    """The cells, each with its true number, and the lines that every board must meet."""

    true: Board
    lines: tuple[KnownSum, ...]

    def meets(self, board: Board) -> bool:
        """Whether a board is one: whole numbers, none below 0, and every line is met."""
        return all(number >= 0 for number in board.values()) and all(
            line.least <= total(line.of, board) and (line.most is None or total(line.of, board) <= line.most)
            for line in self.lines
        )


def total(of: Sum, board: Board) -> int:
    """What a sum comes to on a board."""
    return sum(times * board[cell] for cell, times in of.items())


def model(of: ToldBefore) -> Model:
    """What is known of a cycle to whoever read all that was told."""
    made = Cells(of)
    true = {cell: number for place, cohort in enumerate(made.cohorts) for cell, number in _true(of, place, cohort)}
    lines = [line for place, cohort in enumerate(made.cohorts) for line in _possible(of, place, cohort)]
    for version, told in enumerate(of.told):
        for fact in sorted(told.facts, key=repr):
            if fact.what != NAMED:
                lines.append(KnownSum(made.of(fact, version), fact.number, fact.number))
            elif fact.part:
                lines.append(KnownSum(made.of(fact, version), min(fact.number, 1), None))
            else:
                named = {each.part for each in told.facts if each.what == NAMED}
                unnamed = (Fact(THEME, theme, ALL, 0) for theme in of.themes if theme not in named)
                lines += [KnownSum(made.of(each, version), 0, 0) for each in unnamed]
    return Model(true, tuple(lines))


class Cells:
    """The sums of cells that are a number of a version."""

    def __init__(self, of: ToldBefore) -> None:
        self._history = of
        self.cohorts = cohorts(of)

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
        of, (judged, graded, found, sections) = self._history, epochs
        if fact.what in (SELF, BY_AGENCY):
            agencies = (fact.part,) if fact.part else of.agencies
            yield from ((GRADED, place, graded, agency, row) for agency in agencies
                        for row in (*of.graded, *ABSENT) if within(row, fact.row))  # fmt: skip
        elif fact.what in (THEME, NAMED, STRENGTH):
            kind = STRONG if fact.what == STRENGTH else FOUND
            areas = of.areas if fact.row == ALL else (fact.row,)
            yield from ((kind, place, found, fact.part, area) for area in areas)
        elif fact.what == SECTION:
            rows = dict(of.sections).get(fact.part, ())
            yield from ((OF_SECTION, place, sections, fact.part, row) for row in rows if within(row, fact.row))
        else:
            areas = (fact.part,) if fact.part else of.areas
            yield from ((JUDGED, place, judged, area, row) for area in areas
                        for row in of.judged if within(row, fact.row))  # fmt: skip


def _true(of: ToldBefore, place: int, cohort: Cohort) -> Iterator[tuple[Cell, int]]:
    """Every cell of a cohort, with its number."""
    for aspect, cells in enumerate((_of_judgement, _of_returns, _of_findings, _of_sections)):
        for epoch, cases in _by_epoch(cohort, aspect):
            for kind, part, row, number in cells(of, cases):
                yield (kind, place, epoch, part, row), number


_Numbers = Iterator[tuple[str, str, str, int]]
"""What a cell counts, the part, the row, and the number."""


def _of_judgement(of: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for area, row in product(of.areas, of.judged):
        yield JUDGED, area, row, sum((case.area, case.judged) == (area, row) for case in cases)


def _of_returns(of: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for agency, row in product(of.agencies, (*of.graded, *ABSENT)):
        yield GRADED, agency, row, sum((agency, row) in case.returns for case in cases)


def _of_findings(of: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for area in of.areas:
        here = [case for case in cases if case.area == area]
        for theme in of.themes:
            yield FOUND, theme, area, counted(Fact(THEME, theme, ALL, 0), here)
        for theme in ("", *of.themes):
            yield STRONG, theme, area, counted(Fact(STRENGTH, theme, ALL, 0), here)


def _of_sections(of: ToldBefore, cases: list[CaseStood]) -> _Numbers:
    for key, rows in of.sections:
        yield from ((OF_SECTION, key, row, sum((key, row) in case.sections for case in cases)) for row in rows)


def _by_epoch(cohort: Cohort, aspect: int) -> Iterator[tuple[int, list[CaseStood]]]:
    """The cases of a cohort as they stood in an aspect, epoch by epoch."""
    epochs = cohort.epochs[aspect]
    for epoch in sorted({each for each in epochs if each >= 0}):
        version = epochs.index(epoch)
        yield epoch, [case for stood in cohort.cases if (case := stood[version]) is not None]


def _possible(of: ToldBefore, place: int, cohort: Cohort) -> Iterator[KnownSum]:
    """What holds of every board: how many the cohort's cases are, and that each is of one area and counts once."""
    size = len(cohort.cases)
    epochs = [sorted({each for each in cohort.epochs[aspect] if each >= 0}) for aspect in range(ASPECTS)]
    here = {area: {(JUDGED, place, 0, area, row): 1 for row in of.judged} for area in of.areas}
    yield KnownSum({cell: 1 for cells in here.values() for cell in cells}, size, size)
    for area, first in here.items():
        for epoch in epochs[0][1:]:
            same = {(JUDGED, place, epoch, area, row): -1 for row in of.judged}
            yield KnownSum(first | same, 0, 0)
        for epoch in epochs[2]:
            yield from _nested(of, place, epoch, area, first)
    for epoch in epochs[1]:
        for agency in of.agencies:
            yield KnownSum({(GRADED, place, epoch, agency, row): 1 for row in (*of.graded, *ABSENT)}, 0, size)
    for epoch, cases in _by_epoch(cohort, 3):
        for key, rows in of.sections:
            asked = sum(any(name == key for name, _ in case.sections) for case in cases)
            yield KnownSum({(OF_SECTION, place, epoch, key, row): 1 for row in rows}, asked, asked)


def _nested(of: ToldBefore, place: int, epoch: int, area: str, cases: Sum) -> Iterator[KnownSum]:
    """In an area a theme is found in some of its cases, with a strength in some of those, which all have a strength."""
    strong = {(STRONG, place, epoch, "", area): -1}
    yield KnownSum({**cases, **strong}, 0, None)
    for theme in of.themes:
        found, well = (FOUND, place, epoch, theme, area), (STRONG, place, epoch, theme, area)
        yield KnownSum({**cases, found: -1}, 0, None)
        yield KnownSum({found: 1, well: -1}, 0, None)
        yield KnownSum({(STRONG, place, epoch, "", area): 1, well: -1}, 0, None)


def at_least(of: Sum, number: int) -> KnownSum:
    """That a sum comes to a number or more."""
    return KnownSum(of, number, None)


def none_of(of: Sum) -> KnownSum:
    """That a sum comes to nothing."""
    return KnownSum(of, 0, 0)
