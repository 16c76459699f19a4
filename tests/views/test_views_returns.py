from dataclasses import replace
from datetime import timedelta

import pytest

from audit.answers import Answers
from audit.returns import Saved
from audit.scales import INSPECTION, NOT_GRADED, THREE_STEP, Scale
from sandbox.slack.checks import problems
from tests.views import models, reading
from views import returns
from views.forms import ReturnForm
from views.returns import form, request, saved


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("scale", [INSPECTION, THREE_STEP, models.RUDE_SCALE], ids=lambda scale: scale.key)
def test_the_form_fits_slack_whatever_it_is_filled_with(kind: str, scale: Scale) -> None:
    for given in (Answers(), models.answers(kind, scale.grades[-1].key), models.answers(kind, NOT_GRADED, "other")):
        for version, notice in ((0, None), (3, "Somebody else saved first. " * 20), (3, "Short.")):
            view = form(models.opened(given, version=version, scale=scale), notice)
            assert problems(view, "modal") == []


@pytest.mark.parametrize("kind", models.WORST)
def test_a_form_sent_as_it_was_opened_answers_the_same(kind: str) -> None:
    given = models.answers(kind, NOT_GRADED, "other")
    read = ReturnForm.read(reading.sent(form(models.opened(given))))
    assert read.record_id == "a" * 32
    assert read.view_id == "V0123"
    assert read.answers() == given


def test_an_empty_form_answers_nothing() -> None:
    read = ReturnForm.read(reading.sent(form(models.opened()))).answers()
    assert (read.grade, read.not_graded_reason, read.why) == (None, None, "")
    assert set(read.sections.values()) == {""}


def test_the_form_begins_by_asking_for_no_names_and_offers_every_grade_with_its_meaning() -> None:
    view = form(models.opened())
    assert "names" in reading.everything(reading.blocks_of(view)[0])
    options = reading.element(reading.inputs(view)["grade"])["options"]
    assert isinstance(options, list)
    assert [option["value"] for option in options] == [grade.key for grade in INSPECTION.grades] + [NOT_GRADED]
    assert all(grade.descriptor in reading.everything(view) for grade in INSPECTION.grades)


def test_only_grade_and_why_must_be_answered() -> None:
    needed = {name for name, block in reading.inputs(form(models.opened())).items() if not block["optional"]}
    assert needed == {"grade", "why"}


def test_a_late_form_says_so_and_a_notice_stands_on_top() -> None:
    late = form(models.opened(now=models.DUE + timedelta(hours=1)), "Look here.")
    assert "marked late" in reading.everything(late)
    assert "Look here." in reading.everything(reading.blocks_of(late)[0])
    assert "marked late" not in reading.everything(form(models.opened()))


@pytest.mark.parametrize("late", [False, True])
def test_the_word_that_it_is_saved(*, late: bool) -> None:
    view = saved(Saved(models.opened().party, 2, models.NOW, models.MEETING, late=late))
    assert problems(view, "modal") == []
    assert "submit" not in view
    assert "Version 2" in reading.everything(view)
    assert ("marked late" in reading.everything(view)) is late


@pytest.mark.parametrize("count", [0, 1, 15, 200])
@pytest.mark.parametrize("state", ["requested", "drafted", "submitted", "nil", "declined"])
def test_a_request_fits_a_message_however_much_waits(count: int, state: str) -> None:
    content = request(models.cycle(areas=12), [models.waiting(n, state) for n in range(count)], models.NOW)
    assert problems(content.blocks, "message") == []
    assert models.LONG_LABEL not in content.text
    assert len([each for each in reading.buttons(content.blocks) if each["action_id"] == returns.OPEN]) <= 20
    assert ("more: see the Home tab" in reading.everything(content.blocks)) is (count == 200)


def test_each_case_of_a_usual_list_has_its_button_and_its_state() -> None:
    lines = [models.waiting(0), models.waiting(1, "submitted"), models.waiting(2, "submitted", late=True)]
    content = request(models.cycle(), lines, models.NOW)
    assert [each["value"] for each in reading.buttons(content.blocks)] == ["return0", "return1", "return2"]
    words = reading.everything(content.blocks)
    assert "Not started" in words
    assert "Sent (version 2)" in words
    assert "Sent late (version 2)" in words
    assert "1 of 3 returns still to send" in content.text


def test_what_is_overdue_is_seen_and_when_all_is_sent_it_says_so() -> None:
    after = models.DUE + timedelta(days=1)
    assert "Overdue" in reading.everything(request(models.cycle(), [models.waiting(0)], after).blocks)
    done = request(models.cycle(), [models.waiting(0, "submitted")], models.NOW)
    assert "All 1 return sent" in done.text


def test_once_the_meeting_has_begun_there_is_no_button() -> None:
    content = request(models.cycle(), [models.waiting(0)], models.MEETING)
    assert list(reading.buttons(content.blocks)) == []


def test_those_still_to_send_come_first_when_not_all_fit() -> None:
    lines = [models.waiting(n, "submitted") for n in range(30)] + [models.waiting(99)]
    values = [each["value"] for each in reading.buttons(request(models.cycle(), lines, models.NOW).blocks)]
    assert values[0] == "return99"


def test_shouting_is_inert() -> None:
    opened = models.opened(models.answers(), version=1)
    shown = form(replace(opened, party=replace(opened.party, agency="<!channel>")))
    assert not [text for text in reading.marked_up(shown) if "<!" in text or "<@" in text]


def test_what_can_no_longer_be_sent_is_not_asked_for() -> None:
    lines = [replace(models.waiting(0), locked=True), models.waiting(1, "submitted")]
    content = request(models.cycle(), lines, models.NOW)
    assert "1 of 2 returns sent. The others can't be sent any more." in content.text
    words = reading.everything(content.blocks)
    assert "Not sent" in words
    assert "Overdue" not in words
