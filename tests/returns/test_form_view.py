from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.errors import Refused
from audit.library.default import DEFAULT
from audit.people.newcomers import LABEL_LIMIT
from audit.returns.answer_checks import check
from audit.returns.answers import OWN, Answers, fields_before, label_of, page_of
from audit.returns.draft import Discarded
from audit.returns.form import DraftView, HandoverView, NewestVersion, NotSent, OpenReturn
from audit.returns.handover import AuditorForm, HandedOver
from audit.returns.who_may_answer import Capacity
from audit.scales import INSPECTION, NOT_GRADED, THREE_STEP, Scale
from audit.tools import IMMEDIATE, IMMEDIATE_DETAILS, LINE_LIMIT, TEXT_LIMIT, Section, Tool
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns import draft as draft_view
from views.returns import handover
from views.returns.form import ReturnForm, form

THEMES = tuple((f"{n:032}", models.label(f"{n}", 75)) for n in range(100))
LONG = Tool("long", 1, (*(replace(DEFAULT.sections[1], key=f"q{n}") for n in range(30)), *DEFAULT.sections))
PLAIN = Tool("plain", 1, (Section("q", "?"),))


def draft(number: int, *, mine: bool = False, ready: bool = False) -> DraftView:
    return DraftView(f"{number:032}", models.label("P", 80), mine, 0, models.NOW, ready)


def full(kind: str = "letters", scale: Scale = INSPECTION, *, graded: bool = True) -> OpenReturn:
    """Everything that a form may show, at its longest."""
    given = models.answers(kind, scale.grades[-1].key) if graded else models.answers(kind, NOT_GRADED, "other")
    text = models.worst(kind, TEXT_LIMIT)
    given = replace(
        given,
        themes=tuple(one for one, _ in THEMES[:10]),
        change_reason=text,
        source="other",
        given_by=text[:LINE_LIMIT],
    )
    return replace(
        models.opened(given, version=3, scale=scale, now=models.DUE + timedelta(hours=1)),
        return_id="b" * 32,
        released=True,
        themes=THEMES,
        draft=draft(1, mine=True),
        others=tuple(draft(n, ready=n == 2) for n in range(2, 9)),
        handover=HandoverView("c" * 32, models.label("P", 80), models.NOW),
        notice="Somebody else saved first. " * 20,
    )


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("scale", [INSPECTION, THREE_STEP, models.RUDE_SCALE], ids=lambda scale: scale.key)
def test_fault_21_22_the_form_fits_slack_whatever_it_is_filled_with(kind: str, scale: Scale) -> None:
    for opened in (models.opened(scale=scale), full(kind, scale), full(kind, scale, graded=False)):
        assert problems(form(opened), "modal") == []


@pytest.mark.parametrize("capacity", Capacity)
@pytest.mark.parametrize("state", ["requested", "drafted", "submitted", "nil", "declined"])
def test_the_form_fits_slack_for_whomever_it_is(capacity: Capacity, state: str) -> None:
    for step in (0, 1):
        opened = replace(full(), capacity=capacity, state=state, tool=LONG, step=step, handover=None)
        assert problems(form(opened), "modal") == []
        assert problems(form(replace(opened, draft=draft(1, ready=True))), "modal") == []


@pytest.mark.parametrize("kind", models.WORST)
def test_a_form_sent_as_it_was_opened_answers_the_same(kind: str) -> None:
    opened = replace(full(kind, graded=False), capacity=Capacity.BEHALF)
    read = ReturnForm.read(reading.sent(form(opened)))
    assert (read.record_id, read.view_id) == ("a" * 32, "V0123")
    assert read.answers() == opened.answers
    assert read.asked == {section.key for section in DEFAULT.sections} | set(OWN)


def test_an_empty_form_answers_nothing() -> None:
    read = ReturnForm.read(reading.sent(form(models.opened()))).answers()
    assert (read.grade, read.not_graded_reason, read.why, read.themes) == (None, None, "", ())
    assert set(read.sections.values()) == {""}


def test_the_form_begins_by_asking_for_no_names_and_offers_every_grade_with_its_meaning() -> None:
    view = form(models.opened())
    assert "names" in reading.everything(reading.blocks_of(view)[0])
    options = reading.element(reading.inputs(view)["grade"])["options"]
    assert isinstance(options, list)
    assert [option["value"] for option in options] == [grade.key for grade in INSPECTION.grades] + [NOT_GRADED]
    assert all(grade.descriptor in reading.everything(view) for grade in INSPECTION.grades)
    assert "*Not graded*: It can't be graded" in reading.everything(view)


def needed(opened: OpenReturn) -> set[str]:
    return {name for name, block in reading.inputs(form(opened)).items() if not block["optional"]}


def test_only_what_follows_from_an_answer_must_be_answered_beside_grade_and_why() -> None:
    assert needed(models.opened()) == {"grade", "why"}
    assert set(reading.inputs(form(models.opened()))) == {"grade", "why"} | {
        section.key for section in DEFAULT.sections if section.key not in IMMEDIATE_DETAILS
    }
    said = Answers({IMMEDIATE: "yes"}, NOT_GRADED)
    assert needed(models.opened(said)) == {"grade", "why", "not_graded_reason", *IMMEDIATE_DETAILS}
    told = {name for name, block in reading.inputs(form(models.opened(said))).items() if block.get("dispatch_action")}
    assert told == {"grade", IMMEDIATE}
    assert needed(replace(models.opened(version=1), released=True)) == {"grade", "why", "change_reason"}
    assert needed(replace(models.opened(), released=True)) == {"grade", "why"}  # nothing was sent that is changed
    assert needed(replace(models.opened(), capacity=Capacity.BEHALF)) == {"grade", "why", "source", "given_by"}
    assert needed(replace(models.opened(), tool=PLAIN)) == {"grade", "why"}


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("requested", {"handover.choose", "return.nil", "decline.ask"}),
        ("drafted", {"handover.choose", "return.nil", "decline.ask"}),
        ("submitted", {"handover.choose", "return.withdraw"}),
        ("nil", {"handover.choose", "return.withdraw"}),
        ("declined", {"handover.choose"}),
    ],
)
def test_what_else_can_be_done_is_offered_to_the_agency_only(state: str, offered: set[str]) -> None:
    def verbs(capacity: Capacity) -> set[object]:
        view = form(replace(models.opened(), state=state, capacity=capacity))
        return {button["action_id"] for button in reading.buttons(view)}

    assert verbs(Capacity.OWN) == {*offered, "draft.save"}
    assert verbs(Capacity.BEHALF) == {"draft.save"} | ({"nil.enter"} if "return.nil" in offered else set())
    assert verbs(Capacity.AUDITOR) == {"draft.save"}


def test_each_page_has_its_own_button() -> None:
    def sending(**how: object) -> tuple[object, object]:
        view = form(replace(models.opened(), **how))  # type: ignore[arg-type]
        return view["callback_id"], view["submit"]["text"]  # type: ignore[index]

    assert sending() == ("return.submit", "Send the return")
    assert sending(capacity=Capacity.AUDITOR) == ("handover.ready", "Ready for sign-off")
    assert sending(tool=LONG) == ("return.next", "Next")
    assert sending(tool=LONG, step=2) == ("return.next", "Next")
    assert sending(tool=LONG, step=3) == ("return.submit", "Send the return")


def test_a_late_form_says_so_and_a_notice_stands_on_top() -> None:
    late = form(replace(models.opened(now=models.DUE + timedelta(hours=1)), notice="Look here."))
    assert "marked late" in reading.everything(late)
    assert "Look here." in reading.everything(reading.blocks_of(late)[0])
    assert "marked late" not in reading.everything(form(models.opened()))


def test_fault_20_shouting_is_inert() -> None:
    shown = form(replace(full(), party=replace(models.opened().party, agency="<!channel>"), capacity=Capacity.BEHALF))
    assert not [text for text in reading.marked_up(shown) if "<!" in text or "<@" in text]


def handed(*, ready: bool = False, over: bool = False, sent: bool = False) -> HandedOver:
    return HandedOver(
        id="c" * 32, return_id="b" * 32, party=models.opened().party, cycle_name=models.label("T", 100),
        due_at=models.DUE, auditor_id="d" * 32, auditor=models.label("P", LABEL_LIMIT),
        by=models.label("P", 80), at=models.NOW, ready_at=models.NOW if ready else None,
        ended_at=models.NOW if over else None, sent=sent,
    )  # fmt: skip


@pytest.mark.parametrize("how", [{}, {"ready": True}, {"over": True}, {"over": True, "sent": True}], ids=str)
def test_words_about_a_handover_fit_and_show_nothing_that_was_written(how: dict[str, bool]) -> None:
    given = handed(**how)
    for content in (handover.auditor_message(given), handover.lead_message(given)):
        assert problems(content.blocks, "message") == []
        assert not [text for text in reading.marked_up(content.blocks) if "<!" in text]
        assert len(list(reading.buttons(content.blocks))) == (0 if given.ended_at else 1)
    party = given.party
    views = [handover.choosing(AuditorForm("b" * 32, party)), handover.confirmation(given, ""), handover.ended(given)]
    for view in [*views, handover.ready_confirmation(given), draft_view.discarded(Discarded("b" * 32, party))]:
        assert problems(view, "modal") == []


@pytest.mark.parametrize("count", [0, 1, 12, 13, 20, 40])
def test_a_long_tool_is_cut_into_pages_and_nothing_is_lost(count: int) -> None:
    for start in range(count + 1):
        others = [Section(f"q{n}", "?") for n in range(count)]
        tool = Tool("t", 1, (*others[:start], *DEFAULT.sections[-4:], *others[start:]))
        assert max(len(step) for step in tool.steps) <= 12
        assert -(-len(tool.sections) // 12) <= len(tool.steps) <= -(-len(tool.sections) // 12) + 1
        assert tuple(section for step in tool.steps for section in step) == tool.sections
        keys = [{section.key for section in step} for step in tool.steps]
        assert sum(bool(step & {IMMEDIATE, *IMMEDIATE_DETAILS}) for step in keys) == 1
        assert [page_of(tool, step) for step in keys] == list(range(len(keys)))
        assert set(fields_before(tool, 1)) == keys[0] | {"source", "given_by"}
        assert fields_before(tool, 0) == []


GOOD = Answers({IMMEDIATE: "no"}, "good", None, "So.")
URGENT = {IMMEDIATE: "yes", "immediate_what": "A visit", "immediate_owner": "Manager", "immediate_by": "2026-03-09"}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (GOOD, set()),
        (replace(GOOD, grade=None, why=" "), {"grade", "why"}),
        (replace(GOOD, not_graded_reason="other"), {"not_graded_reason"}),
        (replace(GOOD, grade=NOT_GRADED), {"not_graded_reason"}),
        (replace(GOOD, sections=URGENT), set()),
        (replace(GOOD, sections={IMMEDIATE: "yes"}), set(IMMEDIATE_DETAILS)),
        (replace(GOOD, sections=URGENT | {"immediate_by": "2026-03-08"}), {"immediate_by"}),
        (replace(GOOD, sections=URGENT | {"immediate_by": "soon"}), {"immediate_by"}),
        (replace(GOOD, sections=URGENT | {"immediate_by": "2026-02-01"}), set()),  # as it was sent before
        (replace(GOOD, sections=URGENT | {IMMEDIATE: "no"}), set(IMMEDIATE_DETAILS)),
        (replace(GOOD, themes=tuple(one for one, _ in THEMES[:11])), {"themes"}),
        (replace(GOOD, themes=("f" * 32,)), {"themes"}),
        (replace(GOOD, why="x" * 3001, sections={"immediate_what": ""}), {"why"}),
    ],
)
def test_what_keeps_a_return_from_being_sent(given: Answers, wrong: set[str]) -> None:
    stored = NewestVersion(answers=Answers({"immediate_by": "2026-02-01"}))
    opened = replace(models.opened(given), themes=THEMES, newest=stored)
    with pytest.raises(Refused) if wrong else nullcontext() as refused:
        check(opened)
    assert set(refused.value.fields if refused else ()) == wrong


def test_only_some_forms_ask_why_it_is_changed_and_who_gave_it() -> None:
    changed = replace(models.opened(GOOD, version=1), released=True)
    entered = replace(models.opened(replace(GOOD, source="pigeon")), capacity=Capacity.BEHALF)
    for opened, wrong in ((changed, {"change_reason"}), (entered, {"source", "given_by"})):
        with pytest.raises(Refused) as refused:
            check(opened)
        assert set(refused.value.fields) == wrong


def test_a_fault_on_the_first_page_is_named_on_the_second() -> None:
    opened = replace(models.opened(GOOD), tool=LONG, step=3, capacity=Capacity.BEHALF)
    with pytest.raises(Refused) as refused:
        check(opened)
    again = NotSent(refused.value, opened)
    assert again.form.notice == "On page 1, How did you get this return?: Say how you got this return."
    assert NotSent(Refused("No.", fields={"why": "No."}), opened).form.notice == "No."
    assert label_of(LONG, "q0") == f"{DEFAULT.sections[1].label} (q0)", "others have that label too"
