"""Reminders, and what goes with them: snooze, cover, nudge, digest and prompt, at Slack's limits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.chasing.channel_prompt import Prompt
from audit.chasing.digest import Digest, Gap
from audit.chasing.nudge import ALL, FRESH, WHO, Nudged, NudgePreview
from audit.chasing.snooze import SnoozeChoice
from audit.people.answering import Covered
from audit.people.newcomers import LABEL, PERSON
from audit.returns.cover import LAST_DAY, CoverChoice, CoverView
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.chasing import channel_prompt, reminders, snooze
from views.chasing import digest as digest_view
from views.chasing.reminders import Reminded
from views.forms import Form
from views.parts import Content
from views.returns import cover as cover_view

DAY = date(2026, 3, 10)
TO = Reminded(coverable="p" * 32, covered=None, snoozed_until=None)


def cover(places: int = 1, *, over: bool = False) -> CoverView:
    named = tuple((models.label(f"{n}", 75), models.label(f"{n}", 75) if n % 2 else None) for n in range(places))
    people = models.label("C", 80), models.label("B", 80)
    return CoverView("c" * 32, "p" * 32, *people, named, DAY, over)


def covered(number: int) -> Covered:
    return Covered(f"p{number}", models.label(f"{number}", 80), models.label("B", 80), models.DUE)


def preview(count: int, *, in_hours: bool = True, reminded: int = 0) -> NudgePreview:
    return NudgePreview(
        cycle_id="c" * 32,
        cycle_name=models.label("T", 100),
        due_at=models.DUE,
        now=models.NOW,
        not_before=None if in_hours else models.DUE,
        people=tuple(Nudged(f"p{n}", models.label(f"{n}", 80), 15, n < reminded) for n in range(count)),
        snoozing=tuple((models.label(f"{n}", 80), DAY) for n in range(count)),
        covered=tuple(map(covered, range(count))),
        without_lead=tuple((models.label(f"{n}", 75), models.label("A", 75)) for n in range(count)),
    )


def digest(count: int) -> Digest:
    areas = tuple((models.label(f"{n}", 75), 15) for n in range(20))
    shown = preview(count)
    return Digest(
        cycle_id="c" * 32,
        cycle_name=models.label("T", 100),
        day=DAY,
        now=models.NOW,
        due_at=models.DUE,
        asked=150,
        answered=7,
        gaps=tuple(Gap(models.label(f"{n}", 75), areas) for n in range(count)),
        reminded=tuple(models.label(f"{n}", 80) for n in range(count)),
        snoozing=shown.snoozing,
        covered=shown.covered,
        without_lead=shown.without_lead,
        immediate=count,
        declines=count,
        set_aside=count,
    )


def inert(content: Content) -> bool:
    return not [text for text in (content.text, *reading.marked_up(content.blocks)) if "<!" in text or "<@" in text]


@pytest.mark.parametrize("count", [0, 1, 15, 200])
def test_a_reminder_fits_a_message_and_names_only_what_waits(count: int) -> None:
    waiting = [*(models.waiting(n) for n in range(count)), models.waiting(999, "submitted")]
    busy = Reminded("p" * 32, cover(), DAY)
    for to in (TO, busy, replace(TO, coverable=None)):
        content = reminders.reminder(models.cycle(), waiting, to, models.NOW)
        assert problems(content.blocks, "message") == []
        assert inert(content)
        assert "return999" not in str(content.blocks)
    assert ("You have nothing left to do" in content.text) is (count == 0)


def test_a_reminder_offers_what_can_be_done_and_says_what_time_is_left() -> None:
    content = reminders.reminder(models.cycle(), [models.waiting(0)], TO, models.NOW)
    assert "1 return still to send, by Thu 12 Mar, 5 pm (3 working days left)" in content.text
    verbs = [each["action_id"] for each in reading.buttons(content.blocks)]
    assert verbs == ["return.open", "snooze.choose", "cover.choose", "returns.known"]
    late = reminders.reminder(models.cycle(), [models.waiting(0)], TO, models.DUE + timedelta(hours=1))
    assert "The deadline has passed; what you send before the meeting still counts: Thu 19 Mar" in late.text
    asked_not_to = replace(models.waiting(0), asked_not_to=True)
    assert "You have nothing left to do" in reminders.reminder(models.cycle(), [asked_not_to], TO, models.NOW).text


@pytest.mark.parametrize("count", [0, 1, 100])
@pytest.mark.parametrize("in_hours", [True, False])
def test_a_nudge_can_be_sent_only_in_hours_and_to_somebody(count: int, *, in_hours: bool) -> None:
    for reminded in (0, count // 2, count):
        view = reminders.nudge(preview(count, in_hours=in_hours, reminded=reminded))
        assert problems(view, "modal") == []
        assert ("submit" in view) is (in_hours and count > 0)


def test_who_was_reminded_today_is_left_out_unless_asked_for() -> None:
    view = reminders.nudge(preview(4, reminded=1))
    assert Form.read(reading.sent(view)).text(WHO) == FRESH
    again = reading.sent(reminders.nudge(preview(2, reminded=2)))
    assert Form.read(again).text(WHO) == ""  # nothing is chosen beforehand
    assert ALL in str(again["blocks"])


def test_the_snooze_form_offers_the_first_day_and_says_the_last() -> None:
    choice = SnoozeChoice(
        "c" * 32,
        models.label("T", 100),
        models.DUE,
        models.NOW,
        DAY,
        date(2026, 3, 11),
        before_deadline=True,
        until=DAY,
    )
    view = snooze.choosing(choice)
    assert problems(view, "modal") == []
    assert "before the deadline, from Tue 10 Mar to Wed 11 Mar" in reading.everything(view)
    assert problems(snooze.snoozed(DAY, models.NOW), "modal") == []


@pytest.mark.parametrize("places", [1, 40])
def test_a_cover_is_asked_for_told_and_ended_within_limits(places: int) -> None:
    made = cover(places)
    for standing in (None, made):
        view = cover_view.choosing(CoverChoice("p" * 32, models.label("C", 80), made.places, models.NOW, standing))
        assert problems(view, "modal") == []
    form = Form.read(reading.sent(view))
    assert (form.record_id, form.texts) == ("p" * 32, {PERSON: "", LABEL: "", LAST_DAY: ""})
    for view in (cover_view.arranged(made, models.NOW, ""), cover_view.ended(made)):
        assert problems(view, "modal") == []
    party = models.waiting(0).party
    theirs = replace(made, places=((party.agency, party.area), *made.places))
    content = cover_view.message(theirs, models.cycle(), [models.waiting(n) for n in range(200)], models.NOW)
    assert problems(content.blocks, "message") == []
    assert inert(content)
    assert "until the end of Tue 10 Mar" in content.text
    over = cover_view.message(cover(over=True), models.cycle(), [], models.NOW)
    assert "You no longer cover" in over.text
    assert list(reading.buttons(over.blocks)) == []
    home = {"type": "home", "blocks": [cover_view.line(made, me, models.NOW) for me in ("p" * 32, "b" * 32)]}
    assert problems(home, "home") == []


@pytest.mark.parametrize("count", [0, 1, 100])
def test_a_digest_fits_a_message_whatever_it_tells(count: int) -> None:
    content = digest_view.digest(digest(count))
    assert problems(content.blocks, "message") == []
    assert inert(content)
    assert "7 of 150 returns answered" in content.text
    assert ("not to answer, for you to decide" in reading.everything(content.blocks)) is (count > 0)


@pytest.mark.parametrize("count", [0, 1, 200])
def test_a_prompt_names_agencies_and_shows_each_person_their_own(count: int) -> None:
    places = tuple((models.label(f"{n}", 75), models.label("A", 75)) for n in range(count))
    content = channel_prompt.prompt(Prompt("c" * 32, models.label("T", 100), places))
    assert problems(content.blocks, "message") == []
    assert inert(content)
    view = channel_prompt.mine([models.waiting(n) for n in range(count)], models.NOW)
    assert problems(view, "modal") == []
