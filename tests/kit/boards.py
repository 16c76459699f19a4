"""Small histories of publications, and every board that fits them, by brute force."""

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement, product
from math import comb, prod
from typing import Any

from hypothesis import HealthCheck, reject
from hypothesis import strategies as st

from audit.disclosure.published_before import (
    ALL,
    ASPECTS,
    BY_AGENCY,
    CASES,
    NAMED,
    RATIFIED,
    SECTION,
    SELF,
    STRENGTH,
    THEME,
    CaseState,
    Fact,
    PublishedBefore,
    PublishedVersion,
    cohorts,
    counted,
    history,
)
from audit.disclosure.risks import Rules

LONG = "ADVERSARY_LONG" in os.environ
MOST = 200_000 if LONG else 5_000
"""The limit of boards for one history; a history with more is skipped."""
EXAMPLES: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much],
}
"""hypothesis settings without time limits, for busy machines."""
GRADES = ("good", "inadequate", "not_graded:other")
AREAS, AGENCIES, THEMES, SECTIONS = ("East", "North"), ("Police", "YOT"), ("Housing",), ("voice", "planning")
RULES = Rules(threshold=3, enough=4)
Board = tuple[tuple[CaseState, ...], ...]
"""The state of all cases in each version."""


def standings(
    of: str, areas: Iterable[str], rows: Iterable[str], agencies: Collection[str] = AGENCIES
) -> list[CaseState]:
    """Every state of a case, as far as a test is about it; `of`: judgements, findings, returns or sections."""
    if of == "sections":
        graded = product(GRADES[:2], repeat=len(SECTIONS))
        each_way = (frozenset(zip(SECTIONS, each, strict=True)) for each in graded)
        return [CaseState("", AREAS[0], GRADES[0], sections=each) for each in each_way]
    if of == "returns":
        given = [None, *GRADES[:2]]
        return [
            CaseState(
                "", AREAS[0], GRADES[0], frozenset((who, row) for who, row in zip(agencies, each, strict=True) if row)
            )
            for each in product(given, repeat=len(agencies))
        ]
    found = [(frozenset[str](), frozenset[str]())]
    if of == "findings":
        found += [
            (frozenset(THEMES), frozenset()),
            (frozenset(THEMES), frozenset({""})),
            (frozenset(THEMES), frozenset({"", *THEMES})),
            (frozenset(), frozenset({""})),
        ]
    return [CaseState("", area, row, frozenset(), *each) for area in areas for row in rows for each in found]


@st.composite
def versions(draw: st.DrawFn, of: str) -> list[tuple[CaseState, ...]]:
    """One to three versions of a cycle, with cases that stay, are withdrawn, are added, or change when opened again."""
    every = standings(of, AREAS, GRADES[:2])
    most = 3 if of == "returns" else 5
    cases = {f"T{n}": draw(st.sampled_from(every)) for n in range(draw(st.integers(2, most)))}
    found = [dict(cases)]
    for number in range(draw(st.integers(0, 1 if of == "returns" else 2))):
        for name in draw(st.lists(st.sampled_from(sorted(cases)), max_size=2, unique=True)) if cases else ():
            del cases[name]
        for name in draw(st.lists(st.sampled_from(sorted(cases)), max_size=1)) if cases else ():
            again = draw(st.sampled_from(every))
            cases[name] = replace(again, area=cases[name].area)
        if draw(st.booleans()):
            cases[f"N{number}"] = draw(st.sampled_from(every))
        found.append(dict(cases))
    return [tuple(replace(stood, reference=name) for name, stood in each.items()) for each in found]


def every_fact(of: str) -> list[Fact]:
    if of == "returns":
        rows = GRADES[:2]
        return [Fact(SELF, "", row, 0) for row in rows] + [
            Fact(BY_AGENCY, who, row, 0) for who in AGENCIES for row in rows
        ]
    if of == "sections":
        return [Fact(SECTION, key, row, 0) for key in SECTIONS for row in GRADES[:2]]
    found = [Fact(RATIFIED, part, row, 0) for part in ("", *AREAS) for row in GRADES[:2]]
    found += [Fact(CASES, area, ALL, 0) for area in AREAS]
    if of == "findings":
        found += [Fact(THEME, THEMES[0], ALL, 0), Fact(STRENGTH, THEMES[0], ALL, 0), Fact(STRENGTH, "", ALL, 0)]
        found += [Fact(NAMED, THEMES[0], ALL, 0), Fact(THEME, THEMES[0], ALL, 0, or_more=True)]
    return found


@st.composite
def histories(draw: st.DrawFn, of: str) -> PublishedBefore:
    """A history in which some facts of each version were published."""
    told = []
    for cases in draw(versions(of)):
        facts = draw(st.lists(st.sampled_from(every_fact(of)), max_size=6))
        true = frozenset(replace(fact, number=max(0, counted(fact, cases) - fact.or_more)) for fact in facts)
        told.append(PublishedVersion(cases, frozenset(fact for fact in true if fact.what != NAMED or fact.number)))
    alone = of in ("returns", "sections")
    sections = dict.fromkeys(SECTIONS, GRADES[:2]) if of == "sections" else {}
    return history(told, GRADES[: 1 if alone else 2], GRADES[:2], AREAS[: 1 if alone else 2], sections)


def ways(of: PublishedBefore, standing: str) -> list[list[tuple[tuple[CaseState | None, ...], ...]]]:
    """For each cohort, every combination of its cases' states. A history with too many is rejected."""
    found = [(list(trajectories(cohort.epochs, of, standing)), len(cohort.cases)) for cohort in cohorts(of)]
    if prod(comb(len(paths) + number - 1, number) for paths, number in found) > MOST:
        reject()
    return [list(combinations_with_replacement(*each)) for each in found]


def boards(of: PublishedBefore, standing: str) -> Iterator[Board]:
    """Every board once, regardless of the names of its cases: cases that changed alike can't be told apart."""
    for chosen in product(*ways(of, standing)):
        cases = [
            [stood and replace(stood, reference=f"T{number}") for stood in each]
            for number, each in enumerate(each for cohort in chosen for each in cohort)
        ]
        yield tuple(tuple(stood for each in cases if (stood := each[n])) for n in range(len(of.versions)))


def trajectories(
    epochs: tuple[tuple[int, ...], ...], of: PublishedBefore, standing: str
) -> Iterator[tuple[CaseState | None, ...]]:
    """Every sequence of a case's states over all versions that changes exactly where `epochs` change."""
    every = standings(standing, of.areas, of.judged, of.agencies)
    there = [n for n, epoch in enumerate(epochs[0]) if epoch >= 0]
    seen = set()
    if len(every) ** len(there) > MOST:
        reject()
    for path in product(every, repeat=len(there)):
        if len({case.area for case in path}) > 1:
            continue
        kept = all(
            path[a].aspects[aspect] == path[b].aspects[aspect]
            for aspect in ASPECTS
            for a in range(len(there))
            for b in range(a)
            if epochs[aspect][there[a]] == epochs[aspect][there[b]]
        )
        if kept and path not in seen:
            seen.add(path)
            placed = dict(zip(there, path, strict=True))
            yield tuple(placed.get(n) for n in range(len(of.versions)))


def fits(board: Board, of: PublishedBefore) -> bool:
    """Whether everything that was published is true of a board."""
    return all(
        counted(fact, cases) >= (1 if fact.what == NAMED else fact.number)
        if fact.what == NAMED or fact.or_more
        else counted(fact, cases) == fact.number
        for cases, told in zip(board, of.versions, strict=True)
        for fact in told.facts
        if fact.what != NAMED or fact.number
    )
