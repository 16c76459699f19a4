"""Risks: small numbers of children, or grades of whole groups, of which readers could be sure.

Only what is true can be known for sure. So a number is safe if there is one more board, besides the true one, on which
it is none or not so few. A group's grade is safe if there is one on which some of the group have another; of all cases
together, OTHERS or more. That all cases of a group have a learning theme is treated in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from audit.disclosure.model import Board, Cells, Model, Sum, Undecided, at_least, model, none_of, total
from audit.disclosure.published_before import (
    ABSENT,
    ALL,
    BY_AGENCY,
    CASES,
    NOT_GRADED,
    RATIFIED,
    SECTION,
    SELF,
    STRENGTH,
    THEME,
    Fact,
    PublishedBefore,
)

if TYPE_CHECKING:
    from audit.disclosure.solver import Solver

OTHERS = 3
"""Cases in other grades, or without a theme, that keep a reader who knows one or two cases from knowing all others."""
PUBLIC = ""
"""Somebody who reads what was published and knows nothing else."""


@dataclass(frozen=True)
class Rules:
    """`threshold`: the least number that isn't small. `enough`: with so many cases, totals are published by decision.

    `seconds`: the time limit. Whatever is undecided then counts as at risk.
    """

    threshold: int = 3
    enough: int = 10
    seconds: float = 30.0


@dataclass(frozen=True)
class Risk:
    """A number of which `who` could be sure: PUBLIC, or an agency that knows its own cases.

    `what`, `part` and `row` as a fact has them, at a version of the history; `area`: of a theme, in which; `changed`:
    of the cases that changed between two versions alone, by reference. `one`: that all of the part are in the row, or
    all cases of the area have the theme; of all cases together, for the public, that fewer than OTHERS don't.
    `undecided`: the time was over.
    """

    what: str
    part: str
    row: str
    version: int
    who: str = PUBLIC
    area: str = ""
    changed: frozenset[str] = frozenset()
    one: bool = False
    undecided: bool = False


def risks(history: PublishedBefore, rules: Rules, until: float) -> frozenset[Risk]:
    """What the public, or an agency that knows its own cases, could be sure of. `until`: a time of time.monotonic."""
    at_risk = _of(history, rules, PUBLIC, until)
    seen: set[frozenset[str]] = {frozenset()}
    for agency in history.agencies:
        known = frozenset(
            case.reference
            for version in history.versions
            for case in version.cases
            if agency in {name for name, _ in case.returns}
        )  # fmt: skip
        if known not in seen:
            seen.add(known)
            at_risk |= _of(history.without(known), rules, agency, until)
    return frozenset(at_risk)


@dataclass(frozen=True)
class _Number:
    """A number of which nobody may be sure while it is small; with `others`, while those are fewer than `enough`."""

    of: Sum
    risk: Risk
    others: Sum | None = None
    enough: int = 1

    def so(self, board: Board, rules: Rules) -> bool:
        """Whether the number is at risk on a board: small, or its whole (not empty) group."""
        count = total(self.of, board)
        if self.others is not None:
            return count > 0 and total(self.others, board) < self.enough
        return 0 < count < rules.threshold

    def otherwise(self, solver: Solver, rules: Rules) -> Board | Undecided | None:
        """A board on which the number isn't at risk, its group not being empty; None if there is none."""
        if self.others is not None:
            return solver.find(at_least(self.others, self.enough))
        undecided = None
        for safe in (none_of(self.of), at_least(self.of, rules.threshold)):
            board = solver.find(safe)
            if isinstance(board, Undecided):
                undecided = board
            elif board is not None:
                return board
        return undecided


def _of(history: PublishedBefore, rules: Rules, who: str, until: float) -> set[Risk]:
    known = model(history)
    doubtful = [each for each in _Numbers(history, rules, who).all() if each.so(known.true, rules)]
    return _sure(known, doubtful, rules, until) if doubtful else set()


def _sure(known: Model, doubtful: list[_Number], rules: Rules, until: float) -> set[Risk]:
    """The risks among `doubtful`, which are numbers at risk on the true board."""
    from audit.disclosure.solver import Solver  # large, and the web process never needs it

    solver, at_risk = Solver(known, until), set()
    while doubtful:
        number = doubtful.pop()
        board = number.otherwise(solver, rules)
        if board is None or isinstance(board, Undecided):
            at_risk.add(replace(number.risk, undecided=board is not None))
        else:  # other numbers may be safe on this board, too
            doubtful = [each for each in doubtful if _still(each, board, rules)]
    return at_risk


def _still(number: _Number, board: Board, rules: Rules) -> bool:
    """Whether a number is at risk on a board. An empty group counts too, as somebody may know that it isn't empty."""
    return total(number.others, board) < number.enough if number.others is not None else number.so(board, rules)


class _Numbers:
    """All the numbers of a history that nobody may be sure of."""

    def __init__(self, history: PublishedBefore, rules: Rules, who: str) -> None:
        self._history = history
        self._rules = rules
        self._who = who
        self._cells = Cells(history)

    def all(self) -> Iterator[_Number]:
        """The numbers at every version: of all its cases (totals for the public only), and of cases that changed."""
        every_cohort = tuple(range(len(self._cells.cohorts)))
        for version, published in enumerate(self._history.versions):
            like = Risk("", "", "", version, self._who)
            yield from self._parts(like, every_cohort)
            if self._who == PUBLIC:
                small = len(published.cases) < self._rules.enough
                yield from self._whole(like, every_cohort, small=small, enough=1 if small else OTHERS)
            for changed in self._changed(version):
                cases = [stood for place in changed for stood in self._cells.cohorts[place].cases]
                if len(cases) < self._rules.enough:
                    named = frozenset(case.reference for stood in cases for case in stood if case)
                    of_changed = replace(like, changed=named)
                    yield from self._parts(of_changed, changed)
                    yield from self._whole(of_changed, changed, small=True)

    def _parts(self, like: Risk, among: tuple[int, ...]) -> Iterator[_Number]:
        """Numbers by area and judgement, by theme and area, and by agency and self-grade."""
        for area in self._history.areas if len(self._history.areas) > 1 else ():  # one area's are the totals
            yield from self._group(replace(like, what=RATIFIED, part=area), among)
            for theme in self._history.themes:
                risk = replace(like, what=THEME, part=theme, row=ALL, area=area)
                yield _Number(self._cells.of(Fact(THEME, theme, area, 0), like.version, among), risk)
                if self._who == PUBLIC:  # agencies may learn what all cases that they don't know have in common
                    yield self._with_theme(risk, among)
        for agency in self._history.agencies:
            yield from self._group(replace(like, what=BY_AGENCY, part=agency), among)

    def _whole(self, like: Risk, among: tuple[int, ...], *, small: bool, enough: int = 1) -> Iterator[_Number]:
        """The totals. With `small`, small numbers are at risk, and not only that all cases have the same grade."""
        yield from self._group(replace(like, what=RATIFIED), among, small=small, enough=enough)
        yield from self._group(replace(like, what=SELF), among, small=small, enough=enough)
        for key, _ in self._history.sections:
            yield from self._group(replace(like, what=SECTION, part=key), among, small=small, enough=enough)
        for theme in self._history.themes:
            yield self._with_theme(replace(like, what=THEME, part=theme, row=ALL), among, enough)
        for what, themes in ((THEME, self._history.themes), (STRENGTH, ("", *self._history.themes))):
            for theme in themes if small else ():
                risk = replace(like, what=what, part=theme, row=ALL)
                yield _Number(self._cells.of(Fact(what, theme, ALL, 0), like.version, among), risk)

    def _with_theme(self, like: Risk, among: tuple[int, ...], enough: int = 1) -> _Number:
        """Whether all cases (of an area) but fewer than `enough` have a theme."""
        found = self._cells.of(Fact(THEME, like.part, like.area or ALL, 0), like.version, among)
        cases = self._cells.of(Fact(CASES, like.area, ALL, 0), like.version, among)
        return _Number(found, replace(like, one=True), {**cases, **dict.fromkeys(found, -1)}, enough)

    def _group(self, like: Risk, among: tuple[int, ...], *, small: bool = True, enough: int = 1) -> Iterator[_Number]:
        """A group's numbers by row, and whether all of the group but fewer than `enough` are in one row."""
        returns = like.what in (SELF, BY_AGENCY)
        rows = self._history.graded if returns else dict(self._history.sections).get(like.part, self._history.judged)

        def of_row(row: str) -> Sum:
            return self._cells.of(Fact(like.what, like.part, row, 0), like.version, among)

        if small:
            more = (ALL, *ABSENT) if returns else (ALL,) if like.part and like.what == RATIFIED else ()
            yield from (_Number(of_row(row), replace(like, row=row)) for row in (*rows, NOT_GRADED, *more))
        cells = {cell: times for row in rows for cell, times in of_row(row).items()}
        for row in (*(row for row in rows if not row.startswith(NOT_GRADED)), NOT_GRADED):
            own = of_row(row)
            others = {cell: times for cell, times in cells.items() if cell not in own}
            yield _Number(own, replace(like, row=row, one=True), others, enough)

    def _changed(self, version: int) -> Iterator[tuple[int, ...]]:
        """The cohorts that differ between this version and another one: together, and each alone."""
        groups: dict[tuple[int, ...], None] = {}
        for other in range(len(self._history.versions)):
            places = tuple(
                place
                for place, cohort in enumerate(self._cells.cohorts)
                if cohort.at(version) is not None and cohort.at(other) != cohort.at(version)
            )
            groups |= dict.fromkeys([places, *((place,) for place in places)])
        yield from (places for places in groups if places)
