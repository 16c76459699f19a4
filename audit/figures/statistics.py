"""How agencies see themselves beside what the meeting ratified, and how far apart their self-grades are."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit.cases import sections as graded
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board
from audit.scales import Scale
from audit.tools import Section

FEWEST = 10
"""Returns below which nothing is said of how kind self-grades are."""


@dataclass(frozen=True)
class Movement:
    """How self-grades moved. `up`: what was made of them is better than they were; `down`: worse.

    They are counted in returns: steps of a scale can't be added up. `references`: the cases compared, each once. `of`:
    how many returns there are; only those that have a grade on both sides are compared.
    """

    up: int
    same: int
    down: int
    references: tuple[str, ...]
    of: int = 0

    @property
    def enough(self) -> bool:
        """Whether so many are compared that anything can be said of how kind they are."""
        return self.compared >= FEWEST

    @property
    def compared(self) -> int:
        """The returns compared."""
        return self.up + self.same + self.down


@dataclass(frozen=True)
class Spread:
    """How far apart the self-grades of a case are: best and worst by key, `steps` between them, how many `graded`."""

    reference: str
    area: str
    best: str
    worst: str
    steps: int
    graded: int


@dataclass(frozen=True)
class Compared:
    """The self-grades of a section: against what the meeting ratified, and against what moderation made of them."""

    ratified: Movement
    moderated: Movement


@dataclass(frozen=True)
class Statistics:
    """A cycle's self-grades: against the ratified judgements, against what moderation made of them, and their spread.

    `sections`: the same for each graded section, by its key. Agencies by label, every one of the cycle. `spreads`: of
    the cases that have two self-grades or more, the widest first; `compared` of them, and in `within_one` the
    self-grades are at most one grade apart. Agencies grade their own part in a case, not the case: nothing here says
    how well they would agree about the same thing.
    """

    overall: Movement
    by_agency: Mapping[str, Movement]
    moderated: Movement
    moderated_by_agency: Mapping[str, Movement]
    spreads: tuple[Spread, ...]
    within_one: int
    compared: int
    sections: Mapping[str, Compared] = field(default_factory=dict)


@dataclass(frozen=True)
class _Pair:
    """A return's self-grade, and what it is held against; either may be no grade at all."""

    reference: str
    agency: str
    own: str
    other: str | None


def statistics(board: Board) -> Statistics:
    """A cycle's numbers about self-grades."""
    scale, agencies = board.cycle.scale, [label for label, _ in board.cycle.agencies]
    ratified = list(_against(board.cases, _judged))
    moderated = list(_against(board.cases, _moderated))
    spreads = sorted(_spreads(board.cases, scale), key=lambda each: (-each.steps, each.area, each.reference))
    return Statistics(
        overall=_movement(scale, ratified),
        by_agency=_by_agency(scale, ratified, agencies),
        moderated=_movement(scale, moderated),
        moderated_by_agency=_by_agency(scale, moderated, agencies),
        spreads=tuple(spreads),
        within_one=sum(each.steps <= 1 for each in spreads),
        compared=len(spreads),
        sections={section.key: _of_section(board, section) for section in board.cycle.tool.graded},
    )


def _of_section(board: Board, section: Section) -> Compared:
    given = [
        (case, line, own.result)
        for case in board.cases
        for line in case.lines
        if (own := graded.counted(case, line, section))
    ]
    judged = [_Pair(case.reference, line.agency, own, graded.judged(case, section).result) for case, line, own in given]
    moderated = [
        _Pair(case.reference, line.agency, own, _made_of(case, line, section, own)) for case, line, own in given
    ]
    return Compared(_movement(section.graded_on, judged), _movement(section.graded_on, moderated))


def _made_of(case: CaseView, line: Line, section: Section, own: str) -> str | None:
    """What moderation left of a section's grade."""
    moderated = line.moderated_sections.get(section.key)
    return moderated.grade if moderated else own if case.judgement else None


def _judged(case: CaseView, _: Line) -> str | None:
    return case.judgement.grade if case.judgement else None


def _moderated(case: CaseView, line: Line) -> str | None:
    """What moderation left of a self-grade: once a case is ratified, those that nobody changed stand as they were."""
    if line.moderated:
        return line.moderated.grade
    return line.counted if case.judgement else None


def _against(cases: Iterable[CaseView], other: Callable[[CaseView, Line], str | None]) -> Iterator[_Pair]:
    for case in cases:
        for line in case.lines:
            yield _Pair(case.reference, line.agency, line.counted, other(case, line))


def _by_agency(scale: Scale, pairs: list[_Pair], agencies: Iterable[str]) -> dict[str, Movement]:
    return {label: _movement(scale, [pair for pair in pairs if pair.agency == label]) for label in agencies}


def _movement(scale: Scale, pairs: list[_Pair]) -> Movement:
    ranks = {grade.key: grade.rank for grade in scale.grades}
    both = [pair for pair in pairs if pair.own in ranks and pair.other in ranks]
    kinder = [ranks[pair.other or ""] - ranks[pair.own] for pair in both]
    return Movement(
        up=sum(steps < 0 for steps in kinder),
        same=kinder.count(0),
        down=sum(steps > 0 for steps in kinder),
        references=tuple(dict.fromkeys(pair.reference for pair in both)),
        of=len(pairs),
    )


def _spreads(cases: Iterable[CaseView], scale: Scale) -> Iterator[Spread]:
    grades = {grade.key: grade for grade in scale.grades}
    for case in cases:
        given = sorted(
            (grades[line.counted] for line in case.lines if line.counted in grades), key=lambda one: one.rank
        )
        if len(given) > 1:
            best, worst = given[0], given[-1]
            yield Spread(case.reference, case.area, best.key, worst.key, worst.rank - best.rank, len(given))
