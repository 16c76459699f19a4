"""What a past audit's line says: every grade, band and count that is known, and why any other isn't taken."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.past.grades import graded
from audit.past.result_rows import COLUMNS, KnownNames, Result, read
from audit.past.table import TableLine
from audit.pasted import Bad, Unreadable
from audit.scales import INSPECTION, NOT_GRADED, SCALES, THREE_STEP, Grade, Scale

KNOWN = KnownNames(
    {"police": "p" * 32, "education": "e" * 32}, {"east": "East"}, frozenset({2}), INSPECTION, {7: THREE_STEP}
)
LINE = {"cycle": "1", "title": "First audit", "area": "East", "case": "T1-1", "agency": "", "grade": "good"}
LINE |= {"kind": "judgement", "count": "", "reason": ""}


def taken(*changes: dict[str, str]) -> tuple[list[Result], list[Bad]]:
    return read([TableLine(number, LINE | change) for number, change in enumerate(changes, 2)], KNOWN)


def test_a_line_in_full() -> None:
    changed = {"area": " EAST ".strip(), "agency": "police", "kind": "Return", "grade": "Not graded"}
    [found], bad = taken(changed | {"reason": "Insufficient information"})
    assert not bad
    assert found == Result(
        2, 1, "First audit", "return", "East", "p" * 32, "T1-1", NOT_GRADED, "insufficient_information", 1
    )
    assert not set(COLUMNS) - set(LINE)


@given(st.sampled_from(list(SCALES.values())), st.data())
def test_a_grade_is_known_by_key_or_label_and_a_band_by_its_neighbours(scale: Scale, data: st.DataObject) -> None:
    grade = data.draw(st.sampled_from(scale.grades))
    for name in (grade.key, grade.label, grade.short_label):
        spelled = data.draw(st.sampled_from([name, name.upper(), name.lower(), name.title()]))
        assert graded(spelled, scale) == grade.key
    best, worst = data.draw(st.sampled_from(list(pairwise(scale.grades))))
    band = f"{best.key}_or_{worst.key}"
    for first, second in ((best, worst), (worst, best)):
        assert graded(f"{first.key}_or_{second.key}", scale) == band
        assert graded(f"{first.label} or {second.label}", scale) == band
    assert [part.label for part in (best, worst)] == scale.band(band).split(" or ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("excellent", "the scale has no grade “excellent”; there are: outstanding, good, requires_improvement"),
        ("", "the grade is missing"),
        ("good_or_inadequate", "“good_or_inadequate” merges grades that aren't neighbours"),
        ("good_or_good", "merges grades that aren't neighbours"),
        ("good_or_excellent", "the scale has no grade"),
        ("good_or_", "the scale has no grade"),
        ("x" * 100, "the scale has no grade “xxx"),
        ("call 07700 900123", "it seems to contain a phone number"),
    ],
)
def test_any_other_grade_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(reason)) as why:
        graded(text, INSPECTION)
    assert "07700" not in str(why.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cycle": "-"}, "the cycle must be a whole number from 1 to 9999, or a name, not “-”"),
        ({"cycle": "x" * 41}, "the cycle's name is longer than 40 characters"),
        ({"cycle": "Audit 943 476 5919"}, "its cycle can't be kept: it seems to contain an NHS number"),
        ({"cycle": "1.0"}, "the cycle must be a whole number"),
        ({"cycle": "0"}, "the cycle must be a whole number"),
        ({"cycle": "٣"}, "the cycle must be a whole number"),
        ({"cycle": "2"}, "audit 2 is run here"),
        ({"cycle": "7", "grade": "outstanding"}, "the scale has no grade “outstanding”; there are: good, adequate"),
        ({"title": ""}, "the cycle's title is missing"),
        ({"title": "x" * 101}, "the title is longer than 100 characters"),
        ({"title": "Call 07700 900123"}, "its title can't be kept: it seems to contain a phone number"),
        ({"kind": "self"}, "its kind must be return or judgement, not “self”"),
        ({"agency": "Polizei", "kind": "return"}, "there is no agency “Polizei”"),
        ({"agency": "Police"}, "a judgement is the case's, so it names no agency"),
        ({"case": "943 476 5919"}, "its case can't be kept"),
        ({"case": "T1 1"}, "its case can't be kept: only letters, digits"),
        ({"area": "x" * 76}, "its area can't be kept: at most 75 characters fit"),
        ({"section": "x" * 76}, "its section can't be kept: at most 75 characters fit"),
        ({"grade": "nil"}, "“nil” is an agency's answer: of a case without a grade, write not_graded"),
        ({"count": "2"}, "a line with a case counts once"),
        ({"case": ""}, "without a case, count must say how many"),
        ({"case": "", "count": "-1"}, "without a case, count must say how many"),
        ({"case": "", "count": "2.5"}, "a whole number, not “2.5”"),
        ({"reason": "other"}, "a reason is for what isn't graded"),
        ({"grade": "not_graded", "reason": "tired"}, "there is no reason “tired”"),
    ],
)
def test_what_a_line_cant_say(change: dict[str, str], reason: str) -> None:
    found, bad = taken(change)
    assert not found
    [fault] = bad
    assert fault.number == 2
    assert reason in fault.reason


RETURN = {"kind": "return", "agency": "Police"}
GROUP = {"case": "", "count": "3"}


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({}, {}, "the judgement of T1-1 is already in line 2"),
        ({}, {"case": "t1-1", "grade": "inadequate"}, "the judgement of t1-1 is already in line 2"),
        (RETURN, RETURN, "the return of T1-1 is already in line 2"),
        (GROUP, GROUP | {"count": "4"}, "line 2 counts the same: put both into one count"),
        ({}, {"case": "T1-2", "title": "Second audit"}, "cycle 1 is called something else in line 2"),
        ({}, RETURN | {"area": "North"}, "T1-1 is in another area in line 2"),
    ],
)
def test_two_lines_that_dont_go_together(first: dict[str, str], second: dict[str, str], reason: str) -> None:
    assert taken(first, second)[1] == [Bad(3, reason)]


def test_lines_that_do() -> None:
    found, bad = taken(
        {}, {"case": "T1-2"}, RETURN, RETURN | {"agency": "Education"}, RETURN | {"agency": ""},
        GROUP, GROUP | {"area": "North"}, GROUP | {"grade": "inadequate"}, GROUP | RETURN, {"cycle": "3", "title": "3"},
    )  # fmt: skip
    assert not bad
    assert len({(each.cycle, each.key) for each in found}) == len(found) == 10


def test_a_line_says_all_that_is_wrong_with_it() -> None:
    _, [fault] = taken({"title": "", "grade": "excellent", "case": "T1 1"})
    assert [part.partition(":")[0] for part in fault.reason.split("; ")][:3] == [
        "the cycle's title is missing", "its case can't be kept", "the scale has no grade “excellent”",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["2019/20-Q3", "MACFA 4", "2019/20", "2021-22", "Spring"])
def test_a_cycle_may_have_a_name(name: str) -> None:
    found, bad = taken({"cycle": name}, {"cycle": name.upper(), "case": "T1-2"})
    assert not bad
    assert [each.cycle for each in found] == [name, name]


@pytest.mark.parametrize(
    ("grade", "meant"),
    [
        ("O", "outstanding"), ("g", "good"), ("RI", "requires_improvement"), ("In", "inadequate"),
        ("Requires improvement to be good", "requires_improvement"), ("RI or In", "requires_improvement_or_inadequate"),
        ("nil", "nil"), ("Not known", "nil"), ("N/A", "not_applicable"), ("declined", "declined"),
        ("No return", "awaiting"), ("not_graded", "not_graded"), ("N/A - not our area", "not_applicable"),
        ("Does not apply", "not_applicable"),
    ],
)  # fmt: skip
def test_what_a_return_may_say(grade: str, meant: str) -> None:
    [found], bad = taken(RETURN | {"grade": grade})
    assert (found.grade, bad) == (meant, [])


def test_a_scale_of_its_own_is_known_by_its_aliases_first() -> None:
    scale = Scale("own", (Grade("new", 1, "New", "New", "#000000", "", ("NA",)), Grade("old", 2, "Old", "Old", "", "")))
    assert (graded("na", scale), graded("n/a", scale)) == ("new", "not_applicable")
    worded = replace(scale, not_applicable=True, inapplicable="Dim yn wir")
    assert graded("dim yn  wir", worded) == "not_applicable"
    with pytest.raises(Unreadable):
        graded("Dim yn wir", scale)


def test_second_grades_grades_of_sections_and_counts_of_none_stand_beside_the_others() -> None:
    found, bad = taken(
        RETURN, RETURN | {"kind": "moderated"}, RETURN | {"kind": "auditor", "agency": ""},
        RETURN | {"section": "Voice of the child"}, {"section": "Voice of the child"}, {}, GROUP | {"count": "0"},
    )  # fmt: skip
    assert not bad
    assert len({each.key for each in found}) == 7
    assert (found[-1].count, found[1].kind, found[2].kind) == (0, "moderated", "return")
