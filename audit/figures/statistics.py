"""How agencies' self-grades compare with what the meeting ratified, and how far apart they are within a case."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from audit.cases import graded_sections
from audit.cases.outline import CaseOutline, LineOutline
from audit.cycle.outline import GradedCycle
from audit.scales import Scale
from audit.tools import Section

FEWEST = 10
"""With fewer returns, nothing is said about how kind self-grades are."""


@dataclass(frozen=True)
class Movement:
    """How self-grades moved. `up`: the other grade is better than the self-grade; `down`: it is worse.

    The unit is returns, since steps of a scale can't be added. `references`: the cases compared, each once. `of`: the
    number of returns; only those with a grade on both sides are compared.
    """

    up: int
    same: int
    down: int
    references: tuple[str, ...]
    of: int = 0

    @property
    def enough(self) -> bool:
        """Whether enough returns are compared to say how kind self-grades are."""
        return self.compared >= FEWEST

    @property
    def compared(self) -> int:
        """The number of returns compared."""
        return self.up + self.same + self.down


@dataclass(frozen=True)
class Spread:
    """How far apart a case's self-grades are: keys of the best and worst, `steps` between them, how many `graded`."""

    reference: str
    area: str
    best: str
    worst: str
    steps: int
    graded: int


@dataclass(frozen=True)
class SectionComparison:
    """A section's self-grades compared with the ratified grades, and with the grades after moderation."""

    ratified: Movement
    moderated: Movement


@dataclass(frozen=True)
class Statistics:
    """A cycle's self-grades compared with its judgements and with the grades after moderation, and their spread.

    `sections`: key of a graded section -> its comparison. Agencies are by label; every one of the cycle is included.
    `spreads`: of the cases with two or more self-grades, the widest first; there are `compared` of them, and in
    `within_one` of these the self-grades are at most one grade apart. Agencies grade their own part in a case, not the
    case, so nothing here measures agreement about the same thing.
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
"""A case's reference, an agency's label, its self-grade and the grade to compare it with. Either may be no grade."""


def statistics(board: GradedCycle) -> Statistics:
    """A cycle's statistics of self-grades."""
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
    """A section's grade after moderation, or None while that is open."""
    moderated = line.moderated_sections.get(section.key)
    return moderated.grade if moderated else own if case.judgement else None


def _judged(case: CaseOutline, _: LineOutline) -> str | None:
    return case.judgement.grade if case.judgement else None


def _moderated(case: CaseOutline, line: LineOutline) -> str | None:
    """A return's grade after moderation. An unmoderated self-grade stands once the case is ratified; before, None."""
    if line.moderated:
        return line.moderated.grade
    return line.counted if case.judgement else None


def _against(cases: Iterable[CaseOutline], other: Callable[[CaseOutline, LineOutline], str | None]) -> Iterator[_Pair]:
    for case in cases:
        for line in case.lines:
            yield case.reference, line.agency, line.counted, other(case, line)


_NONE = Movement(0, 0, 0, ())


def _movements(scale: Scale, pairs: Iterable[_Pair]) -> tuple[Movement, dict[str, Movement]]:
    """The movement of all returns, and agency's label -> the movement of its own."""
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
    """A Movement while it is counted. `steps`: -1 for up, 0 for the same, 1 for down."""

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
