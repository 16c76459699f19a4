"""How long it takes to decide which figures a public edition may contain, beside counting those figures.

Audits of 15, 200 and 10,000 cases in three areas, with ten agencies a case and ten learning themes, random from a fixed
seed. Measured are the first edition, and a second edition after a tenth of the cases got another grade, against readers
of both editions and against each agency. In milliseconds of this process's processor time. Numbers that aren't decided
within the product's own time limit count as at risk; the table says how many there were.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from audit.disclosure.choose import ChosenOffers, Kinds, Offer, choose
from audit.disclosure.published_before import (
    ALL,
    BY_AGENCY,
    CASES,
    NOT_GRADED,
    RATIFIED,
    SELF,
    THEME,
    CaseState,
    Fact,
    PublishedVersion,
    counted,
)
from audit.disclosure.risks import Rules
from bench.figures import Figure

SIZES = (15, 200, 10_000)
"""Numbers of cases in the audits that are measured."""
AREAS = ("Central", "East", "North")
AGENCIES = tuple(f"Agency {number}" for number in range(1, 11))
THEMES = tuple(f"Theme {number}" for number in range(1, 11))
GRADES = ("outstanding", "good", "requires_improvement", "inadequate")
ROWS = (*GRADES, f"{NOT_GRADED}:insufficient", f"{NOT_GRADED}:not_involved", f"{NOT_GRADED}:other")
TABLE = (*GRADES, NOT_GRADED, ALL)


def main() -> list[Figure]:
    """The figures of each audit."""
    return [figure for size in SIZES for figure in _of(size)]


def _of(size: int) -> Iterator[Figure]:
    cases = _cases(size)
    first, spent, counting = _decided((), cases)
    yield _figure(f"a first edition, {size:,} cases", first, spent, counting)
    anew = max(1, size // 10)
    changed = (*(replace(each, judged=_next(each.judged)) for each in cases[:anew]), *cases[anew:])
    second, spent, counting = _decided([PublishedVersion(cases, first.facts)], changed)
    yield _figure(f"a second one, {size:,} cases", second, spent, counting)


def _next(grade: str) -> str:
    return GRADES[(GRADES.index(grade) + 1) % len(GRADES)]


def _figure(what: str, found: ChosenOffers, spent: float, counting: float) -> Figure:
    at_risk = [risk for those in found.left_out.values() for risk in those]
    undecided = sum(risk.undecided for risk in at_risk)
    told = f"{len(found.chosen)} of {len(found.chosen) + len(found.left_out)} tables told"
    return Figure(f"ms of work: {what} ({told}, {undecided} numbers undecided)", spent, counting)


def _decided(before: Sequence[PublishedVersion], cases: tuple[CaseState, ...]) -> tuple[ChosenOffers, float, float]:
    """The edition that was decided, and the milliseconds of deciding it and of counting its figures."""
    began = time.process_time()
    offers = [Offer(name, _counted(facts, cases)) for name, facts in _offered()]
    counting = 1000 * (time.process_time() - began)
    began = time.process_time()
    found = choose(before, cases, offers, Kinds(ROWS, ROWS, AREAS), Rules())
    return found, 1000 * (time.process_time() - began), counting


def _counted(facts: Sequence[Fact], cases: tuple[CaseState, ...]) -> frozenset[Fact]:
    return frozenset(replace(fact, number=counted(fact, cases)) for fact in facts)


def _offered() -> Iterator[tuple[str, list[Fact]]]:
    """The tables that a public edition could contain, the most informative first."""
    yield "judgements", [Fact(RATIFIED, "", row, 0) for row in (*ROWS, ALL)]
    yield "themes", [Fact(THEME, theme, ALL, 0) for theme in THEMES]
    yield "areas", [Fact(CASES, area, ALL, 0) for area in AREAS]
    yield "by area", [Fact(RATIFIED, area, row, 0) for area in AREAS for row in TABLE]
    yield "self-grades", [Fact(SELF, "", row, 0) for row in (*ROWS, ALL)]
    yield "by agency", [Fact(BY_AGENCY, agency, row, 0) for agency in AGENCIES for row in TABLE]


def _cases(size: int) -> tuple[CaseState, ...]:
    chance = Random(size)  # noqa: S311  # the same audit each time
    return tuple(
        CaseState(
            f"T-{number:05}",
            AREAS[number % len(AREAS)],
            chance.choice(GRADES),
            frozenset((agency, chance.choice(ROWS)) for agency in AGENCIES),
            frozenset(theme for theme in THEMES if not chance.randrange(3)),
        )
        for number in range(size)
    )
