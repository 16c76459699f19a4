"""What a board's workbook may hold beside questions, and how its names are kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from audit.errors import Refused
from audit.library import consistency, to_xlsform
from audit.returns.answers import Answers
from audit.returns.who_may_answer import Capacity
from audit.scales import DESCRIPTOR_LIMIT, INSPECTION
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
    longest = tuple(replace(each, descriptor="&" * DESCRIPTOR_LIMIT) for each in INSPECTION.grades)
    means = replace(INSPECTION, grades=longest)
    standards = tuple(Section(f"s{n}", "S", "graded", heading=f"H{n}", scale=means) for n in range(12))
    graded = Tool("t", 1, standards, "T", Section(OVERALL, "Overall", "graded", scale=INSPECTION))
    assert not [*consistency.faults([*enumerate(graded.parts, 2)])]
    for made in (noted, graded):
        for step in range(len(made.steps)):
            opened = replace(full(graded=False), tool=made, step=step, capacity=capacity, answers=Answers())
            assert problems(form(opened), "modal") == []


def test_a_note_and_a_hint_keep_their_lines() -> None:
    said = "Consider:\n• timeliness\n\n• whether the child was  seen alone\n"
    kept = "Consider:\n• timeliness\n\n• whether the child was seen alone"
    made = read(tool(("note", "n", said), ("text", "a", "In two\nlines", said)))
    assert [(part.label, part.hint) for part in made.parts] == [(kept, ""), ("In two lines", kept)]
    assert read(to_xlsform.workbook(made)).parts == made.parts


def test_what_stands_in_other_sheets_is_not_looked_at() -> None:
    found = workbooks.read(workbook(
        survey=[("type", "name", "label"), ("text", "a", "A")],
        Guidance=[("Neglect audit", date(2026, 1, 3)), (), ("", "", "Read this first"), ("x", "#N/A")],
        Notes=[("a", "a")],
    ))  # fmt: skip
    assert found.remarks == ("Sheet guidance isn't read.", "Sheet notes isn't read.")


@pytest.mark.parametrize("title", [("Neglect audit tool",), ("Partnership", "", "", "", "2026")])
def test_columns_that_are_not_named_in_the_first_row_are_said_to_belong_there(title: Sequence[str]) -> None:
    for sheet, rows in (("survey", [("type", "name", "label", "hint")]), ("choices", [("list_name", "name", "label")])):
        sheets = {"survey": [("type", "name", "label"), ("text", "a", "A")]} | {sheet: [title, *rows]}
        with pytest.raises(Refused) as refused:
            workbooks.read(workbook(**sheets))
        needed = ", ".join(rows[0][:3])
        said = f"Sheet {sheet}: its first row must name the columns ({needed}), and begins with “{title[0]}”"
        assert refused.value.sentence.startswith(said)


def test_a_workbook_without_questions_says_how_to_begin() -> None:
    found = faults(workbook(**{"Audit tool": [("Partnership",), (), ("Question", "Yes or no", "Evidence")]}))
    assert len(found) == 1
    assert (
        "row 1: this sheet is missing: it lists the questions, one in each row. The workbook has these sheets: a"
        in found[0]
    )
    assert "You can start from an existing tool: press Get it as Excel, under Audit tools" in found[0]


def test_a_column_in_which_nothing_stands_is_passed_over() -> None:
    made = read(workbook(
        survey=[("type", "name", "label", "constraint", "read_only", "image"), ("text", "a", "A")],
        settings=[("form_title", "public_key"), ("Ours", "")],
    ))  # fmt: skip
    assert made.title == "Ours"


def test_a_share_reads_as_its_cell_shows_it() -> None:
    book = load_workbook(
        BytesIO(tool(("select_one l", "a", "A"), choices=[("l", "x", 0.5), ("l", "y", 1), ("l", "z", 0.125)]))
    )
    for cell in book["choices"]["C"][1:]:
        cell.number_format = "0.0%" if cell.value < 0.5 else "0%"
    book.save(file := BytesIO())
    assert [each.label for each in read(file.getvalue()).sections[0].choices] == ["50%", "100%", "12.5%"]


def test_a_type_that_is_not_taken_is_answered_with_those_that_are() -> None:
    assert (
        "the type “dropdown” isn't accepted: there are text, select_one LIST" in faults(tool(("dropdown", "a", "A")))[0]
    )
