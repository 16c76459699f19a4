"""What a number of a few cases leaves open: held against published figures, and against every list there can be."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.figures.intervals import OUTSIDE, Range, SampledStratum, difference, of_all, strata
from audit.library.default import DEFAULT
from audit.report.gather import written
from audit.report.methods import DrawnSample
from tests.kit import counted, models, random_reports
from views.documents import markdown
from views.report.editions import document


@pytest.mark.parametrize(
    ("now", "then", "between"),
    [  # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_difference_of_two_shares_is_as_published(
    now: tuple[int, int], then: tuple[int, int], between: tuple[float, float]
) -> None:
    assert difference(now, then) == pytest.approx(between, abs=5e-5)


@given(st.integers(1, 7), st.data())
def test_whatever_the_list_holds_at_most_one_draw_in_twenty_misses_it(listed: int, data: st.DataObject) -> None:
    """Every draw that there can be from a list in which so many have what is asked about."""
    drawn, holders = data.draw(st.integers(1, listed)), data.draw(st.integers(0, listed))
    draws = list(combinations([place < holders for place in range(listed)], drawn))
    found = [of_all([SampledStratum(sum(each), drawn, listed)]) for each in draws]
    missed = sum(each is not None and not each.least <= holders <= each.most for each in found)
    assert missed <= OUTSIDE * len(draws)
    assert drawn < listed or found == [None] * len(draws)


def test_a_large_list_is_reckoned_with_too_and_areas_hold_at_once() -> None:
    assert of_all([SampledStratum(4, 15, 120)]) == Range(11, 64, 120)
    assert of_all([SampledStratum(0, 15, 120)]) == Range(0, 24, 120)
    assert of_all([SampledStratum(400, 1500, 12_000)]) == Range(2951, 3460, 12_000)
    apart = of_all([SampledStratum(2, 5, 40), SampledStratum(1, 5, 40), SampledStratum(1, 5, 40)])
    assert apart == Range(4, 95, 120)
    assert not apart.telling
    assert of_all([]) is None


def test_only_cases_that_were_all_drawn_have_strata() -> None:
    drawn = {"East": (40, 5), "West": (30, 4)}
    assert strata([drawn], {"East": (2, 5), "West": (1, 4)}) == (SampledStratum(2, 5, 40), SampledStratum(1, 4, 30))
    assert strata([drawn], {"East": (2, 6), "West": (1, 4)}) == (), "one came otherwise"
    assert strata([drawn], {"East": (2, 5)}) == (), "an area was taken out"
    assert strata([drawn, {"East": (41, 5)}], {"East": (2, 5), "West": (1, 4)}) == (), "drawn twice"
    assert strata([], {"": (2, 5)}) == ()


def test_the_full_report_says_what_a_random_sample_leaves_open_and_no_other_does() -> None:
    board = counted.board(DEFAULT)
    listed = {area: (40, count.total) for area, count in board.tally.by_area.items()}
    drawn = replace(random_reports.METHOD, samples=(DrawnSample("chalk", "0" * 64, listed, date(2026, 3, 1)),))
    text = markdown(document(written(board, drawn, {}), "full", 1, models.NOW))
    left = "So few cases were drawn that they say little of all 120. Since they were drawn at random: of all 120, "
    assert left in text
    assert (
        "would have been judged Good or better. In one sample in twenty, the true number would lie outside this range."
        in text
    )
    chosen = markdown(document(written(board, random_reports.METHOD, {}), "full", 1, models.NOW))
    assert "Drawn at random" not in chosen
