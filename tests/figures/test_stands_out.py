"""What stands out: few sentences, each with its numbers, of what is missing, what changed and where cases differ."""

from dataclasses import replace

import pytest

from audit.cases.summary import CaseView
from audit.cycle.board import Board, tally
from audit.figures.stands_out import MOST, facts
from audit.figures.trends import Point
from audit.findings.findings import FindingView
from audit.findings.themes import ThemeStanding
from audit.returns.answers import Answers
from audit.scales import INSPECTION, NOT_GRADED, RAG, SCALES, Scale
from tests.figures.test_statistics import CYCLE, case, line
from tests.kit import models, sectioned
from views.figures.stands_out import sentences

AREAS = ("East", "West")
MET_OR_NOT = Scale("both", (SCALES["met"].grades[0], replace(SCALES["met"].grades[2], rank=2)))
OF_TWO = replace(CYCLE, areas=AREAS, theme="Transitions")


def board(*cases: CaseView, unreleased: int = 0) -> Board:
    """A board whose cases are released but for so many, the last ones."""
    out = len(cases) - unreleased
    found = tuple(replace(each, released_at=models.NOW if n < out else None) for n, each in enumerate(cases))
    return Board(OF_TWO, found, tally(OF_TWO, found), models.NOW, reflections=True)


def told(given: Board, *points: Point) -> list[str]:
    return sentences(given.cycle, facts(given, points))


def graded(number: int, area: str, judgement: str | None, *grades: str) -> CaseView:
    """A case with as many agencies as grades."""
    agencies = [label for label, _ in CYCLE.agencies]
    lines = [line(agency, grade) for agency, grade in zip(agencies, grades, strict=False)]
    return replace(case(number, judgement, *lines), area=area)


def before(theme: str = "Transitions", **grades: int) -> Point:
    every = {grade.key: grades.get(grade.key, 0) for grade in INSPECTION.grades}
    total = sum(every.values())
    return Point(1, "Audit 1", INSPECTION, total, every, {}, not_graded=0, awaiting=0, past=False, theme=theme)


def apart(count: int = 3) -> list[CaseView]:
    """So many cases in each area: East's are ratified better, and West's agencies see that otherwise."""
    east = [graded(n, "East", "good", "good", "good") for n in range(count)]
    return [*east, *(graded(count + n, "West", "inadequate", "outstanding", "inadequate") for n in range(count))]


def test_nothing_stands_out_where_nothing_is() -> None:
    assert told(board()) == []
    assert told(board(graded(1, "East", "good", "good"))) == []


def test_what_is_missing_comes_first_and_counts_cases_that_are_not_released() -> None:
    found = told(board(graded(1, "East", None, "good", "awaiting"), graded(2, "West", None, "x", "x"), unreleased=1))
    assert found == ["*3 of 4 returns* are missing, 2 of 2 from Police."]
    tied = told(board(graded(1, "East", None, "awaiting", "awaiting"), unreleased=1))
    assert tied == ["*2 of 2 returns* are missing."], "no agency is named that misses no more than another"


def test_cases_that_were_not_graded_are_told_with_their_reasons() -> None:
    [found] = told(board(graded(1, "East", NOT_GRADED, "good"), graded(2, "East", "good", "good")))
    assert found == "*1 of 2* ratified cases was not graded: another reason 1."


def test_at_most_five_are_told() -> None:
    cases = [graded(19, "East", None, "awaiting"), graded(18, "West", NOT_GRADED, "good"), *apart(5)]
    assert len(told(board(*cases), before(good=5, inadequate=7))) == MOST


def test_areas_and_agencies_that_differ_are_set_side_by_side() -> None:
    found = told(board(*apart()))
    few = "; chance alone can make such a difference"
    assert f"Ratified by area, Good or better: most often East *3 of 3*, least often West *0 of 3*{few}." in found
    agencies = "most often Education *6 of 6*, least often Police *3 of 6*"
    assert f"Self-grades by agency, Good or better: {agencies}{few}." in found
    [many] = [each for each in told(board(*apart(4))) if "by area" in each]
    assert many.endswith("West *0 of 4*."), "of once in 35 more than chance"
    alike = [graded(n, "East", "good", "good", "inadequate", "inadequate") for n in range(3)]
    assert [
        each for each in told(board(*alike)) if "least often Police *0 of 3* and 1 more with as large a share" in each
    ]
    assert not [each for each in told(board(*apart(2))) if "by area" in each], "two cases of an area are too few"


def test_far_apart_self_grades_and_kind_ones() -> None:
    found = told(board(*apart()))
    wide = "In *3 of 6* cases with at least two self-grades, they are 2 grades or more apart, widest in T-3 (West)"
    assert f"{wide}: Outstanding to Inadequate." in found
    assert "*3 of 12* self-grades are kinder than what was ratified for the case, 0 harsher, 9 the same." in found
    assert not [each for each in told(board(*apart()[1:3])) if "kinder" in each], "four are too few"


@pytest.mark.parametrize(
    ("theme", "words"),
    [
        ("Transitions", ", on the same theme: too few to say that anything changed."),
        ("Neglect", ": its theme was different, or isn't known, so this isn't a trend."),
        ("", ": its theme was different, or isn't known, so this isn't a trend."),
    ],
)
def test_the_audit_before_is_no_trend_unless_it_was_alike(theme: str, words: str) -> None:
    found = told(board(*apart()), before(theme, good=5, inadequate=7))
    [changed] = [each for each in found if "Audit 1" in each]
    assert changed == f"Ratified Good or better: *3 of 6* graded cases. *Audit 1* had *5 of 12*{words}"


def test_enough_cases_on_the_same_theme_stand_side_by_side() -> None:
    [found] = [each for each in told(board(*apart(5)), before(good=5, inadequate=7)) if "Audit 1" in each]
    few = "too few to say that anything changed, the difference lies between 29 fewer and 43 more percentage points"
    assert found.endswith(f"had *5 of 12*, on the same theme: {few}.")
    [found] = [each for each in told(board(*apart(5)), before(inadequate=12)) if "Audit 1" in each]
    more = "more than chance makes, the difference lies between 14 more and 76 more percentage points"
    assert found.endswith(f"had *0 of 12*, on the same theme: {more}.")


@pytest.mark.parametrize(
    ("scale", "words"),
    [
        (SCALES["zero_to_ten"], "6 or better (10 is the best)"),
        (SCALES["one_best"], "2 or better (1 is the best)"),
        (MET_OR_NOT, "Met: most often Education *3 of 3*"),
    ],
)
def test_far_apart_is_half_of_the_scale_and_a_bare_number_says_which_end_is_best(scale: Scale, words: str) -> None:
    best, near = scale.grades[0].key, scale.grades[(len(scale.grades) + 1) // 2 - 1].key
    far = scale.grades[(len(scale.grades) + 1) // 2].key

    def found(*grades: str) -> str:
        lines = [
            replace(models.line(0, Answers(grade=grade)), agency=agency)
            for agency, grade in zip(("Education", "Police"), grades, strict=True)
        ]
        cases = [replace(case(n, None, *lines), area="East", scale=scale, released_at=models.NOW) for n in range(3)]
        cycle, of = replace(OF_TWO, scale=scale), tuple(cases)
        return "\n".join(sentences(cycle, facts(Board(cycle, of, tally(cycle, of), models.NOW, reflections=True))))

    assert "widest in" not in found(best, near)
    assert "widest in T-0" in found(best, far)
    assert words in found(best, scale.lowest.key)


def test_an_audit_on_another_scale_or_without_a_grade_is_not_compared() -> None:
    other = replace(before(good=5), scale=RAG, grades={grade.key: 4 for grade in RAG.grades})
    for point in (other, before(), replace(before(good=5), number=3)):
        assert not [each for each in told(board(*apart()), point) if "Cycle" in each]


def test_what_was_found_most_often_and_needs_an_answer() -> None:
    help_, drift = ThemeStanding("a", "Early help", strength=True), ThemeStanding("b", "Drift")
    cases = [replace(graded(n, "East", "good", "good"), findings=(finding(n, help_),)) for n in (1, 2)]
    cases[0] = replace(cases[0], findings=(*cases[0].findings, finding(1, drift)))
    assert told(board(*cases)) == ["Drift was found in *1 of 2 cases*, and no recommendation answers it yet."]
    assert told(board(*cases, unreleased=2)) == []


def finding(number: int, theme: ThemeStanding) -> FindingView:
    names = (f"finding{number}", f"case{number}", f"T-{number}", "East", "concern")
    return FindingView(*names, None, None, theme, "(Invented) Words.", 1, "Coordinator", models.NOW)


def test_sections_that_differ_are_set_side_by_side_and_the_one_graded_most_kindly_is_named() -> None:
    of = sectioned.board()
    side_by_side, kind = told(of)
    assert side_by_side == (
        "Ratified by section, Good or better: most often Voice of the child *11 of 15*, least often Planning *4 of 11*"
        " and 1 more with as large a share."
    )
    planning = (
        "Section “Planning”: *24 of 102* self-grades are kinder than what was ratified for it, 6 harsher, 72 the same."
    )
    assert kind == planning
    assert side_by_side not in told(board(*apart()))
