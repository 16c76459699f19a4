"""Proposals: never a grade that nobody gave, never an average, and nothing without a rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.proposal import LOWEST, MEDIAN, NONE, proposed
from audit.scales import INSPECTION, NOT_GRADED

RANKS = {grade.key: grade.rank for grade in INSPECTION.grades}
GRADES = st.lists(st.sampled_from([*RANKS, NOT_GRADED, "nil", "declined", "awaiting"]))


@given(GRADES, st.sampled_from([NONE, LOWEST, MEDIAN]))
def test_a_proposal_is_a_grade_that_somebody_gave(grades: list[str], rule: str) -> None:
    given_ones = [grade for grade in grades if grade in RANKS]
    found = proposed(rule, INSPECTION, grades)
    assert (found is None) is (rule == NONE or not given_ones)
    assert found is None or found in given_ones
    assert found == proposed(rule, INSPECTION, list(reversed(grades)))


@given(GRADES)
def test_the_lowest_is_as_bad_as_any(grades: list[str]) -> None:
    found = proposed(LOWEST, INSPECTION, grades)
    assert found is None or RANKS[found] == max(RANKS[grade] for grade in grades if grade in RANKS)


@given(GRADES)
def test_half_of_them_are_no_better_and_half_no_worse_than_the_middle(grades: list[str]) -> None:
    found = proposed(MEDIAN, INSPECTION, grades)
    if found is None:
        return
    ranks = [RANKS[grade] for grade in grades if grade in RANKS]
    assert 2 * sum(rank <= RANKS[found] for rank in ranks) > len(ranks)
    assert 2 * sum(rank >= RANKS[found] for rank in ranks) >= len(ranks)


@pytest.mark.parametrize(
    ("grades", "middle"),
    [
        (["good", "inadequate"], "inadequate"),
        (["outstanding", "good", "inadequate"], "good"),
        (["outstanding", "good", "requires_improvement", "inadequate"], "requires_improvement"),
        (["good", NOT_GRADED, NOT_GRADED, "nil"], "good"),
        ([NOT_GRADED], None),
    ],
)
def test_the_middle(grades: list[str], middle: str | None) -> None:
    assert proposed(MEDIAN, INSPECTION, grades) == middle
