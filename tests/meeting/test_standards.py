"""Ratifying section by section."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.access import actor
from audit.cases import graded_sections
from audit.cases.judgements import ASSURANCES
from audit.cases.summary import CaseView
from audit.errors import Refused
from audit.meeting import agenda, discussion, ratify
from audit.meeting.discussion import Discussion
from audit.meeting.ratify import JudgementForm
from audit.meeting.verdict import SECTION, Verdict
from audit.scales import NO_OVERALL, NOT_APPLICABLE
from audit.tools import Tool
from sandbox.slack.checks import problems
from storage.cases import Case
from storage.meetings import Judgement
from tests.kit import discussed, graded, models, reading
from tests.kit.forging import TEAM
from tests.kit.graded import PLANNING, RECORDS, STANDARDS, SUPERVISION, VOICE
from tests.kit.judging import ASSURED, URGENT
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR
from views.meeting.discussion import discussion as discussion_view
from views.meeting.ratify import VerdictForm, judging, ratified
from views.parts import View

GIVEN = {"Police": {VOICE: "good", PLANNING: "inadequate"}, "Education": {VOICE: "good", PLANNING: "good"}}
ALL_GOOD = dict.fromkeys(STANDARDS, "good")


def about(case: CaseView, rule: str = "none", proposals: Mapping[str, str | None] | None = None) -> Discussion:
    found = discussed.discussion()
    item = agenda.ordered([case], {})[0]
    return replace(found, case=case, item=item, rule=rule, proposals=proposals or {})


def form(sections: Mapping[str, str] | None = None, tool: Tool = graded.SECTIONED, grade: str | None = None) -> View:
    verdict = Verdict(grade, None, "So.", {}, sections=sections or {})
    return judging(JudgementForm("c" * 32, about(graded.case(GIVEN, tool=tool)), verdict))


def test_the_form_asks_for_each_section_with_what_the_agencies_gave_it() -> None:
    view = form()
    asked = reading.asked(view)
    assert [name for name in asked if name.startswith(SECTION)] == [f"{SECTION}{key}" for key in STANDARDS]
    assert "grade" not in asked
    assert asked["why"]["optional"] is False
    assert "Good: Education; Inadequate: Police." in reading.everything(asked[f"{SECTION}{PLANNING}"])
    assert "initial_option" not in reading.element(asked[f"{SECTION}{PLANNING}"])
    assert f"{SECTION}{VOICE}__0123456789ab" in reading.inputs(view)
    assert "Widest disagreement:* Planning, from Good to Inadequate" in reading.everything(view)


def test_the_rule_proposes_for_each_section_and_fills_nothing_in() -> None:
    found = about(graded.case(GIVEN), "lowest", {PLANNING: "inadequate", VOICE: "good"})
    view = judging(JudgementForm("c" * 32, found, Verdict(None, None, "", {})))
    asked = reading.asked(view)
    assert "Proposed: Inadequate. Good: Education; Inadequate: Police." in reading.everything(
        asked[f"{SECTION}{PLANNING}"]
    )
    assert "Proposed" not in reading.everything(asked[f"{SECTION}{RECORDS}"])
    assert not any("initial_option" in reading.element(block) for block in asked.values())
    assert "Proposed: Inadequate" in reading.everything(discussion_view(found))


def test_an_overall_grade_is_asked_only_where_the_tool_has_one() -> None:
    asked = reading.asked(form(tool=graded.OPTIONAL))
    assert (asked["grade"]["optional"], asked["why"]["optional"]) == (True, False)
    assert reading.asked(form(tool=graded.REQUIRED))["grade"]["optional"] is False
    assert f"{SECTION}{VOICE}" in reading.asked(form(tool=graded.REQUIRED))


@pytest.mark.parametrize(
    ("tool", "grade", "needed"),
    [(graded.SECTIONED, None, True), (graded.OPTIONAL, None, True), (graded.OPTIONAL, "good", False),
     (graded.REQUIRED, "good", False), (graded.REQUIRED, "inadequate", True),
     (graded.OPTIONAL, "not_graded", True), (graded.REQUIRED, "not_graded", True)],
)  # fmt: skip
def test_the_assurances_are_asked_where_the_lowest_grade_is_given(tool: Tool, grade: str | None, needed: bool) -> None:  # noqa: FBT001  # a table
    asked = reading.asked(form(ALL_GOOD | {RECORDS: "inadequate"}, tool, grade))
    assert set(ASSURANCES) <= asked.keys() if needed else set(ASSURANCES).isdisjoint(asked)
    told = bool(asked[f"{SECTION}{VOICE}"].get("dispatch_action"))
    assert told is (tool is not graded.REQUIRED), "what follows from it is asked at once"


def test_what_is_sent_is_read_as_it_was_chosen() -> None:
    sections = ALL_GOOD | {RECORDS: NOT_APPLICABLE, SUPERVISION: "not_graded_other"}
    read = VerdictForm.read(reading.sent(form(sections)))
    assert (read.verdict().sections, read.verdict().grade) == (sections, None)
    assert read.seen == "0123456789ab"


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("own", [False, True])
def test_sixty_sections_and_ten_agencies_fit(kind: str, own: bool) -> None:  # noqa: FBT001  # a case
    tool = graded.many(60, own=own)
    given = {models.label(f"{n}", 75): dict.fromkeys((each.key for each in tool.graded), "g11") for n in range(10)}
    judged = replace(graded.judgement(**{each.key: "g11" for each in tool.graded}), why=models.worst(kind, 3000))
    found = about(graded.case(given, judged, tool))
    found = replace(found, moment=discussed.moment(found.case, contributors=10, immediate=10))
    verdict = Verdict(None, None, judged.why, {}, sections={each.key: "g11" for each in tool.graded})
    for view in (
        judging(JudgementForm("c" * 32, found, verdict, "Look. " * 50)),
        ratified(found),
        discussion_view(found),
    ):
        assert problems(view, "modal") == []


def good(sections: Mapping[str, str], **others: object) -> Verdict:
    return replace(Verdict(None, None, "So.", {}, exception=URGENT, sections=sections), **others)  # type: ignore[arg-type]


def test_each_section_must_be_ratified_and_nothing_else(play: Play) -> None:
    play.put(graded.collecting)
    with play.sessions.begin() as session:
        who, case_id = actor(session, TEAM, COORDINATOR), session.scalars(select(Case.id)).first() or ""
        seen = ratify.open_judging(session, who, case_id).about.moment.mark

        def refused(verdict: Verdict) -> dict[str, str]:
            with pytest.raises(Refused) as refusal:
                ratify.ratify(session, who, case_id, verdict, seen)
            return dict(refusal.value.fields)

        assert refused(good({})) == {f"{SECTION}{key}": "Choose what the meeting gives it." for key in STANDARDS}
        assert refused(good(ALL_GOOD | {VOICE: "splendid"})).keys() == {f"{SECTION}{VOICE}"}
        assert refused(good(ALL_GOOD | {"action": "good"})) == {f"{SECTION}action": "This audit has no such section."}
        assert refused(good(ALL_GOOD, grade="good")).keys() == {"grade"}
        assert refused(good(ALL_GOOD | {RECORDS: "inadequate"})).keys() == set(ASSURANCES)
        assert session.scalars(select(Judgement)).all() == []
        done = ratify.ratify(session, who, case_id, good(ALL_GOOD | {RECORDS: "inadequate"}, assurances=ASSURED), seen)
        assert isinstance(done, CaseView)
        assert done.judgement
        assert (done.judgement.grade, done.judgement.sections[RECORDS].result) == (NO_OVERALL, "inadequate")
        again = ratify.open_judging(session, who, case_id)
        assert again.verdict.sections == ALL_GOOD | {RECORDS: "inadequate"}
        view = judging(again)
        assert "Ratified already: Inadequate" in reading.everything(reading.asked(view)[f"{SECTION}{RECORDS}"])
        initial = reading.element(reading.asked(view)[f"{SECTION}{RECORDS}"])["initial_option"]
        assert isinstance(initial, dict)
        assert initial["value"] == "inadequate"


def test_another_section_at_its_lowest_is_another_judgement(play: Play) -> None:
    play.put(graded.collecting)
    with play.sessions.begin() as session:
        who, case_id = actor(session, TEAM, COORDINATOR), session.scalars(select(Case.id)).first() or ""
        for section in (RECORDS, PLANNING):
            form = ratify.open_judging(session, who, case_id)
            verdict = good(ALL_GOOD | {section: "inadequate"}, assurances=ASSURED)
            ratify.ratify(session, who, form.record_id, verdict, form.about.moment.mark)
        form = ratify.open_judging(session, who, case_id)
        past = good(ALL_GOOD | {VOICE: "inadequate"}, assurances=ASSURED | {"by": "2020-03-02"})
        with pytest.raises(Refused) as refusal:
            ratify.ratify(session, who, form.record_id, past, form.about.moment.mark)
        assert refusal.value.fields.keys() == {"by"}
    details = [entry.detail for entry in entries(play.sessions, "case.ratify")]
    assert [f"{PLANNING}:inadequate" in detail for detail in details] == [False, True]


def test_sections_of_one_label_are_told_apart_in_one_group_too() -> None:
    alike = [replace(part, label="Quality") for part in graded.SECTIONED.graded[:2]]
    assert graded_sections.names(Tool("t", 1, tuple(alike))) == {
        VOICE: "Practice: Quality (voice)", PLANNING: "Practice: Quality (planning)",
    }  # fmt: skip


def test_the_rule_works_on_one_section_at_a_time(play: Play) -> None:
    play.put(graded.finished)
    play.move_clock(play.board().now + timedelta(hours=1))
    with play.sessions.begin() as session:
        who, case = actor(session, TEAM, COORDINATOR), session.scalars(select(Case)).first()
        assert case
        found = discussion.discussion(session, who, case.id)
        assert found.proposal is None
        assert set(found.proposals) == set(STANDARDS)
