"""A board's workbook becomes an audit tool, or is refused by sheet, row and reason."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings

from audit.errors import Refused
from audit.library import to_xlsform
from audit.library.default import DEFAULT
from audit.library.workbook_rows import NoTool
from audit.tools import IF_IMMEDIATE, YES_NO, Choice, Section, Tool
from tests.kit import workbooks
from tests.kit.drawn import tools
from tests.kit.workbooks import Cells, tool, workbook

YES_NO_ROWS = [("yn", "yes", "Yes"), ("yn", "no", "No")]
HOW = [("how", "well", "Well"), ("how", "partly", "Partly"), ("how", 3, "Not at all")]


def read(data: bytes) -> Tool:
    return workbooks.read(data, "Our audit.xlsx").tool


def faults(data: bytes) -> list[str]:
    with pytest.raises(NoTool) as refused:
        workbooks.read(data)
    assert "Nothing was stored." in refused.value.sentence
    return [str(fault) for fault in refused.value.faults]


def test_every_kind_of_question_is_read() -> None:
    made = read(tool(
        ("text", "a", "What went well", "Think of the child.", "TRUE", "", "multiline", "strength", ""),
        ("text", "b", "In a line", "", "", "", "line"),
        (),
        ("begin group", "g", "Planning", "", "", "${c} = 'yes'"),
        ("select_one how", "d", "How well?", "", "", "selected(${e}, 'well') or not(${a} = '')"),
        ("end_group",),
        ("select_one yn", "c", "Planned?"),
        ("select_multiple how", "e", "Which?", "", "no", "", "minimal", "concern", "Police, Health: community"),
        ("integer", "f", "At what age?"),
        ("decimal", "h", "Hours"),
        ("date", "i", "Since"),
        ("note", "j", "Thank you."),
        choices=[*YES_NO_ROWS, *HOW],
        settings=[("form_title", "form_id"), ("Transitions", "Transitions 2026")],
    ))  # fmt: skip
    how = (Choice("well", "Well"), Choice("partly", "Partly"), Choice("3", "Not at all"))
    assert made == Tool("transitions_2026", 0, (
        Section("a", "What went well", "text", "Think of the child.", "strength", required=True),
        Section("b", "In a line", "line"),
        Section(
            "d", "How well?", "one_of", choices=how, heading="Planning",
            relevant="(${c} = 'yes') and (selected(${e}, 'well') or not(${a} = ''))",
        ),
        Section("c", "Planned?", "yes_no"),
        Section("e", "Which?", "several_of", group="concern", choices=how, agencies=("Police", "Health: community")),
        Section("f", "At what age?", "integer"),
        Section("h", "Hours", "decimal"),
        Section("i", "Since", "date"),
        Section("j", "Thank you.", "note"),
    ), "Transitions")  # fmt: skip
    offered = {part.key: part.offered for part in made.sections}
    assert list(offered) == list("abdcefhi")
    assert (offered["c"], offered["e"], offered["a"]) == (YES_NO, how, ())


def test_its_name_is_the_files_where_the_settings_say_none() -> None:
    made = read(tool(("text", "a", "A")))
    assert (made.title, made.key, made.version) == ("Our audit", "our_audit", 0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("text", "a", "A"), ("text", "a", "B")], "row 3: the name “a” is already used in row 2"),
        ([("text", "a", "A"), ("text", "A", "B")], "row 3: the name “A” is already used in row 2"),
        ([("text", "grade", "A")], "row 2: the name “grade” is used by the form itself"),
        ([("text", "a b", "A")], "row 2: the name “a b” must begin"),
        ([("text", "", "A")], "row 2: the name is missing"),
        ([("text", "a", "")], "row 2: the label is missing"),
        ([("text", "a", "x" * 2001)], "row 2: the label has 2,001 characters"),
        ([("text", "a", "A", "x" * 2001)], "row 2: the hint has 2,001 characters"),
        ([("text", "a", "A", "", "perhaps")], "row 2: required must be yes or no"),
        ([("text", "a", "A", "", "", "", "", "weakness")], "row 2: “counts as” must be one of"),
        ([("text", "a", "A", "", "", "", "sparkling")], "row 2: appearance “sparkling” isn't known"),
        ([("", "a", "A")], "row 2: the type is missing"),
        ([("Text", "a", "A")], "row 2: the type “Text” isn't accepted: types are written in small letters"),
        ([("note", "n", "x" * 1501), ("text", "a", "A")], "row 2: the label has 1,501 characters"),
        ([("text", "nobody-x", "A")], "row 2: the name “nobody-x” is used by the form itself"),
        ([("begin_group", f"g{n}", "G", "", "", "${q} = 'x'") for n in range(60)] + [("text", "q", "Q")],
         "row 62: relevant: the condition has more than 1,000"),
        ([("geopoint", "a", "A")], "row 2: the type “geopoint” isn't accepted"),
        ([("begin repeat", "a", "A")], "row 2: the type “begin repeat” isn't accepted: questions can't repeat"),
        ([("start", "start", "A")], "row 2: the type “start” isn't accepted: nothing is noted by itself"),
        ([("begin_repeat", "a", "A")], "row 2: the type “begin_repeat” isn't accepted: questions can't repeat"),
        ([("rank how", "a", "A")], "row 2: the type “rank how” isn't accepted: take select_multiple"),
        ([("begin_group", "g", "G", "", "", "", "sparkling"), ("text", "a", "A"), ("end_group",)],
         "row 2: appearance “sparkling” isn't known"),
        ([("text", "a", "A", "", "", "${b} = 'x'")], "row 2: relevant: there is no question “b”"),
        ([("text", "a", "A", "", "", "${a} = 'x'")], "row 2: relevant: “a” depends on itself"),
        ([("text", "a", "A", "", "", "${b} = 'x'"), ("text", "b", "B", "", "", "${a} != 'y'")],
         "row 3: relevant: “b” depends on itself"),
        ([("text", "b", "B"), ("text", "a", "A", "", "", "${b} > 3")], "row 3: relevant: the condition can't be read"),
        ([("text", "b", "B"), ("text", "a", "A", "", "", "${b} =")], "row 3: relevant: the condition needs a value"),
        ([("text", "b", "B"), ("text", "a", "A", "", "", "(" * 30)], "row 3: relevant: the condition is nested"),
        ([("select_one how", "a", "A")], "row 2: sheet choices has no list “how”"),
        ([("select_one how or_other", "a", "A")], "row 2: one list of choices is named"),
        ([("select_one", "a", "A")], "row 2: sheet choices has no list “”"),
        ([("begin_group", "g", "G"), ("text", "a", "A")], "row 2: the group “G” isn't ended"),
        ([("text", "a", "A"), ("end_group",)], "row 3: no group is open"),
        ([("begin_group", "g", "x" * 151), ("text", "a", "A"), ("end_group",)], "row 2: the label has 151 characters"),
        ([("begin_group", "g", "G", "", "", "", "", "", "Police"), ("text", "a", "A"), ("end_group",)],
         "row 2: column “agencies” isn't read where a group begins or ends"),
        ([("begin_group", "g", "G", "", "", "", "", "concern"), ("text", "a", "A"), ("end_group",)],
         "row 2: column “counts as” isn't read"),
        ([("begin_group", "g", "G", "", "yes"), ("text", "a", "A"), ("end_group",)],
         "row 2: column “required” isn't read"),
        ([("begin_group", "g", "G"), ("text", "a", "A"), ("end_group", "", "", "", "", "${a} = 'x'")],
         "row 4: column “relevant” isn't read"),
        ([*(("begin_group", f"g{n}", "G") for n in range(900)), ("text", "a", "A"), *[("end_group",)] * 900],
         "row 22: at most 20 groups stand within each other"),
        ([("text", "a", "A"), ("text", "b", "You said ${a}")], "row 3: the label has ${…} in it"),
        ([("text", "a", "A"), ("text", "b", "B", "As in ${a}")], "row 3: the hint has ${…} in it"),
        ([("text", "a", "A"), ("begin_group", "g", "${a}"), ("text", "b", "B"), ("end_group",)],
         "row 3: the label has ${…} in it"),
        ([("note", f"n{n}", "N", "And a hint") for n in range(30)] + [("text", "a", "A")],
         "row 2: from here on, page 1 of the form holds more than Slack shows"),
        ([("text", "a", "A"), *[()] * 3_000, ("sparkle", "b", "B")], "row 3003: the type “sparkle” isn't accepted"),
        ([("note", "n", "Only read this.")], "row 2: there is no question in it, only notes"),
        ([("text", f"q{n}", "Q") for n in range(151)], "row 152: at most 150 questions"),
        ([("text", "immediate_what", "A")], "row 2: immediate_what must be a text with the appearance line"),
        ([("text", "immediate_action", "A")], "row 2: immediate_action needs a select_one of the choices yes and no"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_wrong_is_said_by_sheet_and_row(rows: Sequence[Cells], said: str) -> None:
    found = faults(tool(*rows))
    assert any(each.startswith(f"sheet survey, {said}") for each in found), found


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ([("how", "a", "A"), ("how", "a", "B")], "row 3: the list “how” has a choice “a” already"),
        ([("how", "a", "A b"), ("how", "b", "a B")], "row 3: the list “how” has a choice that reads “a B” already"),
        ([("how", "a b", "A")], "row 2: a choice's name has 1 to 75 characters and no space"),
        ([("how", "a", "")], "row 2: the label is empty"),
        ([("", "a", "A")], "row 2: the column list_name is empty"),
        ([("how", "a", "x" * 76)], "row 2: the label has 76 characters"),
    ],
    ids=str,
)  # fmt: skip
def test_a_choice_that_cannot_be_shown_is_refused(choices: Sequence[Cells], said: str) -> None:
    assert f"sheet choices, {said}" in " ".join(faults(tool(("select_one how", "q", "Q"), choices=choices)))


def test_what_a_group_says_of_grades_is_refused() -> None:
    rows = [("type", "name", "label", "descriptor::Good"), ("begin_group", "g", "G", "x"), ("text", "a", "A"),
            ("end_group",)]  # fmt: skip
    assert faults(workbook(survey=rows))[0].startswith("sheet survey, row 2: column “descriptor::good” isn't read")


@pytest.mark.parametrize("look", ["w4", "columns-2", "table-list", "no-calendar minimal"])
def test_how_a_builder_lays_a_question_out_makes_no_difference(look: str) -> None:
    assert read(tool(("text", "a", "A", "", "", "", look))).parts == (Section("a", "A"),)


def test_a_note_that_is_to_be_answered_is_mentioned() -> None:
    for more in (("", "yes"), ("", "", "", "", "concern")):
        found = workbooks.read(tool(("text", "a", "A"), ("note", "n", "N", *more)))
        assert found.remarks == ("Sheet survey, row 3: a note is only read, so it can't be required or count.",)


def test_what_a_list_says_that_nobody_reads_is_mentioned() -> None:
    found = workbooks.read(workbook(
        survey=[("type", "name", "label"), ("select_one how", "a", "A")],
        choices=[
            ("list_name", "name", "label", "rank", "descriptor"), ("other", "z", "Z", "", ""),
            ("how", "x", "X", 1, ""), ("how", "y", "Y", 2, "Bad."),
        ],
    ))  # fmt: skip
    assert found.remarks == (
        "Sheet choices: no question has the list “other”.",
        "Sheet choices: no question is graded on the list “how”, so what it says under rank and descriptor isn't read.",
    )


def test_a_page_that_would_be_too_heavy_for_slack_is_refused_where_it_begins() -> None:
    choices = [("many", f"{number:075}", "x" * 75) for number in range(100)]
    found = faults(tool(*(("select_multiple many", f"q{number}", "Q") for number in range(20)), choices=choices))
    assert found[0] == "sheet survey, row 2: from here on, page 1 of the form holds more than Slack shows: shorten it"


def test_an_unknown_column_is_refused_where_something_first_stands_in_it() -> None:
    rows = [("type", "name", "label", "constraint", "colour"), ("text", "a", "A"), ("text", "b", "B", ". > 1", "red")]
    assert faults(workbook(survey=rows)) == [
        "sheet survey, row 3: column “constraint”: answers can't be checked by a formula",
        "sheet survey, row 3: column “colour”: that column isn't known here",
    ]


def test_what_is_no_workbook_of_questions_is_refused_before_it_is_read() -> None:
    def zipped(**files: bytes) -> bytes:
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as packed:
            for name, data in files.items():
                packed.writestr(name, data)
        return file.getvalue()

    for data, said in (
        (b"", "is damaged"),
        (b"type,name,label\n", "is damaged"),
        (zipped(a=b"x"), "no .xlsx workbook"),
        (zipped(**{"xl/vbaProject.bin": b"x"}), "macro"),
        (zipped(bomb=bytes(51_000_000)), "Unpacked, the workbook is larger"),
        (zipped(**{f"f{n}": b"" for n in range(2_000)}), "is made of more than"),
        (bytes(2_000_001), "larger than 2 MB"),
        (workbook(survey=[("type", "name", "label"), *[("text", "a", "A")] * 2_001]), "more than 2,000 lines"),
        (workbook(survey=[[f"c{n}" for n in range(101)]]), "more than 100 cells"),
        (workbook(survey=[("type", "Type")]), "two columns are both called “type”"),
        (workbook(survey=[("type",), ("text", "a")]), "row 2: there is something in a column that has no name"),
        (workbook(Survey=[("type",)], SURVEY2=[()]), "there is no question"),
        (workbook(questions=[("type",)]), "this sheet is missing"),
    ):
        with pytest.raises(Refused) as refused:
            workbooks.read(data)
        assert said in refused.value.sentence


@given(tools())
@settings(max_examples=20)  # most of the time goes into the others' reader, who must take it too
def test_any_tool_comes_back_from_its_workbook(made: Tool) -> None:
    assert workbooks.read(to_xlsform.workbook(made)).tool == made


def test_the_products_own_tool_comes_back_too() -> None:
    again = workbooks.read(to_xlsform.workbook(DEFAULT), "x.xlsx").tool
    assert (again.key, again.title, again.parts) == (DEFAULT.key, DEFAULT.title, DEFAULT.parts)
    assert again.sections[-1].relevant == IF_IMMEDIATE
