from dataclasses import replace
from datetime import timedelta

import pytest

from audit.returns.submit import Saved
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns import request as request_view
from views.returns.request import request, saved


@pytest.mark.parametrize("late", [False, True])
def test_the_word_that_it_is_saved(*, late: bool) -> None:
    view = saved(Saved(models.opened().party, 2, models.NOW, models.MEETING, late, models.label("P", 80)))
    assert problems(view, "modal") == []
    assert "signed off by you" in reading.everything(view)
    assert "submit" not in view
    assert "Version 2" in reading.everything(view)
    assert ("marked late" in reading.everything(view)) is late


@pytest.mark.parametrize("count", [0, 1, 14, 200])
@pytest.mark.parametrize("state", ["requested", "drafted", "submitted", "nil", "declined"])
def test_a_request_fits_a_message_however_much_waits(count: int, state: str) -> None:
    content = request(models.cycle(areas=12), [models.waiting(n, state) for n in range(count)], models.NOW)
    assert problems(content.blocks, "message") == []
    assert models.LONG_LABEL not in content.text
    assert len([each for each in reading.buttons(content.blocks) if each["action_id"] == request_view.OPEN]) <= 20
    assert ("more: see the Home tab" in reading.everything(content.blocks)) is (count == 200)


def test_each_case_of_a_usual_list_has_its_button_and_its_state() -> None:
    lines = [models.waiting(0), models.waiting(1, "submitted"), models.waiting(2, "submitted", late=True)]
    content = request(models.cycle(), lines, models.NOW)
    opening = [each for each in reading.buttons(content.blocks) if each["action_id"] == request_view.OPEN]
    assert [each["value"] for each in opening] == ["return0", "return1", "return2"]
    words = reading.everything(content.blocks)
    assert "Not started" in words
    assert "Sent (version 2)" in words
    assert "Sent late (version 2)" in words
    assert "1 of 3 returns still to send, by Thu 12 Mar, 5 pm." in content.text
    assert words.count("Meeting about ") == 1, "of the cases' own meeting alone"
    assert "working day" not in words, "a message stands for weeks, and counts no days"


def test_what_is_overdue_is_seen_and_when_all_is_sent_it_says_so() -> None:
    after = models.DUE + timedelta(days=1)
    assert "Overdue" in reading.everything(request(models.cycle(), [models.waiting(0)], after).blocks)
    done = request(models.cycle(), [models.waiting(0, "submitted")], models.NOW)
    assert "All 1 return sent. Thank you. You can change each until its meeting begins." in done.text
    met = request(models.cycle(), [models.waiting(0, "submitted")], models.MEETING)
    assert "All 1 return sent" in met.text
    assert "You can change" not in reading.everything(met.blocks), "each line says that it can't be"


def test_once_the_meeting_has_begun_there_is_no_button() -> None:
    content = request(models.cycle(), [models.waiting(0)], models.MEETING)
    assert list(reading.buttons(content.blocks)) == []


def test_once_the_meetings_are_over_nothing_is_asked() -> None:
    """Whoever led an agency that has left an audit under way reads something else."""
    for state, said in (("collecting", "There is nothing for your agency to do"), ("closed", "nothing more is asked")):
        assert said in reading.everything(request(models.cycle(state), [], models.NOW).blocks)


def test_those_still_to_send_come_first_when_not_all_fit() -> None:
    lines = [models.waiting(n, "submitted") for n in range(30)] + [models.waiting(99)]
    opening = reading.buttons(request(models.cycle(), lines, models.NOW).blocks)
    values = [each["value"] for each in opening if each["action_id"] == request_view.OPEN]
    assert values[0] == "return99"


def test_what_can_no_longer_be_sent_is_not_asked_for() -> None:
    lines = [replace(models.waiting(0), locked=True), models.waiting(1, "submitted")]
    content = request(models.cycle(), lines, models.NOW)
    assert "1 of 2 returns sent. The others can't be sent any more." in content.text
    words = reading.everything(content.blocks)
    assert "Didn't come" in words
    assert "Overdue" not in words


def test_a_list_says_who_is_at_it_and_who_sent_it() -> None:
    one = models.waiting(1, "drafted")
    drafted = replace(one, draft_saved_at=models.NOW)
    shown = [reading.everything(request_view.line(drafted, models.NOW, fresh=fresh)) for fresh in (False, True)]
    assert ["Draft saved" in text for text in shown] == [True, True]
    assert ["your draft, Mon 9 Mar, 10 am" in text for text in shown] == [False, True]
    with_auditor = replace(one, auditor=models.label("P", 80))
    assert "With P&lt;!channel&gt;" in reading.everything(request_view.line(with_auditor, models.NOW))
    assert "Ready for sign-off" in reading.everything(request_view.line(replace(with_auditor, ready=True), models.NOW))
    assert "a coordinator decides" in reading.everything(request_view.line(replace(one, asked_not_to=True), models.NOW))
    entered = replace(models.waiting(1, "submitted", late=True), entered=True)
    assert "Sent late (version 2), entered by a coordinator" in reading.everything(
        request_view.line(entered, models.NOW)
    )
    assert problems([request_view.line(each, models.NOW) for each in (drafted, with_auditor, entered)], "message") == []
