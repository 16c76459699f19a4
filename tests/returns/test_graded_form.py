"""The form of a return whose sections are graded."""

from dataclasses import replace

import pytest

from audit.errors import Refused
from audit.returns.answer_checks import check
from audit.returns.answers import Answers
from audit.returns.history import changes
from audit.scales import INSPECTION, NOT_APPLICABLE
from audit.tools import OVERALL, Section, Tool
from sandbox.slack.checks import problems
from tests.kit import graded, models, reading
from tests.kit.graded import EVIDENCE, PLANNING, RECORDS, SECTIONED, VOICE
from views.library.tools import seen
from views.returns.form import ReturnForm, form


def opened(tool: Tool = SECTIONED, sections: dict[str, str] | None = None) -> dict[str, object]:
    return form(replace(models.opened(Answers(sections or {})), tool=tool))


def test_what_grades_mean_stands_once_before_the_sections_that_share_them() -> None:
    said = reading.everything(opened())
    assert said.count("What the grades mean:") == 1
    assert said.count(INSPECTION.lowest.descriptor) == 1
    assert "*Not applicable*: It doesn't apply to this case. You are asked why." in said
    own = replace(models.opened(), tool=graded.many(12, own=True))
    pages = [reading.everything(form(replace(own, step=step))) for step in range(len(own.tool.steps))]
    assert sum(said.count("What the grades of “") for said in pages) == 12


def test_there_is_no_overall_grade_unless_the_tool_asks_for_one() -> None:
    assert {"grade", "why"}.isdisjoint(reading.inputs(opened()))
    asked = reading.inputs(opened(graded.OPTIONAL))
    assert asked["grade"]["optional"] is asked["why"]["optional"] is True
    assert reading.inputs(opened(graded.REQUIRED))["grade"]["optional"] is False


def test_why_a_section_is_not_applicable_is_asked_once_that_is_chosen() -> None:
    assert {RECORDS, EVIDENCE} < set(reading.inputs(opened()))
    assert f"{RECORDS}.why" not in reading.inputs(opened())
    view = opened(SECTIONED, {RECORDS: NOT_APPLICABLE})
    names = [*reading.inputs(view)]
    assert names[names.index(RECORDS) + 1] == f"{RECORDS}.why"
    assert ReturnForm.read(reading.sent(view)).answers().sections[RECORDS] == NOT_APPLICABLE
    with pytest.raises(Refused) as refused:
        check(
            replace(models.opened(Answers({VOICE: "good", PLANNING: "good", RECORDS: NOT_APPLICABLE})), tool=SECTIONED)
        )
    assert refused.value.fields == {f"{RECORDS}.why": "Please answer this.", "supervision": "Please answer this."}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("overall", [None, Section(OVERALL, "Overall", "graded", scale=INSPECTION)])
def test_twelve_standards_fit_a_modal_and_come_back_as_they_were_chosen(own: bool, overall: Section | None) -> None:  # noqa: FBT001  # a case
    tool = replace(graded.many(12, own=own), overall=overall)
    answers = {part.key: NOT_APPLICABLE if part.scale else "w" * 150 for part in tool.parts}
    for step in range(len(tool.steps)):
        view = form(replace(models.opened(Answers(answers)), tool=tool, step=step))
        assert problems(view, "modal") == []
        read = ReturnForm.read(reading.sent(view)).answers().sections
        assert read == {part.key: answers[part.key] for part in tool.steps[step]}
    assert problems(seen(tool), "modal") == []


def test_a_tool_is_previewed_with_its_grades_and_how_it_ends() -> None:
    said = reading.everything(seen(SECTIONED))
    assert "*Voice of the child*\na grade, the best first: Outstanding, Good, Requires improvement, Inad" in said
    assert "Inadequate, Not applicable (and why)" in said
    assert "Graded by section: there is no overall grade." in said
    assert "Why is it not applicable?" not in said
    assert "asked of Police" in said
    assert "a grade, which may be left out: Outstanding" in reading.everything(seen(graded.OPTIONAL))


def test_the_history_of_a_return_names_the_section_whose_reason_changed() -> None:
    before = Answers(graded.not_applicable(RECORDS, VOICE))
    after = Answers(graded.not_applicable(VOICE) | graded.not_applicable(RECORDS, why="They were lost."))
    assert changes(SECTIONED.sections, before, after) == ("Records: Why is it not applicable?",)
