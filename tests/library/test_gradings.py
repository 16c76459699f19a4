"""Graded questions in a board's workbook: their scales, or why they have none."""

import json
from collections.abc import Sequence

import pytest

from audit.library import to_xlsform
from audit.library.workbook_rows import NoTool
from audit.scales import Graded
from audit.tools import OVERALL, Tool
from storage.cycles import AuditTool
from tests.kit import workbooks
from tests.kit.workbooks import SURVEY, Cells, workbook

COLUMNS = (*SURVEY, "graded", "descriptor::Good")
FOUR = [
    ("four", "good", "Good", "", ""),
    ("four", "fair", "Fair", "", ""),
    ("four", "na", "Doesn't apply", "", "not applicable"),
]
NUMBERS = [("n", "1", "1", "2"), ("n", "2", "2", "1")]
PLAIN = ("",) * 6


def graded(kind: str, name: str, *more: object) -> Cells:
    """A graded row of the survey; `more`: what follows in the column `agencies` and after `graded`."""
    agencies, descriptor = (*more, "", "")[:2]
    return (kind, name, name.capitalize(), *("",) * 5, agencies, "yes", descriptor)


def book(*survey: Cells, choices: Sequence[Cells] = (), best: str = "") -> bytes:
    return workbook(
        survey=[COLUMNS, *survey],
        choices=[("list_name", "name", "label", "rank", "counts as"), *FOUR, *choices],
        settings=[("form_title", "best"), ("Standards", best)],
    )


def read(data: bytes) -> Tool:
    return workbooks.read(data).tool


def refused(data: bytes) -> str:
    with pytest.raises(NoTool) as fault:
        read(data)
    return fault.value.sentence


def test_sections_are_graded_each_on_its_scale() -> None:
    made = read(book(
        graded("select_one four", "voice", "", "They were heard."),
        ("text", "evidence", "Evidence"),
        graded("select_one n", "plan", "Police"),
        choices=NUMBERS,
    ))  # fmt: skip
    voice, plan = made.graded
    assert voice.scale is not None
    assert plan.scale is not None
    assert [(each.label, each.descriptor) for each in voice.scale.grades] == [
        ("Good", "They were heard."),
        ("Fair", ""),
    ]
    assert [each.label for each in plan.scale.grades] == ["2", "1"]
    assert (voice.scale.not_applicable, plan.scale.not_applicable) == (True, False)
    assert (voice.required, plan.agencies) == (True, ("Police",))
    assert [name for name, _ in voice.scale.options][:3] == ["good", "fair", "not_applicable"]
    assert (made.asks_overall, made.needs_overall, made.scale) == (False, False, voice.scale)


def test_lists_that_differ_in_not_applicable_only_are_one_scale() -> None:
    three = [("l", "good", "Good"), ("l", "adequate", "Adequate"), ("l", "inadequate", "Inadequate")]
    apart = [("m", *grade) for _, *grade in [*three, ("", "not_applicable", "Not applicable")]]
    made = read(book(graded("select_one l", "a"), graded("select_one m", "b"), choices=[*three, *apart]))
    assert [(part.scale.key, part.scale.not_applicable) for part in made.graded if part.scale] == [
        ("three_step", False), ("three_step", True),
    ]  # fmt: skip


def test_why_a_section_does_not_apply_is_asked_when_that_is_chosen() -> None:
    made = read(book(graded("select_one four", "voice")))
    assert "voice.why" not in made.shows({"voice": "good"})
    assert "voice.why" in made.shows({"voice": "not_applicable"})


@pytest.mark.parametrize(("required", "needs"), [("yes", True), ("no", False)])
def test_an_overall_grade_is_asked_at_the_end_where_the_tool_has_it(required: str, *, needs: bool) -> None:
    overall = ("select_one n", OVERALL, "All in all", "", required)
    made = read(book(overall, graded("select_one four", "voice"), choices=NUMBERS))
    assert [part.key for part in made.sections] == ["voice", "voice.why"]
    assert made.overall is not None
    assert (made.asks_overall, made.needs_overall, made.scale) == (True, needs, made.overall.scale)


def test_without_graded_sections_a_return_ends_with_a_grade_on_the_cycles_scale() -> None:
    made = read(book(("text", "a", "A")))
    assert (made.asks_overall, made.needs_overall, made.scale) == (True, True, None)


def test_it_comes_back_as_it_was_from_the_database_and_from_a_workbook() -> None:
    made = read(book(
        graded("select_one four", "voice", "", "They were heard."), graded("select_one four", "plan"),
        ("select_one n", OVERALL, "All in all"), choices=NUMBERS,
    ))  # fmt: skip
    row = AuditTool(key=made.key, version=0, title=made.title, sections=json.loads(json.dumps(made.to_json())))
    assert Tool.stored(row) == made
    assert read(to_xlsform.workbook(made)) == made


@pytest.mark.parametrize(
    ("survey", "choices", "said"),
    [
        ([graded("text", "a")], [], "row 2: a graded question is a select_one"),
        ([graded("select_multiple four", "a")], [], "row 2: a graded question is a select_one"),
        ([graded("select_one one", "a")], [("one", "good", "Good")], "a scale has 2 to 11 grades"),
        ([graded("select_one n", "a")], [("n", "1", "1"), ("n", "2", "2")], "say which end is best"),
        ([graded("select_one n", "a")], [("n", "1", "1", "first"), ("n", "2", "2", "2")], "“first” is no whole number"),
        ([graded("select_one n", "a")], [("n", "1", "1", "1"), ("n", "2", "2", "1")], "ranks must be 1"),
        ([graded("select_one l", "a")], [("l", "nil", "Nil"), ("l", "b", "B")], "“nil” has a meaning of its own"),
        ([graded("select_one l", "a")], [("l", "not_graded_other", "X"), ("l", "b", "B")], "a meaning of its own"),
        (
            [graded("select_one l", "a")],
            [("l", "a-b", "A"), ("l", "b", "B")],
            "row 5 of choices: a key is made of letters, digits and underscores",
        ),
        ([graded("select_one l", "a")], [("l", "a", "A"), ("l", "b", "Insufficient evidence")], "is no grade: take it"),
        ([(*("select_one four", "a", "A"), *("",) * 4, "concern", "", "yes")], [], "leave “counts as” empty"),
        ([("select_one four", OVERALL, "All in all")], [], "can't be not applicable"),
        ([("select_one n", OVERALL, "All", "", "", "${a} = 'x'"), ("text", "a", "A")], NUMBERS, "asked of everybody"),
        ([("text", OVERALL, "All in all")], [], "a graded question is a select_one"),
        ([(*("select_one four", "a", "A"), *PLAIN, "perhaps")], [], "row 2: graded must be yes or no"),
        ([graded("select_one four", "a", "", "x" * 1_001)], [], "descriptor::good has 1,001 characters"),
        ([graded("select_one four", "voice_")], [], "the name “voice_” is used by the form itself"),
        ([("select_one n", "Overall_Grade", "All in all")], NUMBERS, "is written overall_grade"),
        ([graded("select_one l", "a")], [("l", "a", "1 - poor"), ("l", "b", "2 - good")], "say which end is best"),
        ([graded("select_one l", "a")], [("l", "a", "Level 1"), ("l", "b", "Level 2")], "say which end is best"),
        ([graded("select_one l", "a")], [("l", "a", "50%"), ("l", "b", "100%")], "say which end is best"),
        ([graded("select_one l", "a")], [("l", "a", "A"), ("l", "b", "B", "", "aplicable")], "says “not applicable”"),
        ([graded("select_one l", "a")], [("l", "a", "A"), ("l", "b", "Not graded")], "is no grade: take it out"),
        ([graded("select_one four", "a")], [("four", "not_applicable", "N/A")], "one is enough"),
        (
            [graded("select_one four", "a"), ("text", "b", "B", "", "", "${a} = 'na'")],
            [],
            "has no choice “na”, but: good",
        ),
        ([graded("select_one four", "a"), ("text", "b", "B", "", "", "not(${a} != 'gud')")], [], "no choice “gud”"),
        (
            [("select_one n", OVERALL, "All"), ("text", "b", "B", "", "", "${overall_grade} = '1'")],
            NUMBERS,
            "there is no question “overall_grade”",
        ),
        ([graded("select_one l", "a")], [("l", "a", "A"), ("l", "digonôl", "B")], "letters, digits and underscores"),
    ],
)
def test_what_is_no_scale_is_refused_by_its_row(survey: list[Cells], choices: list[Cells], said: str) -> None:
    assert said in refused(book(*survey, choices=choices))


def test_a_choice_that_is_no_grade_keeps_its_words_and_needs_no_rank() -> None:
    rows = [("cy", "da", "Da", "1"), ("cy", "gwael", "Gwael", "2"), ("cy", "not_applicable", "Ddim yn berthnasol")]
    made = read(book(graded("select_one cy", "llais"), choices=rows))
    assert made.graded[0].shown("not_applicable") == "Ddim yn berthnasol"
    assert read(to_xlsform.workbook(made)) == made
    row = AuditTool(key=made.key, version=0, title=made.title, sections=json.loads(json.dumps(made.to_json())))
    assert Tool.stored(row) == made


@pytest.mark.parametrize("words", [
    "N/A - not applicable to our agency", "Does not apply", "Not applicable (not involved)", "Amherthnasol",
    "0 - Not applicable", "(N/A)", "N / A", "n.a", "Not-applicable", "Does not apply to us",
])  # fmt: skip
def test_whatever_begins_with_not_applicable_is_no_grade_and_keeps_its_words(words: str) -> None:
    made = read(
        book(graded("select_one l", "a"), choices=[("l", 1, "Met", "1"), ("l", 2, "Not met", "2"), ("l", 3, words)])
    )
    assert [each.label for each in made.graded[0].graded_on.grades] == ["Met", "Not met"]
    assert made.graded[0].shown("not_applicable") == words


def test_what_stands_beside_a_choice_that_is_no_grade_is_not_left_out_silently() -> None:
    columns = ("list_name", "name", "label", "rank", "descriptor")
    rows = [("l", "a", "Met", "1"), ("l", "b", "Not met", "2"), ("l", "na", "N/A", "3", "You weren't involved.")]
    said = refused(workbook(survey=[COLUMNS, graded("select_one l", "a")], choices=[columns, *rows]))
    assert "row 4 of choices, descriptor: “N/A” is no grade, and has only its label." in said


def test_the_same_fault_in_many_rows_is_said_once() -> None:
    rows = [("l", "a", "Met"), ("l", "b", "Not known")]
    asked = [graded("select_one l", f"q{n}") for n in range(20)]
    said = refused(book(*asked, ("text", "b c", "B"), choices=rows))
    assert "• sheet survey, row 2 and 19 more: the list “l” is no scale: “Not known” is no grade" in said
    assert "• sheet survey, row 22: the name “b c” must begin" in said
    assert "more." not in said


@pytest.mark.parametrize("words", [
    "Not known", "Not assessed", "Unable to evaluate", "Don't know", "Cannot be judged",
    "Not enough information to say", "0 - Unknown", "Dont know", "Not sure", "No answer", "Ddim yn gwybod",
])  # fmt: skip
def test_what_says_that_nothing_can_be_graded_is_no_grade(words: str) -> None:
    rows = [("l", "a", "Met"), ("l", "b", "Not met"), ("l", "c", words)]
    assert f"“{words}” is no grade: take it out." in refused(book(graded("select_one l", "a"), choices=rows))


@pytest.mark.parametrize(
    "words", ["Not met", "No evidence", "Not evidenced", "Insufficient", "National standard met", "Not applied"]
)
def test_what_only_begins_alike_is_a_grade(words: str) -> None:
    made = read(book(graded("select_one l", "a"), choices=[("l", "a", "Met"), ("l", "b", words)]))
    assert made.graded[0].graded_on.lowest.label == words


@pytest.mark.parametrize(("name", "words"), [
    ("c", "Na"), ("c", "NA"), ("c", "Na - nid yw'n digwydd"), ("c", "Not relevant to our service"),
    ("c", "Does not apply in practice"), ("c", "Does not apply to all children"), ("c", "Standard not applicable"),
    ("na", "Not achieved"), ("n_a", "Nac ydy"),
])  # fmt: skip
def test_what_may_be_a_grade_and_may_say_that_none_applies_is_refused(name: str, words: str) -> None:
    rows = [("l", "a", "Met"), ("l", "b", "Not met"), ("l", name, words)]
    said = refused(book(graded("select_one l", "a"), choices=rows))
    named = f"“{words}” (named “{name}”)" if name != "c" else f"“{words}”"
    assert f"{named} may be a grade, and may say that no grade applies: write “N/A” for that, or call" in said


def test_a_choice_that_counts_as_not_applicable_may_be_in_any_words() -> None:
    rows = [("l", "a", "Met"), ("l", "b", "Not met"), ("l", "na", "Not relevant", "", "not applicable")]
    made = read(book(graded("select_one l", "a"), choices=rows))
    assert made.graded[0].shown("not_applicable") == "Not relevant"
    assert read(to_xlsform.workbook(made)) == made


def test_a_list_may_be_called_as_a_scale_of_the_products_and_have_other_grades() -> None:
    rows = [("rag", "b", "Blue"), ("rag", "g", "Green"), ("rag", "r", "Red")]
    made = read(book(graded("select_one rag", "a"), choices=rows))
    assert [each.label for each in made.graded[0].graded_on.grades] == ["Blue", "Green", "Red"]
    assert read(to_xlsform.workbook(made)) == made


@pytest.mark.parametrize("names", [("ansawdd ô", "ansawdd â"), ("good+", "good-"), ("4", "5"), ("ôô", "ââ")], ids=str)
def test_lists_whose_names_are_alike_in_small_letters_are_two_scales(names: tuple[str, str]) -> None:
    lists = [(name.replace(" ", "_"), *grade) for name in names for grade in (("a", f"A {name}"), ("b", "B"))]
    made = read(book(*(graded(f"select_one {each}", f"q{n}") for n, each in enumerate(dict.fromkeys(
        listed for listed, *_ in lists))), choices=lists))  # fmt: skip
    assert made.graded[0].graded_on.key != made.graded[1].graded_on.key
    assert read(to_xlsform.workbook(made)) == made


def test_a_scale_whose_grades_have_other_short_labels_elsewhere_comes_back() -> None:
    columns = ("list_name", "name", "label", "short label", "aliases")
    lists = [
        ("one", "good", "Good", "G", ""), ("one", "bad", "Bad", "", ""),
        ("two", "good", "Good", "", "Fine"), ("two", "bad", "Bad", "", ""),
    ]  # fmt: skip
    survey = [graded("select_one one", "a"), graded("select_one two", "b")]
    made = read(workbook(survey=[COLUMNS, *survey], choices=[columns, *lists]))
    assert [part.graded_on.grades[0].short_label for part in made.graded] == ["G", "Good"]
    assert read(to_xlsform.workbook(made)) == made


def test_a_column_that_describes_no_grade_is_refused() -> None:
    data = workbook(survey=[(*SURVEY, "descriptor::Splendid"), ("text", "a", "A", *PLAIN, "They shone.")])
    assert "row 2: descriptor::splendid: this question isn't graded so" in refused(data)


def test_a_scale_that_is_called_as_a_list_of_ours_comes_back() -> None:
    scale = [("list_2", "a", "A"), ("list_2", "b", "B")]
    plain = [("l", "x", "X"), ("l", "y", "Y"), ("m", "z", "Z"), ("m", "v", "V")]
    rows = [graded("select_one list_2", "s"), ("select_one l", "q", "Q"), ("select_one m", "r", "R")]
    made = read(book(*rows, choices=[*scale, *plain]))
    assert read(to_xlsform.workbook(made)) == made


def test_a_list_whose_last_choice_is_best_says_so_in_the_settings() -> None:
    made = read(book(graded("select_one n", "a"), choices=[("n", "1", "1"), ("n", "2", "2")], best="last"))
    assert [each.label for each in made.graded[0].scale.grades] == ["2", "1"]  # type: ignore[union-attr]


@pytest.mark.parametrize("given", [Graded("good"), Graded("not_graded", "other"), Graded("not_applicable")])
def test_what_a_section_is_given_is_one_name(given: Graded) -> None:
    assert Graded.read(given.name) == given
