"""A workbook in several languages: which one is read, and what is said of the others."""

import pytest

from audit.library.workbook_rows import NoTool
from audit.tools import Choice
from tests.kit.workbooks import read, workbook


def test_a_label_in_the_forms_own_language_is_taken_and_others_are_mentioned() -> None:
    columns = ("type", "name", "label::English (en)", "label::Welsh (cy)", "$kuid")
    found = read(workbook(
        survey=[columns, ("text", "a", "One", "Un", "x1")],
        settings=[("default_language",), ("English (en)",)],
    ), "x.xlsx")  # fmt: skip
    assert found.tool.sections[0].label == "One"
    passed_over = "The form is in English (en); what is there in Welsh (cy) isn't shown."
    how = "The sheet “settings” can name another as default_language."
    assert found.remarks == (f"{passed_over} {how}", "Sheet survey: column $kuid makes no difference.")


@pytest.mark.parametrize("named", ["Welsh (cy)", "welsh", "cy"])
def test_the_settings_name_the_forms_language_in_any_way(named: str) -> None:
    made = read(workbook(
        survey=[("type", "name", "label::English (en)", "label::Welsh (cy)"), ("text", "a", "One", "Un")],
        settings=[("default_language",), (named,)],
    ))  # fmt: skip
    assert made.tool.sections[0].label == "Un"


def test_a_language_that_no_label_has_is_refused_in_the_settings() -> None:
    with pytest.raises(NoTool) as refused:
        read(workbook(
            survey=[("type", "name", "label::English (en)", "label::Welsh (cy)"), ("text", "a", "One", "Un")],
            settings=[("default_language",), ("Cymraeg",)],
        ))  # fmt: skip
    why = "default_language “cymraeg” is none of: english (en), welsh (cy)"
    assert [str(fault) for fault in refused.value.faults] == [f"sheet settings, row 2: {why}"]


def test_a_text_that_stands_in_another_language_only_is_mentioned() -> None:
    found = read(workbook(survey=[
        ("type", "name", "label::English (en)", "label::Welsh (cy)", "hint::Welsh (cy)"),
        ("text", "a", "One", "Un", "Meddyliwch"),
    ]))  # fmt: skip
    assert "Sheet survey, row 2: the hint is in another language only." in found.remarks


def test_texts_that_are_shown_in_the_language_without_a_name_are_counted() -> None:
    data = workbook(
        survey=[("type", "name", "label", "label::Welsh (cy)", "hint"), ("select_one how", "a", "One", "Un", "Think")],
        choices=[("list_name", "name", "label"), ("how", "x", "Well")],
    )
    counted = "Texts that aren't there in Welsh (cy), and are shown in the language of the column “label”: 2."
    assert counted in read(data, language=2).remarks
    assert not [remark for remark in read(data).remarks if "Texts" in remark], "read as it is"


def test_a_label_without_a_language_and_one_with_are_two_languages() -> None:
    data = workbook(survey=[("type", "name", "label", "label::Welsh (cy)"), ("text", "a", "One", "Un")])
    assert [read(data, language=number).tool.sections[0].label for number in range(4)] == [
        "One", "One", "Un", "One",
    ]  # fmt: skip


def test_where_every_label_has_a_language_the_first_is_taken() -> None:
    made = read(workbook(
        survey=[("type", "name", "label::Cymraeg (cy)", "label::English (en)"), ("select_one l", "a", "Un", "One")],
        choices=[("list name", "name", "label::Cymraeg (cy)", "label::English (en)"), ("l", 1, "Ie", "Yes")],
    ))  # fmt: skip
    assert (made.tool.sections[0].label, made.tool.sections[0].choices) == ("Un", (Choice("1", "Ie"),))
