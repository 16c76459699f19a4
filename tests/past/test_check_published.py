"""Published figures: what ordinary rounding gives always fits, and one unit beside it never does."""

import json
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.errors import Refused
from audit.past.check_published import faults, fitting, notes, rounded, which
from audit.past.published_figures import Published, read

NAMES = st.text("abcdefg_", min_size=1, max_size=8)
COUNTS = st.dictionaries(NAMES, st.integers(0, 200), min_size=1, max_size=6)
PLACES = st.integers(0, 4).map(lambda places: Decimal(1).scaleb(-places))


def half_up(count: int, of: int, unit: Decimal) -> Decimal:
    """Ordinary rounding in whole numbers only: so many units, and one more from the half on."""
    per_cent = int(1 / unit) * 100
    return ((2 * count * per_cent + of) // (2 * of)) * unit


def as_file(cases: int, grades: dict[str, int], stated: dict[str, Decimal]) -> bytes:
    """Percentages as they were printed: 41.70 keeps its nought."""
    percentages = ", ".join(f'"{grade}": {number}' for grade, number in stated.items())
    return f'{{"cases": {cases}, "grades": {json.dumps(grades)}, "stated_percent": {{{percentages}}}}}'.encode()


@given(COUNTS, st.data())
def test_what_rounding_gives_fits(grades: dict[str, int], data: st.DataObject) -> None:
    cases = sum(grades.values())
    assume(cases)
    stated = {grade: half_up(count, cases, data.draw(PLACES)) for grade, count in grades.items()}
    [found] = read(as_file(cases, grades, stated))
    assert found == Published("", cases, grades, stated)
    assert faults(found) == ()


@given(COUNTS, PLACES, st.sampled_from([1, -1]), st.data())
def test_one_unit_beside_it_never_does(grades: dict[str, int], unit: Decimal, off: int, data: st.DataObject) -> None:
    cases = sum(grades.values())
    assume(cases)
    grade = data.draw(st.sampled_from(sorted(grades)))
    right = half_up(grades[grade], cases, unit)
    wrong = right + off * unit
    assume(0 <= wrong <= 100)
    [found] = read(as_file(cases, grades, {grade: wrong}))
    [fault] = faults(found)
    assert fault.startswith(f"{grade} is stated as {wrong}%, but {grades[grade]} of {cases} is {right}%.")


@given(COUNTS, st.integers(-5, 5).filter(bool))
def test_a_sum_that_is_off_is_said_to_be(grades: dict[str, int], off: int) -> None:
    counted = sum(grades.values())
    assume(counted + off >= 0)
    [fault] = faults(Published("", counted + off, grades))
    assert fault.endswith(f": {abs(off)} {'missing' if off > 0 else 'too many'}.")


def test_a_half_is_rounded_up_whatever_stands_before_it() -> None:
    assert [rounded(count, 8, Decimal(1)) for count in (1, 3, 5, 7)] == [13, 38, 63, 88]
    assert rounded(1, 16, Decimal("0.1")) == Decimal("6.3")


def test_a_percentage_of_the_graded_cases_alone_is_named_as_that() -> None:
    grades = {"good": 5, "inadequate": 4, "not_graded": 3}
    published = Published("", 12, grades, {"good": Decimal(56), "not_graded": Decimal(25), "inadequate": Decimal(33)})
    [fault] = faults(published)
    assert fault == (
        "good is stated as 56%, but 5 of 12 is 42%. It fits the 9 graded cases alone: say so beside it, or calculate it"
        " from all 12."
    )


def test_what_has_no_count_or_no_cases() -> None:
    assert faults(Published("", 2, {"good": 1}, {"inadequate": Decimal(0)})) == (
        "The grades come to 1, but there are 2 cases: 1 missing.",
        "inadequate is stated as 0%, but no count of it is given.",
    )
    assert faults(Published("", 0, {"good": 0}, {"good": Decimal(0)})) == (
        "good is stated as 0%, but there is no percentage of no cases.",
    )


def test_several_at_once_by_their_names() -> None:
    part = {"cases": 1, "grades": {"good": 1}}
    assert [each.name for each in read(json.dumps([part | {"name": "East"}, part | {"name": "North"}]).encode())] == [
        "East",
        "North",
    ]


GOOD = '"cases": 1, "grades": {"good": 1}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file isn't a JSON file in UTF-8. It should look like {"),
        ("[" * 5000, "The file is nested more than 20 levels deep."),
        ("7", "Figures should look like {"),
        ("[]", "The file holds an empty list."),
        ("[7]", "Figures should look like {"),
        (f"[{{{GOOD}}}]", "needs a “name” of its own"),
        (f'[{{{GOOD}, "name": "A"}}, {{{GOOD}, "name": "A"}}]', "Two parts of the file are called “A”."),
        ("{}", "The figures lack “cases” and “grades”."),
        ('{"cases": 1, "name": "East"}', "The figures of “East” lack “grades”."),
        (f'{{{GOOD}, "by_area": 7}}', "“by_area” must be an object"),
        (f'{{{GOOD}, "by_area": {{"East": 7}}}}', "Figures should look like {"),
        ('{"stated_percent": {}}', "The figures lack “cases” and “grades”."),
        ('{"stated_percent": {"good": 101}}', "must be a number from 0 to 100"),
        ('{"cases": 1, "grades": {}}', "“grades” is empty."),
        ('{"cases": 1, "grades": [1]}', "“grades” must be an object"),
        ('{"cases": -1, "grades": {"good": 1}}', "“cases” must be a whole number from 0"),
        ('{"cases": 1.0, "grades": {"good": 1}}', "“cases” must be a whole number"),
        ('{"cases": true, "grades": {"good": 1}}', "“cases” must be a whole number"),
        ('{"cases": "1", "grades": {"good": 1}}', "“cases” must be a whole number"),
        ('{"cases": 1, "grades": {"good": 0.5}}', "The count of good must be a whole number"),
        ('{"cases": 1, "grades": {"good": null}}', "The count of good must be a whole number"),
        ('{"cases": 1, "grades": {"good": 1, "good": 2}}', "The file names “good” twice in one place."),
        ('{"cases": 1, "grades": {"": 1}}', "A name in the file is empty"),
        ('{"cases": NaN, "grades": {"good": 1}}', "NaN: that is no number"),
        (f'{{{GOOD}, "stated_percent": {{"good": -Infinity}}}}', "-Infinity: that is no number"),
        (f'{{{GOOD}, "stated_percent": {{"good": "100%"}}}}', "The percentage of good must be a number from 0 to 100"),
        (f'{{{GOOD}, "stated_percent": {{"good": 101}}}}', "must be a number from 0 to 100"),
        (f'{{{GOOD}, "stated_percent": {{"good": true}}}}', "must be a number from 0 to 100"),
        (f'{{{GOOD}, "stated_percent": {{"good": 1e-400}}}}', "has more than 10 decimals"),
        (f'{{"cases": {"9" * 5000}, "grades": {{"good": 1}}}}', "9: that is no number, or one that is far too long"),
    ],
)
def test_what_cant_be_checked_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(text.encode())
    assert sentence in refusal.value.sentence


def test_a_percentage_in_powers_of_ten_is_a_whole_one() -> None:
    [found] = read(b'{"cases": 10, "grades": {"good": 4, "inadequate": 6}, "stated_percent": {"good": 4e1}}')
    assert str(found.stated["good"]) == "40"
    assert faults(found) == ()


@given(st.integers(1, 2000), st.data())
def test_which_counts_fit_is_what_rounding_says(cases: int, data: st.DataObject) -> None:
    unit = data.draw(PLACES)
    stated = rounded(data.draw(st.integers(0, cases)), cases, unit)
    assert list(fitting(stated, cases)) == [
        count for count in range(cases + 1) if rounded(count, cases, unit) == stated
    ]


def test_which_counts_are_a_percentage() -> None:
    assert which("88", 25) == "22 of 25"
    assert which(" 88 % ", 15) == "No count of 15 is 88%."
    assert which("12.5", None).splitlines()[:2] == ["1 of 8", "2 of 16"]
    assert which("0", 300).startswith("0 or 1 of 300")
    for wrong, of in (("many", 5), ("NaN", 5), ("101", 5), ("Infinity", 5), ("88", 0), ("88", -1), ("88", 10**12)):
        with pytest.raises(Refused):
            which(wrong, of)


def checked(text: str) -> tuple[list[str], list[str]]:
    [found] = read(text.encode())
    return list(faults(found)), list(notes(found))


def test_percentages_alone_are_held_against_the_cases_there_could_be() -> None:
    assert checked('{"cases": 15, "stated_percent": {"good": 88, "inadequate": 13}}') == (
        ["good is stated as 88%, but no count of 15 is: 13 is 87% and 14 is 93%."],
        ["inadequate: 13% of 15 is 2."],
    )
    assert checked('{"cases": 8, "stated_percent": {"good": 88, "fair": 25}}')[0] == [
        "The percentages come to 9 cases at the least, but there are 8."
    ]
    assert checked('{"stated_percent": {"good": 87.5, "fair": 12.5, "good_or_fair": 100}}') == (
        [], ["These percentages fit 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88 or 96 cases."],
    )  # fmt: skip
    assert checked('{"stated_percent": {"good": 87.654327}}')[0] == [
        "No number of cases up to 100 fits all of these percentages."
    ]


def test_a_band_is_its_grades_together() -> None:
    grades = '"cases": 15, "grades": {"outstanding": 3, "good": 4, "poor": 8'
    assert checked(f'{{{grades}}}, "stated_percent": {{"outstanding_or_good": 47}}}}') == ([], [])
    assert checked(f'{{{grades}, "outstanding_or_good": 7}}}}') == ([], [])
    assert checked(f'{{{grades}, "outstanding_or_good": 8}}}}')[0] == [
        "outstanding_or_good is given as 8, but its grades come to 7."
    ]


def test_areas_come_to_the_whole() -> None:
    def with_areas(east: int, north: int) -> str:
        areas = {"East": {"good": east}, "North": {"cases": 2, "grades": {"poor": north}}}
        return json.dumps({"cases": 5, "grades": {"good": 3, "poor": 2}, "by_area": areas})

    assert checked(with_areas(3, 2)) == ([], [])
    assert checked(with_areas(2, 3))[0] == [
        "North: The grades come to 3, but there are 2 cases: 1 too many.",
        "The areas come to 4 cases, but there are 5.",
        "The areas come to 2 for good, but the whole has 3.",
        "The areas come to 3 for poor, but the whole has 2.",
    ]


def test_what_isnt_known_is_noted_and_no_fault() -> None:
    assert checked(f'{{{GOOD}, "stated": {{}}, "source": "x"}}') == (
        [], ["Not checked, since it isn't known here: “source”, “stated”."],
    )  # fmt: skip


@pytest.mark.parametrize(
    "figures",
    [
        {"cases": 10, "stated_percent": {"good": 40, "good_or_top": 60, "poor": 40}},
        {"stated_percent": {"good": 40, "good_or_top": 60, "low_or_poor": 40}},
        {"cases": 10, "stated_percent": {"good_or_top": 60, "good_or_low": 70}},
        {"cases": 8, "grades": {"good_or_top": 5, "good": 2, "poor": 3}},
        {"cases": 8, "grades": {"good_or_top": 3, "good": 2, "poor": 3}},
        {"cases": 8, "grades": {"good_or_top": 5, "poor": 3}, "stated_percent": {"top_or_good": 63}},
        {"cases": 11, "grades": {"good": 4, "poor": 7}, "stated_percent": {"good_or_top": 36, "top": 0}},
        {"cases": 8, "grades": {"good_or_top": 5, "poor": 3},
         "by_area": {"East": {"good": 2, "top": 1, "poor": 1}, "North": {"good": 2, "poor": 2}}},
        {"cases": 4, "grades": {"good_or_top": 3, "poor": 1},
         "by_area": {"East": {"good_or_top": 2}, "North": {"top": 1, "poor": 1}}},
        {"cases": 8, "grades": {"good": 3, "top": 2, "poor": 3},
         "by_area": {"East": {"good_or_top": 3, "poor": 1}, "North": {"good_or_top": 2, "poor": 2}}},
        {"cases": 3, "grades": {"good": 1, "top": 2},
         "by_area": {"East": {"good": 1, "top": 2, "good_or_top": 3}}},
    ],
    ids=str,
)  # fmt: skip
def test_bands_beside_their_grades_and_grades_that_nobody_has_are_no_fault(figures: dict[str, object]) -> None:
    assert checked(json.dumps(figures))[0] == []


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"cases": 9, "grades": {"good_or_top": 5, "good": 2, "poor": 3}}, "The grades come to 10"),
        ({"cases": 8, "grades": {"good_or_top": 5, "poor": 3}, "stated_percent": {"good": 25}},
         "good is stated as 25%, but no count of it is given."),
        ({"cases": 8, "grades": {"good": 5, "poor": 3}, "stated_percent": {"top": 13}},
         "top is stated as 13%, but 0 of 8 is 0%."),
        ({"cases": 8, "grades": {"good_or_top": 5, "poor": 3},
          "by_area": {"East": {"good": 4, "poor": 1}, "North": {"good": 2, "poor": 1}}},
         "The areas come to 6 for good_or_top, but the whole has 5."),
        ({"cases": 10, "stated_percent": {"good_or_top": 60, "poor": 50}}, "come to 11 cases at the least"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_beside_a_band_is_found_all_the_same(figures: dict[str, object], said: str) -> None:
    assert said in " ".join(checked(json.dumps(figures))[0])


SECTIONS = """{"cases": 15, "by_section": {
  "Voice": {"good": 11, "requires_improvement": 4},
  "Planning": {"cases": 15, "grades": {"good": 9, "inadequate": 3, "not_applicable": 3},
    "stated_percent": {"good": 75}},
  "Records": {"not_applicable": 15}}}"""


def test_a_table_by_section_comes_to_the_cases_and_shares_are_of_those_that_a_section_applies_to() -> None:
    [found] = read(SECTIONS.encode())
    assert (faults(found), notes(found), found.unknown) == ((), (), ())
    assert (found.sections["Planning"].cases, found.sections["Records"].not_applicable) == (12, 15)
    [wrong] = read(SECTIONS.replace('"good": 11', '"good": 10').replace("75", "60").encode())
    assert faults(wrong) == (
        "Planning: good is stated as 60%, but 9 of 12 is 75%.",
        "Voice comes to 14 cases, but there are 15.",
    )
    [off] = read(SECTIONS.replace('"inadequate": 3', '"inadequate": 2').encode())
    assert faults(off) == ("Planning: The grades come to 11, but there are 12 cases: 1 missing.",)


@pytest.mark.parametrize("given", ['{"Voice": 3}', '{"Voice": {}}', '["Voice"]', '{"Voice": {"good": "many"}}'])
def test_a_table_by_section_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        read(f'{{"cases": 15, "by_section": {given}}}'.encode())
