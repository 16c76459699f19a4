"""Tallies: whatever the results, they add up or they are not shown; every grade has its row; JSON says the same."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cycle.board import tally
from audit.cycle.tally import Count, DoesNotAddUp, Outcome, Tally, complete, count, to_json
from audit.scales import INSPECTION, NOT_GRADED, REASONS, SCALES, Scale
from tests.kit import models
from tests.kit.play import Play

scales = st.sampled_from(list(SCALES.values()))
Stands = tuple[str, Outcome]
"""Who stands how."""


def counted(stands: Sequence[Stands], scale: Scale, references: Sequence[str]) -> Count:
    complete([reference for reference, _ in stands], references)
    return count(Counter(outcome for _, outcome in stands), scale, lambda: stands)


@st.composite
def results(draw: st.DrawFn, scale: Scale) -> tuple[str, str | None]:
    kind = draw(st.sampled_from([*(grade.key for grade in scale.grades), NOT_GRADED, "nil", "declined", "awaiting"]))
    return kind, draw(st.sampled_from(list(REASONS))) if kind == NOT_GRADED else None


@st.composite
def cycles(draw: st.DrawFn) -> tuple[Scale, list[Stands]]:
    scale = draw(scales)
    references = draw(st.lists(st.integers(0, 999), unique=True, max_size=40))
    return scale, [(f"T2-{number}", Outcome(*draw(results(scale)))) for number in references]


@given(cycles())
def test_every_result_is_counted_once(cycle: tuple[Scale, list[Stands]]) -> None:
    scale, outcomes = cycle
    found = counted(outcomes, scale, [reference for reference, _ in outcomes])
    assert found.total == found.counted == len(outcomes)
    assert set(found.grades) == {grade.key for grade in scale.grades}
    assert set(found.not_graded) == set(REASONS)
    for grade, number in found.grades.items():
        assert number == sum(outcome.result == grade for _, outcome in outcomes)
    for reason, number in found.not_graded.items():
        assert number == sum(outcome.reason == reason for _, outcome in outcomes)


@given(cycles(), st.data())
def test_a_doubled_or_missing_reference_is_named(cycle: tuple[Scale, list[Stands]], data: st.DataObject) -> None:
    scale, outcomes = cycle
    if not outcomes:
        return
    references = [reference for reference, _ in outcomes]
    one = data.draw(st.sampled_from(outcomes))
    with pytest.raises(DoesNotAddUp, match=rf"does not add up.*counted twice: {one[0]}\.$"):
        counted([*outcomes, one], scale, references)
    with pytest.raises(DoesNotAddUp, match=rf"missing: {one[0]}\.$"):
        counted([outcome for outcome in outcomes if outcome != one], scale, references)


@pytest.mark.parametrize(
    ("result", "reason"),
    [("excellent", None), ("", None), (NOT_GRADED, None), (NOT_GRADED, "tired"), ("adequate", None)],
)
def test_a_result_that_the_scale_lacks_is_named(result: str, reason: str | None) -> None:
    with pytest.raises(DoesNotAddUp, match="given a result that the scale doesn't have: T2-1"):
        counted([("T2-1", Outcome(result, reason))], INSPECTION, ["T2-1"])


@given(st.lists(cycles(), min_size=1, max_size=4))
def test_json_says_the_same(areas: list[tuple[Scale, list[Stands]]]) -> None:
    scale = areas[0][0]
    parts = {
        f"Area {number}": [outcome for outcome in outcomes if of == scale]
        for number, (of, outcomes) in enumerate(areas)
    }
    counts = {area: counted(part, scale, [name for name, _ in part]) for area, part in parts.items()}
    every = [(f"{area} {name}", outcome) for area, part in parts.items() for name, outcome in part]
    whole = counted(every, scale, [name for name, _ in every])
    json = to_json(Tally(whole, counts, whole, counts, counts))
    assert json["adds_up"] is True
    assert json["cases"] == len(every)
    assert json["grades"] == whole.grades
    assert json["not_graded"] == whole.not_graded
    assert json["by_area"] == {
        area: {"cases": part.total, "grades": part.grades, "not_graded": part.not_graded, "awaiting": part.awaiting}
        for area, part in counts.items()
    }


TWO, ONE, SHORT = Count(2, {"good": 2}, {}), Count(1, {"good": 1}, {}), Count(2, {"good": 1}, {})
SOUND = Tally(TWO, {"A": ONE, "B": ONE}, TWO, {"A": ONE, "B": ONE}, {"P": TWO})


@pytest.mark.parametrize(
    "wrong",
    [
        {"ratified": SHORT},
        {"self_grades": SHORT},
        {"by_area": {"A": SHORT}},
        {"self_by_area": {"A": SHORT}},
        {"by_agency": {"P": SHORT}},
        {"by_area": {"A": ONE}},
        {"self_by_area": {"A": ONE}},
        {"by_agency": {"P": ONE}},
    ],
)
def test_whatever_alone_doesnt_add_up_is_said_not_to(wrong: dict[str, object]) -> None:
    assert to_json(SOUND)["adds_up"] is True
    assert to_json(replace(SOUND, **wrong))["adds_up"] is False  # type: ignore[arg-type]


def test_a_case_in_no_area_or_a_return_of_no_agency_of_the_cycle_is_missing() -> None:
    cycle, lines = models.cycle(), models.ten_lines()
    cases = (models.case(lines, number=0, area=cycle.areas[0]), models.case(lines, number=1, area="Elsewhere"))
    with pytest.raises(DoesNotAddUp, match=rf"missing: {re.escape(cases[1].reference)}\.$"):
        tally(cycle, cases)
    fewer = replace(cycle, agencies=cycle.agencies[1:])
    with pytest.raises(DoesNotAddUp, match=rf"missing: {re.escape(f'{cases[0].reference} {lines[0].agency}')}\.$"):
        tally(fewer, cases[:1])


def test_before_anybody_answered_everything_is_awaited(play: Play) -> None:
    play.load()
    tally = play.board().tally
    assert (tally.ratified.total, tally.ratified.awaiting) == (15, 15)
    assert (tally.self_grades.total, tally.self_grades.awaiting) == (150, 150)
    assert set(tally.by_area) == {"East", "North", "Central"}
    assert all(number == 0 for part in tally.by_agency.values() for number in part.grades.values())
    assert to_json(tally)["adds_up"] is True
