"""What a board's workbook may hold beside questions, and how its names are kept."""

from dataclasses import replace

import pytest

from audit.library import consistency, to_xlsform
from audit.returns.answers import Answers
from audit.returns.who_may_answer import Capacity
from audit.scales import INSPECTION
from audit.tools import OVERALL, Choice, Section, Tool
from sandbox.slack.checks import problems
from tests.kit import workbooks
from tests.kit.workbooks import tool, workbook
from tests.library.test_xlsform import YES_NO_ROWS, faults, read
from tests.returns.test_form_view import full
from views.returns.form import form


def test_several_of_yes_and_no_is_no_yes_or_no() -> None:
    made = read(tool(("select_multiple yn", "a", "Which apply?"), choices=YES_NO_ROWS))
    assert made.sections[0].kind == "several_of"
    assert read(to_xlsform.workbook(made)).parts == made.parts


def test_notes_that_come_together_only_for_some_agencies_are_weighed_too() -> None:
    notes = [("note", f"n{number}", "N", "And a hint") for number in range(30)]
    asked = [("text", f"q{number}", "Q", "", "", "", "", "", "Police") for number in range(3)]
    rows = [row for number in range(3) for row in (*notes[number * 10 : number * 10 + 10], asked[number])]
    assert "page 1 of the form holds more than Slack shows" in faults(tool(*rows, ("text", "a", "A")))[0]


def test_a_required_no_in_a_groups_row_as_builders_write_it_is_passed_over() -> None:
    made = read(tool(("begin_group", "g", "G", "", "false"), ("text", "a", "A"), ("end_group", "", "", "", "false")))
    assert made.parts == (Section("a", "A", heading="G"),)


def test_letters_are_composed_as_slack_sends_them() -> None:
    label = "Cafe\u0301"
    made = read(tool(
        ("select_one l", "a", label), ("text", "b", "B", "", "", "${a} = 'cafe\u0301'", "", "", "E\u0301ducation"),
        choices=[("l", "cafe\u0301", label), ("l", "b", "B")],
    ))  # fmt: skip
    assert made.sections[0].choices[0] == Choice("caf\u00e9", "Caf\u00e9")
    assert made.shows({"a": "caf\u00e9"}) == {"a", "b"}
    for agency in ("\u00e9ducation", "e\u0301ducation"):
        assert len(made.asked_of(agency).sections) == 2


def test_a_sheet_that_isnt_read_is_mentioned() -> None:
    found = workbooks.read(workbook(survey=[("type", "name", "label"), ("text", "a", "A")], Notes=[("x",)]), "x.xlsx")
    assert found.remarks == ("Sheet notes isn't read.",)


def test_names_that_are_cut_or_in_other_letters_are_told_apart() -> None:
    long = "multi_agency_case_file_audit_2024_"
    names = [f"{long}neglect", f"{long}exploitation", "Оценка", "审计", "Оценка 2024", "2024", "Neglect — ours", "!"]
    keys = [consistency.key_of(name) for name in names]
    assert len(set(keys)) == len(keys)
    assert all(len(key) <= 32 and key.isascii() for key in keys)
    assert (keys[5], keys[6]) == ("2024", "neglect_ours")
    assert consistency.key_of("E\u0301valuation") == consistency.key_of("\u00c9valuation")


def test_a_question_that_is_called_as_a_group_is_written_comes_back() -> None:
    made = read(tool(("text", "group_1", "A"), ("begin_group", "g", "G"), ("text", "Group_2", "B"), ("end_group",)))
    assert read(to_xlsform.workbook(made)).parts == made.parts


@pytest.mark.parametrize("capacity", Capacity)
def test_the_fullest_page_that_is_taken_fits_slack(capacity: Capacity) -> None:
    notes = [("note", f"n{number}", "N", "And a hint") for number in range(29)]
    noted = read(tool(*notes, ("text", "a", "A")))
    means = replace(INSPECTION, grades=tuple(replace(each, descriptor="x" * 300) for each in INSPECTION.grades))
    standards = tuple(Section(f"s{n}", "S", "graded", heading=f"H{n}", scale=means) for n in range(12))
    graded = Tool("t", 1, standards, "T", Section(OVERALL, "Overall", "graded", scale=INSPECTION))
    assert not [*consistency.faults([*enumerate(graded.parts, 2)])]
    for made in (noted, graded):
        for step in range(len(made.steps)):
            opened = replace(full(graded=False), tool=made, step=step, capacity=capacity, answers=Answers())
            assert problems(form(opened), "modal") == []
