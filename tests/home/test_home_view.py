import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial

import pytest

from audit.home.every_audit import CycleSection
from audit.home.first_run import FirstRun, FirstRunStep
from audit.home.home import Home, SnoozableAudit
from audit.home.stages import Outcomes
from audit.returns.waiting import Waiting
from audit.setup.opening import Opening
from sandbox.slack.checks import problems
from tests.kit import homes, models, reading
from views.actions.actions import SHOW as SHOW_ACTION
from views.cases.summary import READ
from views.home.home import HELP, command_answer, help_message, help_shown, home, unavailable
from views.parts import View
from views.returns.request import OPEN
from views.setup.opening import LOOK

STATES = ("requested", "drafted", "submitted", "nil", "declined")
LACKING = Opening(tuple(models.label(f"{n} it has no cases", 300) for n in range(9)), 10, 0, ())
READY = Opening((), 10, 8, tuple(models.label(f"{n}", 99) for n in range(9)))
AFTER = Outcomes(4, 2, 9, 3, 2, 1)


@cache
def section(number: int, cases: int, areas: int, state: str, judged: int) -> CycleSection:
    return CycleSection(
        models.cycle(state, areas, number=number),
        models.case_lines(cases, areas, judged, f"{number}-" if number else ""),
        models.overview(areas),
    )


def sections(cycles: int, cases: int, areas: int = 3, state: str = "collecting", judged: int = 0) -> list[CycleSection]:
    return [section(number, cases, areas, state, judged) for number in range(cycles)]


def _of_two_audits(number: int) -> Waiting:
    """One of a list in which each reference is in two audits."""
    found = models.waiting(number // 2, STATES[number % 5], due=models.DUE + timedelta(days=number))
    return replace(found, return_id=f"return{number}", party=replace(found.party, audit=number % 2))


def every_home() -> Iterator[tuple[str, Callable[[], Home]]]:
    """A name, and what makes it: nobody who only collects the tests waits for all of them."""
    waits = [_of_two_audits(n) for n in range(200)]
    yield "nobody", homes.home
    yield "lead with one", partial(homes.home, waits[:1])
    yield "lead with everything", partial(homes.home, waits, 200, beside=40, acts=12)
    yield "lead after the meeting", partial(homes.home, waits, 200, now=models.MEETING)
    yield "auditor", partial(homes.home, (), 0, beside=40)
    yield "first coordinator", partial(homes.home, trouble=0)
    for cycles, cases, areas in (
        (0, 0, 1),
        (1, 0, 1),
        (1, 15, 3),
        (1, 200, 3),
        (1, 200, 100),
        (5, 200, 3),
        (60, 200, 14),
    ):
        for state in ("planned", "collecting", "meeting", "ratified", "reported", "closed"):
            for now in (models.NOW, models.MEETING, models.MEETING + timedelta(days=200)):
                each = partial(section, cases=cases, areas=areas, state=state, judged=cases // 2)
                run = partial(map, each, range(min(cycles, 3) if state == "closed" else cycles))
                name = f"{cycles} {state} cycles of {cases} in {areas} on {now:%d %b}"
                for opening in (LACKING, READY) if state == "planned" else (None,):
                    at = partial(homes.home, opening=opening, after=AFTER, now=now)
                    yield f"sub-group: {name}", partial(at, (), 0, run(), acts=12)
                    yield f"coordinator: {name}", partial(at, (), 0, run(), trouble=0)
                    yield f"all at once: {name}", partial(at, waits, 200, run(), trouble=40, beside=40, acts=12)


@pytest.mark.parametrize("shown", [pytest.param(shown, id=name) for name, shown in every_home()])
def test_home_fits_whoever_looks(shown: Callable[[], Home]) -> None:
    view = home(shown())
    assert problems(view, "home") == []
    named = [each["accessibility_label"] for each in reading.buttons(view["blocks"]) if "accessibility_label" in each]
    assert [each for each, times in Counter(named).items() if times > 1] == []
    assert not [text for text in reading.marked_up(view) if "<!" in text or "<@" in text]


def values(view: View, verb: str) -> list[object]:
    return [each["value"] for each in reading.buttons(view["blocks"]) if each["action_id"] == verb]


def test_actions_stand_on_home_overdue_first_with_a_button_each() -> None:
    view = home(homes.home((), 0, sections(1, 15), acts=3))
    assert len(values(view, SHOW_ACTION)) == 3
    assert reading.everything(view).count("overdue") == 1


def test_somebody_with_nothing_waiting_is_told_so() -> None:
    assert "There is nothing for you to do now" in reading.everything(home(homes.home()))


def test_a_lead_sees_state_words_and_those_still_to_send_first() -> None:
    waits = [
        models.waiting(0, "submitted"),
        models.waiting(1, "submitted", late=True),
        models.waiting(2),
        models.waiting(3, due=models.NOW - timedelta(days=1)),
    ]
    view = home(homes.home([replace(each, cycle_name="Neglect") for each in waits], 2))
    assert "*Neglect* · Deadline" in reading.everything(view)
    assert values(view, OPEN) == ["return3", "return2", "return0", "return1"]
    assert values(view, READ) == ["case0", "case1"]
    words = reading.everything(view)
    for part in (
        "Send your agency's returns",
        "Overdue",
        "Not started",
        "Sent (version 2)",
        "Sent late (version 2)",
        "3 working days left",
        "passed",
    ):
        assert part in words


def test_what_can_t_be_changed_any_more_is_one_line() -> None:
    waits = [models.waiting(0, "submitted"), models.waiting(1), replace(models.waiting(2, "nil"), locked=True)]
    view = home(homes.home(waits, now=models.MEETING))
    assert values(view, OPEN) == []
    assert "3 returns can't be changed any more" in reading.everything(view)
    assert "1 return didn't come" in reading.everything(view)
    assert values(home(homes.home(waits)), OPEN) == ["return1", "return0"]


def test_an_agency_reads_what_is_to_be_discussed_and_finds_the_rest_behind_a_button() -> None:
    view = home(homes.home((), 20))
    assert values(view, READ) == [f"case{n}" for n in range(8)]
    assert values(view, LOOK) == ["c" * 32]
    assert "12 more cases of audit 2" in reading.everything(view)


def test_audits_that_are_over_take_a_line_each() -> None:
    view = home(homes.home((), 0, sections(3, 200, state="closed"), trouble=0))
    assert len(values(view, LOOK)) == 3
    assert values(view, READ) == []
    assert "Plan the next audit" in reading.everything(view)


@pytest.mark.parametrize("done", range(len(FirstRunStep)))
def test_a_first_coordinator_has_a_checklist_whose_next_step_is_green(done: int) -> None:
    steps, shown = list(FirstRunStep), homes.home(trouble=0)
    cycle_id = "c" * 32 if FirstRunStep.AUDIT in steps[:done] else None
    run = FirstRun(cycle_id, "s" * 44, frozenset(steps[:done]))
    assert shown.attention
    view = home(replace(shown, attention=replace(shown.attention, first_run=run)))
    assert problems(view, "home") == []
    words = reading.everything(view)
    assert f"{done} of 10 steps done" in words
    assert words.count("✅ ") - words.count("✅ Every change") == done
    primary = [each["action_id"] for each in reading.buttons(view["blocks"]) if each.get("style")]
    own = {
        FirstRunStep.AGENCIES: "agencies.show",
        FirstRunStep.LEADS: "people.show",
        FirstRunStep.AUDIT: "cycle.new",
        FirstRunStep.MEETINGS: "places.show",
        FirstRunStep.CHANNELS: "channels.show",
        FirstRunStep.CASES: "cases.paste",
        FirstRunStep.SHEET: "sheet.address",
    }
    assert primary == ([own[steps[done]]] if steps[done] in own else [])
    assert bool(values(view, "people.bring")) == (steps[done] is FirstRunStep.LEADS)
    assert "Plan the next audit" not in words
    audits = home(replace(homes.home((), 0, sections(1, 3)), attention=replace(shown.attention, first_run=run)))
    assert "steps done" in reading.everything(audits)
    assert problems(audits, "home") == []


def test_without_a_first_audit_to_go_through_the_next_is_planned() -> None:
    view = home(homes.home(trouble=0))
    assert "Plan the next audit" in reading.everything(view)
    assert [each["action_id"] for each in reading.buttons(view["blocks"]) if each.get("style")] == ["cycle.new"]


def test_trouble_comes_first_in_words_with_a_link_to_the_sheet() -> None:
    words = reading.everything(home(homes.home((), 0, (), trouble=6)))
    assert f"<https://docs.google.com/spreadsheets/d/{'s' * 100}|Sheet of audit 3>" in words
    for part in ("set aside", "tried again", "not be updated"):
        assert part in words
    assert words.index("Problems with messages or sheets") < words.index("Plan the next audit") < words.index("Pending")


def test_what_is_pending_is_counted_and_nothing_is_said_of_what_is_not() -> None:
    settled = homes.home(trouble=0)
    assert settled.attention
    said = {}
    for name, numbers in (("none", (0, 0, False)), ("a change", (1, 0, False)), ("a sheet", (0, 0, True))):
        promises, messages, behind = numbers
        sheets = tuple(replace(each, behind=behind, spreadsheet_id="s") for each in settled.attention.status.sheets)
        status = replace(settled.attention.status, promises=promises, messages_behind=messages, sheets=sheets)
        said[name] = reading.everything(home(replace(settled, attention=replace(settled.attention, status=status))))
    assert "Every change made here is passed on to Slack and the sheets" in said["none"]
    assert "Pending: 1 change to pass on.\n" in said["a change"]
    assert "Pending: 1 sheet to update.\n" in said["a sheet"]


def test_a_sheet_that_isnt_set_is_no_trouble_and_not_pending() -> None:
    run = sections(1, 3)
    shown = homes.home((), 0, run, trouble=0)
    assert shown.attention
    unset = replace(
        shown.attention.status.sheets[0],
        cycle_id=run[0].cycle.id,
        spreadsheet_id=None,
        behind=False,
        error=None,
    )
    status = replace(shown.attention.status, sheets=(unset,))
    words = reading.everything(home(replace(shown, attention=replace(shown.attention, status=status))))
    assert "not set up yet. Set it under *Manage this audit*." in words
    assert "Trouble" not in words
    assert "Pending" not in words
    planned = [replace(each, cycle=models.cycle("planned", number=0)) for each in run]
    first = homes.home((), 0, planned, trouble=0, opening=Opening((), 3, 3, (), unbound=True))
    done = frozenset(FirstRunStep) - {FirstRunStep.SHEET, FirstRunStep.OPENED, FirstRunStep.RETURN, FirstRunStep.DRAWN}
    for lacks in (FirstRun(planned[0].cycle.id, None, done), None):
        assert first.attention
        attention = replace(first.attention, status=status, first_run=lacks)
        words = reading.everything(home(replace(first, attention=attention)))
        assert len(re.findall("Set its Google Sheet|No Google Sheet|not set up yet", words)) == 1


def test_of_a_sheet_it_is_said_when_it_was_last_looked_at() -> None:
    """Somebody may have deleted a tab since: only a look at the sheet itself tells."""
    run = sections(3, 3)
    shown = homes.home((), 0, run, trouble=0)
    assert shown.attention
    sheets = tuple(
        replace(each, cycle_id=part.cycle.id, spreadsheet_id="s", behind=False, drawn_at=models.NOW, error=None)
        for each, part in zip(models.status(6).sheets, run, strict=False)
    )
    view = home(replace(shown, attention=replace(shown.attention, status=replace(models.status(), sheets=sheets))))
    words = reading.everything(view)
    assert words.count("every change is in it, last checked Mon 9 Mar, 10 am") == 3
    assert "up to date" not in words


@pytest.mark.parametrize("count", [0, 3, 200])
def test_the_command_answers_with_what_waits(count: int) -> None:
    content = command_answer(homes.home([models.waiting(n) for n in range(count)]))
    assert problems(content.blocks, "message") == []
    assert len(list(reading.buttons(content.blocks))) == min(count, 10)
    assert "Home tab" in content.text
    assert "isn't known here" not in content.text
    assert "doesn't know what you typed after it. Try `/audit help`" in command_answer(homes.home(), mistyped=True).text
    assert ("You have no return to send" in content.text) == (not count)


def test_the_command_tells_an_auditor_of_what_was_handed_to_them() -> None:
    assert "2 returns handed to you to write." in command_answer(homes.home(beside=2)).text


@pytest.mark.parametrize("sentence", ["You are not registered.", "<!channel> " * 1000])
def test_home_can_say_sorry(sentence: str) -> None:
    assert problems(unavailable(sentence), "home") == []


def test_help_fits_and_needs_no_command_but_its_own() -> None:
    content = help_message()
    assert problems(content.blocks, "message") == []
    assert "not a referral route" in reading.everything(content.blocks)


def test_help_is_a_button_and_says_the_same_as_the_command() -> None:
    assert values(home(homes.home()), HELP) == ["all"]
    assert problems(help_shown(), "modal") == []
    assert set(reading.marked_up(help_shown())) == set(reading.marked_up(help_message().blocks)) != set()


def test_reminders_can_be_put_off_in_the_audits_in_which_a_return_is_due() -> None:
    """Elsewhere there is no reminder, and the form would refuse."""
    due = models.waiting(0)
    sent = replace(due, return_id="sent", state="submitted", party=replace(due.party, audit=3))
    shown = replace(
        homes.home([due, sent]), snoozable=tuple(SnoozableAudit(f"of{n}", n, f"Audit {n}", None) for n in (2, 3))
    )
    assert _put_off(shown) == ["of2"]
    assert _put_off(replace(shown, waiting=(due, replace(sent, state="requested")))) == ["of2", "of3"]
    assert _put_off(replace(shown, waiting=(sent,))) == []
    assert _put_off(replace(shown, now=due.meeting_at)) == []


def _put_off(shown: Home) -> list[str]:
    """The audits whose reminders Home offers to put off, by id."""
    return re.findall(r"'action_id': 'snooze.choose'.*?'value': '(\w+)'", str(home(shown)))
