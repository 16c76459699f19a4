"""A board's own scale in a file: every one that the product could use is read, and any other is refused in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Refused
from audit.past.scale_file import read
from audit.pasted import comparable_name
from audit.scales import SCALES, Grade, Scale, colours

GRADES = [{"key": "met", "rank": 1, "label": "Met"}, {"key": "not_met", "rank": 2, "label": "Not met"}]


def file(grades: object = GRADES, **more: object) -> bytes:
    return json.dumps({"key": "standards", "grades": grades} | more).encode()


def changed(**change: object) -> bytes:
    return file([GRADES[0] | change, GRADES[1]])


def test_what_is_left_out_is_made_up() -> None:
    assert read(b"\xef\xbb\xbf" + file(GRADES[::-1])) == Scale(
        "standards",
        (Grade("met", 1, "Met", "Met", "#00703c", ""), Grade("not_met", 2, "Not met", "Not met", "#d4351c", "")),
    )


@pytest.mark.parametrize("scale", SCALES.values(), ids=list(SCALES))
def test_those_that_are_shipped_come_back_as_they_went(scale: Scale) -> None:
    assert read(json.dumps(scale.to_json()).encode()) == scale


LABELS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@given(st.lists(LABELS, min_size=2, max_size=11, unique_by=comparable_name))
def test_any_scale_that_fits_a_form_is_read(labels: list[str]) -> None:
    grades = tuple(Grade(f"grade_{n}", n, label, label, "#00aaff", "") for n, label in enumerate(labels, 1))
    given_grades = [{"key": g.key, "rank": g.rank, "label": g.label, "colour": g.colour} for g in reversed(grades)]
    assert read(file(given_grades)) == Scale("standards", grades)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff", "The scale isn't a JSON file in UTF-8."),
        (b"{", "The scale isn't a JSON file in UTF-8."),
        (b"[" * 100_000, "The scale is nested more than 20 levels deep."),
        (b"[]", "The scale can't be used: the whole: it must be an object"),
        (b'{"key": "a", "key": "b"}', "The scale names “key” twice in one place."),
        (file(notes=1), "notes: it isn't known"),
        (file(GRADES[:1]), "grades: a scale has 2 to 11 grades"),
        (
            file([{"key": f"g{n}", "rank": n, "label": f"G{n}"} for n in range(1, 13)]),
            "a scale has 2 to 11 grades, besides not applicable",
        ),
        (file(key="Our Scale"), "key: a key is made of letters"),
        (changed(key="not_graded"), "“not_graded” has a meaning of its own"),
        (changed(key="good_or_better"), "“or” between underscores is for merged bands"),
        (changed(key="not_met"), "Two grades of the scale are both called “not_met”."),
        (changed(label="not met"), "Two grades of the scale are both called “not met”."),
        (changed(label="x" * 76), "grades.0.label: at most 75 characters fit"),
        (changed(label=" "), "grades.0.label: something must be written here"),
        (changed(short_label="x" * 21), "grades.0.short_label: at most 20 characters fit"),
        (changed(colour="red"), "grades.0.colour: a colour is # and six digits"),
        (changed(rank=13), "grades.0.rank: it must be a whole number from 1 to 11"),
        (file({"met": 1}), "grades: it must be a list"),
        (file([{"key": "met", "rank": 1}, GRADES[1]]), "grades.0.label: it is missing"),
        (changed(rank="1"), "grades.0.rank: it must be a whole number from 1 to 11"),
        (changed(rank=True), "grades.0.rank: it must be a whole number from 1 to 11"),
        (changed(rank=2), "The scale's ranks must be 1 (the best) to 2, each once."),
        (changed(rank=3), "The scale's ranks must be 1 (the best) to 2, each once."),
        (file(key="inspection"), "There is a scale “inspection” already, with other grades"),
    ],
)
def test_any_other_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)
    assert sentence in refusal.value.sentence


def test_the_grades_are_listed_from_the_best_or_the_worst() -> None:
    plain_grades = [{"key": key, "label": key.title()} for key in ("red", "amber", "green")]
    assert [grade.key for grade in read(file(plain_grades, best="last")).grades] == ["green", "amber", "red"]
    assert [grade.rank for grade in read(file(plain_grades)).grades] == [1, 2, 3]
    numbers = [{"key": f"g{number}", "label": str(number)} for number in range(11)]
    assert read(file(numbers, best="last")).grades[0].label == "10"
    for wrong, why in (
        (file(numbers), "say which end is best"),
        (file(GRADES, best="first"), "says which end is best twice"),
        (file(plain_grades, best="middle"), "best: it must be first or last"),
        (file([GRADES[0], {"key": "b", "label": "B"}]), "The scale's ranks must be 1"),
    ):
        with pytest.raises(Refused) as refusal:
            read(wrong)
        assert why in refusal.value.sentence


@pytest.mark.parametrize("answer", [{"key": "na", "label": "N/A"}, {"key": "not_applicable", "label": "Doesn't apply"}])
def test_not_applicable_is_no_grade(answer: dict[str, str]) -> None:
    for rank in (1, 2, 3):
        others = [dict(each, rank=at) for each, at in zip(GRADES, [n for n in (1, 2, 3) if n != rank], strict=True)]
        found = read(file([*others, {**answer, "rank": rank}]))
        assert ([grade.key for grade in found.grades], found.not_applicable) == (["met", "not_met"], True)
        assert found.lowest.key == "not_met"
        assert Scale.from_json(json.loads(json.dumps(found.to_json()))) == found
    with pytest.raises(Refused, match="2 to 11 grades, besides not applicable"):
        read(file([GRADES[0], {**answer, "rank": 2}]))


def test_what_is_no_grade_needs_no_rank_and_keeps_its_words() -> None:
    found = read(file([*GRADES, {"key": "not_applicable", "label": "Ddim yn berthnasol"}]))
    assert ([grade.rank for grade in found.grades], found.options[2]) == (
        [1, 2],
        ("not_applicable", "Ddim yn berthnasol"),
    )
    assert read(json.dumps(found.to_json()).encode()) == found


def test_that_something_cannot_be_graded_is_no_grade() -> None:
    with pytest.raises(Refused, match="“Insufficient evidence” is no grade: take it out"):
        read(file([*GRADES, {"key": "none", "rank": 3, "label": "Insufficient evidence"}]))


def test_aliases_are_names() -> None:
    assert read(changed(aliases=["M", "Yes"])).grades[0].names == {"met", "m", "yes"}
    with pytest.raises(Refused, match="both called “not met”"):
        read(changed(aliases=["Not met"]))


def test_made_up_colours_differ() -> None:
    for number in range(2, 12):
        assert len(set(colours(number))) == number
