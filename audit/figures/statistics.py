"""How agencies see themselves beside what the meeting ratified, and how far apart their self-grades are."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit.cases import graded_sections
from audit.cases.outline import CaseOutline, LineOutline
from audit.cycle.outline import GradedCycle
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
class SectionComparison:
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
    sections: Mapping[str, SectionComparison] = field(default_factory=dict)


_Pair = tuple[str, str, str, str | None]
"""A case's reference, an agency, its self-grade, and what that is held against; either may be no grade at all."""


def statistics(board: GradedCycle) -> Statistics:
    """A cycle's numbers about self-grades."""
    scale, agencies = board.cycle.scale, [label for label, _ in board.cycle.agencies]
    ratified, ratified_by = _movements(scale, _against(board.cases, _judged))
    moderated, moderated_by = _movements(scale, _against(board.cases, _moderated))
    spreads = sorted(_spreads(board.cases, scale), key=lambda each: (-each.steps, each.area, each.reference))
    return Statistics(
        overall=ratified,
        by_agency={label: ratified_by.get(label, _NONE) for label in agencies},
        moderated=moderated,
        moderated_by_agency={label: moderated_by.get(label, _NONE) for label in agencies},
        spreads=tuple(spreads),
        within_one=sum(each.steps <= 1 for each in spreads),
        compared=len(spreads),
        sections={section.key: _of_section(board, section) for section in board.cycle.tool.graded},
    )


def _of_section(board: GradedCycle, section: Section) -> SectionComparison:
    graded = [
        (case, line, own.result)
        for case in board.cases
        for line in case.lines
        if (own := graded_sections.counted(case, line, section))
    ]
    judged = (
        (case.reference, line.agency, own, graded_sections.judged(case, section).result) for case, line, own in graded
    )
    moderated = ((case.reference, line.agency, own, _made_of(case, line, section, own)) for case, line, own in graded)
    return SectionComparison(_movements(section.graded_on, judged)[0], _movements(section.graded_on, moderated)[0])


def _made_of(case: CaseOutline, line: LineOutline, section: Section, own: str) -> str | None:
    """What moderation left of a section's grade."""
    moderated = line.moderated_sections.get(section.key)
    return moderated.grade if moderated else own if case.judgement else None


def _judged(case: CaseOutline, _: LineOutline) -> str | None:
    return case.judgement.grade if case.judgement else None


def _moderated(case: CaseOutline, line: LineOutline) -> str | None:
    """What moderation left of a self-grade: once a case is ratified, those that nobody changed stand as they were."""
    if line.moderated:
        return line.moderated.grade
    return line.counted if case.judgement else None


def _against(cases: Iterable[CaseOutline], other: Callable[[CaseOutline, LineOutline], str | None]) -> Iterator[_Pair]:
    for case in cases:
        for line in case.lines:
            yield case.reference, line.agency, line.counted, other(case, line)


_NONE = Movement(0, 0, 0, ())


def _movements(scale: Scale, pairs: Iterable[_Pair]) -> tuple[Movement, dict[str, Movement]]:
    """How all moved, and those of each agency by its label."""
    ranks = {grade.key: grade.rank for grade in scale.grades}
    everybody, by_agency = _Moved(), dict[str, _Moved]()
    for reference, agency, own, other in pairs:
        among = by_agency.get(agency) or by_agency.setdefault(agency, _Moved())
        among.of += 1
        if own in ranks and other in ranks:
            steps = ranks[other or ""] - ranks[own]
            among.steps[(steps > 0) - (steps < 0)] += 1
            among.references[reference] = everybody.references[reference] = None
    for moved in by_agency.values():
        everybody.of += moved.of
        everybody.steps += moved.steps
    return everybody.movement, {agency: each.movement for agency, each in by_agency.items()}


@dataclass
class _Moved:
    """A Movement that is being counted; `steps`: -1 up, 0 the same, 1 down."""

    of: int = 0
    steps: Counter[int] = field(default_factory=Counter)
    references: dict[str, None] = field(default_factory=dict)

    @property
    def movement(self) -> Movement:
        return Movement(self.steps[-1], self.steps[0], self.steps[1], tuple(self.references), self.of)


def _spreads(cases: Iterable[CaseOutline], scale: Scale) -> Iterator[Spread]:
    grades = {grade.key: grade for grade in scale.grades}
    for case in cases:
        given = sorted(
            (grades[line.counted] for line in case.lines if line.counted in grades), key=lambda one: one.rank
        )
        if len(given) > 1:
            best, worst = given[0], given[-1]
            yield Spread(case.reference, case.area, best.key, worst.key, worst.rank - best.rank, len(given))
