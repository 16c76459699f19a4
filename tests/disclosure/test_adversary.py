"""Somebody who tries every board that fits all that was published is sure of just what the audit says, and no more.

The adversary here is another piece of work than the audit: boards are tried one after the other, and counted off.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.disclosure.choose import ChosenOffers, Kinds, Offer, choose
from audit.disclosure.published_before import (
    ALL,
    BY_AGENCY,
    CASES,
    RATIFIED,
    SECTION,
    SELF,
    STRENGTH,
    THEME,
    CaseState,
    Fact,
    PublishedBefore,
    PublishedVersion,
    counted,
    history,
)
from audit.disclosure.risks import OTHERS, PUBLIC, Risk, risks
from tests.kit.boards import AREAS, EXAMPLES, GRADES, LONG, RULES, SECTIONS, Board, boards, fits, histories, standings

Counting = Callable[[Board], bool]
Name = tuple[object, ...]


def sensitive(of: PublishedBefore, who: str) -> Iterator[tuple[Name, Counting]]:
    """Each thing that nobody may be sure of: its name, and whether it is so on a board."""
    for version, told in enumerate(of.versions):
        for area in of.areas if len(of.areas) > 1 else ():
            yield from group(RATIFIED, area, of.judged, version)
            for theme in of.themes:
                yield (THEME, theme, area, version, "small"), partial(small, partial(found, theme, area), version)
                if who == PUBLIC:
                    yield (THEME, theme, area, version, "one"), partial(everywhere, theme, area, 1, version)
        for agency in of.agencies:
            yield from group(BY_AGENCY, agency, of.graded, version)
        if who == PUBLIC:
            few = len(told.cases) < RULES.enough
            others = 1 if few else OTHERS
            sections = [named for key, rows in of.sections for named in group(SECTION, key, rows, version, others)]
            for name, so in [*group(RATIFIED, "", of.judged, version, others), *sections]:
                if name[-1] == "one" or few:
                    yield name, so
            for theme in of.themes:
                yield (THEME, theme, ALL, version, "one"), partial(everywhere, theme, "", others, version)


def group(what: str, part: str, rows: Iterable[str], version: int, others: int = 1) -> Iterator[tuple[Name, Counting]]:
    """`others`: from how many in other rows on a group isn't all in one."""
    for row in rows:
        counting = Fact(what, part, row, 0)
        yield (what, part, row, version, "small"), partial(small, partial(counted, counting), version)
        yield (what, part, row, version, "one"), partial(one, partial(COUNTERS[what], part), row, others, version)


def small(number: Callable[[Iterable[CaseState]], int], version: int, board: Board) -> bool:
    return 0 < number(board[version]) < RULES.threshold


def found(theme: str, area: str, cases: Iterable[CaseState]) -> int:
    return sum(theme in case.themes and case.area == area for case in cases)


def everywhere(theme: str, area: str, others: int, version: int, board: Board) -> bool:
    here = [case for case in board[version] if area in ("", case.area)]
    without = sum(theme not in case.themes for case in here)
    return len(here) > without and without < others


def one(
    group: Callable[[Iterable[CaseState]], Counter[str]], row: str, others: int, version: int, board: Board
) -> bool:
    rows = group(board[version])
    return rows[row] > 0 and rows.total() - rows[row] < others


def judged(area: str, cases: Iterable[CaseState]) -> Counter[str]:
    return Counter(case.judged for case in cases if area in ("", case.area))


def graded(agency: str, cases: Iterable[CaseState]) -> Counter[str]:
    return Counter(row for case in cases for name, row in case.returns if name == agency and row in GRADES)


def in_section(key: str, cases: Iterable[CaseState]) -> Counter[str]:
    return Counter(row for case in cases for name, row in case.sections if name == key)


COUNTERS = {RATIFIED: judged, BY_AGENCY: graded, SECTION: in_section}


def name_of(risk: Risk) -> tuple[object, ...] | None:
    """As `sensitive` calls it; None for what it doesn't try."""
    if risk.changed or (risk.row in {"not_graded", ALL} and risk.what != THEME):
        return None
    if risk.what in (SELF, STRENGTH) or (risk.what == THEME and not (risk.area or risk.one)):
        return None
    return risk.what, risk.part, risk.area or risk.row, risk.version, "one" if risk.one else "small"


def sure(of: PublishedBefore, standing: str, who: str) -> set[tuple[object, ...]]:
    """What whoever tries every board is sure of: it is so on each."""
    left = dict(sensitive(of, who))
    for board in boards(of, standing):
        if fits(board, of):
            for name in [name for name, so in left.items() if not so(board) and not empty(name, board)]:
                del left[name]
    return {name for name, so in left.items() if so(tuple(told.cases for told in of.versions))}


def empty(name: tuple[object, ...], board: Board) -> bool:
    """Whether a board has nobody in the group that is all in one grade: somebody may know better."""
    what, part, area, version, sort = name
    if sort != "one" or not isinstance(version, int):
        return False
    if what == THEME:
        return not any(area in (ALL, case.area) for case in board[version])
    return COUNTERS[str(what)](str(part), board[version]).total() == 0


@pytest.mark.parametrize("standing", ["judgements", "findings", "returns", "sections"])
def test_the_audit_and_the_adversary_are_sure_of_the_same(standing: str) -> None:
    @settings(max_examples=400 if LONG else 12, **EXAMPLES)
    @given(histories(standing))
    def agree(of: PublishedBefore) -> None:
        found = risks(of, RULES, time.monotonic() + 60)
        assert not any(risk.undecided for risk in found)
        known = {PUBLIC: frozenset[str]()}
        for agency in of.agencies:
            known[agency] = frozenset(case.reference for told in of.versions for case in told.cases
                                      if agency in dict(case.returns))  # fmt: skip
        for who, cases in known.items():
            theirs = {name for risk in found if risk.who == who and (name := name_of(risk))}
            if list(known.values()).index(cases) == list(known).index(who):  # two that know the same are one
                assert sure(of.without(cases), standing, who) == theirs, who

    agree()


def offers(cases: Iterable[CaseState]) -> list[Offer]:
    """What an edition would tell of these cases: the judgements of all, how many each area has, those by area.

    Of cases with graded sections the judgements of each.
    """
    stood = tuple(cases)

    def offer(name: str, facts: Iterable[Fact], group: str = "") -> Offer:
        return Offer(name, frozenset(replace(fact, number=counted(fact, stood)) for fact in facts), group)

    if any(case.sections for case in stood):
        return [offer(key, (Fact(SECTION, key, row, 0) for row in GRADES[:2]), "sections") for key in SECTIONS]
    return [
        offer("all", (Fact(RATIFIED, "", row, 0) for row in GRADES[:2])),
        offer("places", (Fact(CASES, area, ALL, 0) for area in AREAS)),
        offer("by area", (Fact(RATIFIED, area, row, 0) for area in AREAS for row in GRADES[:2])),
    ]


def kinds_of(cases: tuple[CaseState, ...]) -> Kinds:
    if any(case.sections for case in cases):
        return Kinds(GRADES[:1], GRADES[:2], AREAS[:1], dict.fromkeys(SECTIONS, GRADES[:2]))
    return Kinds(GRADES[:2], GRADES[:2], AREAS)


@cache
def chosen(
    before: tuple[PublishedVersion, ...], cases: tuple[CaseState, ...], withheld: frozenset[str]
) -> ChosenOffers:
    kinds = kinds_of(cases)
    return choose(before, cases, offers(cases), kinds, RULES, withheld=withheld)


def published(board: Board) -> tuple[tuple[tuple[str, ...], frozenset[Fact]], ...]:
    """All that is seen of a cycle whose versions are published one after the other: what is told, what is left out."""
    before: tuple[PublishedVersion, ...] = ()
    seen, withheld = [], frozenset[str]()
    for cases in board:
        choice = chosen(before, cases, withheld)
        withheld |= frozenset(choice.left_out)
        before = (*before, PublishedVersion(cases, choice.facts))
        seen.append((choice.chosen, choice.facts))
    return tuple(seen)


@st.composite
def editions(draw: st.DrawFn, standing: str) -> Board:
    """A cycle of so many cases that something can be told of it, and a second version of it."""
    every = standings(standing, AREAS, GRADES[:2])
    cases = [replace(draw(st.sampled_from(every)), reference=f"T{n}") for n in range(draw(st.integers(4, 13)))]
    second = list(cases)
    for place in draw(st.lists(st.integers(0, len(cases) - 1), max_size=3, unique=True)):
        again = draw(st.sampled_from(every))
        second[place] = replace(second[place], judged=again.judged, sections=again.sections)
    return (tuple(cases), tuple(second[draw(st.integers(0, 2)) :])) if draw(st.booleans()) else (tuple(cases),)


@pytest.mark.parametrize("standing", ["judgements", "sections"])
def test_who_knows_the_rules_and_sees_what_is_left_out_is_never_sure(standing: str) -> None:
    @settings(max_examples=60 if LONG else 4, **EXAMPLES)
    @given(editions(standing))
    def never_sure(board: Board) -> None:
        assert_never_sure(board, standing)

    never_sure()


def assert_never_sure(board: Board, standing: str) -> None:
    seen, kinds = published(board), kinds_of(board[0])
    told = [PublishedVersion(cases, facts) for cases, (_, facts) in zip(board, seen, strict=True)]
    of = history(told, kinds.judged, kinds.graded, kinds.areas, kinds.sections)
    if len(of.versions) < len(board):
        return  # nothing had changed
    so_here = {name: so for name, so in sensitive(of, PUBLIC) if so(board) and (name[1] or name[-1] == "one")}
    left = {name: so for name, so in so_here.items() if name[0] != RATIFIED or len(kinds.judged) > 1}
    for other in boards(of, standing):
        if left and fits(other, of):
            gone = [name for name, so in left.items() if not so(other) and not empty(name, other)]
            if gone and published(other) == seen:
                left = {name: so for name, so in left.items() if name not in gone}
    assert not left


@pytest.mark.parametrize("knows", range(1, OTHERS))
def test_who_knows_a_case_or_two_is_never_sure_of_all_others(knows: int) -> None:
    """In every small audit without areas, by the judgements of all cases or by their being left out."""
    alike: dict[object, set[frozenset[str]]] = {}
    for number in range(4, 7):
        for known in combinations_with_replacement(GRADES, knows):
            for others in combinations_with_replacement(GRADES, number - knows):
                rows = (*known, *others)
                cases = tuple(CaseState(f"T{place}", "", row) for place, row in enumerate(rows))
                facts = frozenset(Fact(RATIFIED, "", row, rows.count(row)) for row in GRADES)
                choice = choose((), cases, [Offer("all", facts)], Kinds(GRADES, GRADES, ()), RULES)
                alike.setdefault((number, known, choice.facts), set()).add(frozenset(others))
    for seen, possible in alike.items():
        assert len(possible) > 1 or len(*possible) > 1, seen


def test_nobody_is_sure_of_an_area_by_what_is_left_out() -> None:
    """Of every audit of seven cases in two areas: what all readers see of it is told of one with other areas, too."""
    ways = [CaseState("", area, row) for area in AREAS for row in GRADES[:2]]
    alike: dict[object, list[Board]] = {}
    for cases in combinations_with_replacement(ways, 7):
        board = (tuple(replace(case, reference=f"T{place}") for place, case in enumerate(cases)),)
        alike.setdefault(published(board), []).append(board)
    of = history([PublishedVersion(next(iter(alike.values()))[0][0], frozenset())], GRADES[:2], (), AREAS)
    names = {name: so for name, so in sensitive(of, PUBLIC) if name[1]}
    for there_can_be in alike.values():
        sure = [
            name
            for name, so in names.items()
            if any(map(so, there_can_be)) and all(so(board) or empty(name, board) for board in there_can_be)
        ]
        assert not sure, there_can_be
