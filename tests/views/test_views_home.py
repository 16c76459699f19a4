from collections.abc import Iterator
from datetime import timedelta

import pytest

from audit.archive import CycleSection
from audit.home import Home
from sandbox.slack.checks import problems
from tests.views import models, reading
from views.actions import SHOW as SHOW_ACTION
from views.cases import READ
from views.cycles import OPEN_CYCLE
from views.home import HELP, help_message, help_shown, home, look_at_home, sorry
from views.meetings import JUDGE
from views.parts import View
from views.returns import OPEN

STATES = ("requested", "drafted", "submitted", "nil", "declined")


def sections(cycles: int, cases: int, areas: int = 3, state: str = "collecting", judged: int = 0) -> list[CycleSection]:
    return [
        CycleSection(
            models.cycle(state, areas, number=n),
            models.case_lines(cases, areas, judged, f"{n}-" if n else ""),
            models.overview(areas),
        )
        for n in range(cycles)
    ]


def homes() -> Iterator[tuple[str, Home]]:
    waits = [models.waiting(n, STATES[n % 5], due=models.DUE + timedelta(days=n)) for n in range(200)]
    yield "nobody", models.home()
    yield "lead with one", models.home(waits[:1])
    yield "lead with everything", models.home(waits, 200, beside=40, acts=12)
    yield "auditor", models.home((), 0, beside=40)
    yield "first coordinator", models.home(trouble=0)
    for cycles, cases, areas in (
        (0, 0, 1),
        (1, 0, 1),
        (1, 15, 3),
        (1, 200, 3),
        (1, 200, 100),
        (5, 200, 3),
        (60, 200, 14),
    ):
        for state in ("planned", "collecting", "ratified"):
            run = sections(cycles, cases, areas, state, judged=cases // 2)
            name = f"{cycles} {state} cycles of {cases} in {areas}"
            yield f"sub-group: {name}", models.home((), 0, run, acts=12)
            yield f"coordinator: {name}", models.home((), 0, run, trouble=0)
            yield f"all at once: {name}", models.home(waits, 200, run, trouble=40, beside=40, acts=12)


@pytest.mark.parametrize("shown", [pytest.param(shown, id=name) for name, shown in homes()])
def test_home_fits_whoever_looks(shown: Home) -> None:
    view = home(shown)
    assert problems(view, "home") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text or "<@" in text]


def values(view: View, verb: str) -> list[object]:
    return [each["value"] for each in reading.buttons(view["blocks"]) if each["action_id"] == verb]


def test_actions_stand_on_home_overdue_first_with_a_button_each() -> None:
    view = home(models.home((), 0, sections(1, 15), acts=3))
    assert len(values(view, SHOW_ACTION)) == 3
    assert reading.everything(view).count("overdue") == 1


def test_somebody_with_nothing_waiting_is_told_so() -> None:
    assert "Nothing waits for you now" in reading.everything(home(models.home()))


def test_a_lead_sees_state_words_and_those_still_to_send_first() -> None:
    waits = [
        models.waiting(0, "submitted"),
        models.waiting(1, "submitted", late=True),
        models.waiting(2),
        models.waiting(3, due=models.NOW - timedelta(days=1)),
    ]
    view = home(models.home(waits, 2))
    assert values(view, OPEN) == ["return3", "return2", "return0", "return1"]
    assert values(view, READ) == ["case0", "case1"]
    words = reading.everything(view)
    for part in (
        "Overdue",
        "Not started",
        "Sent (version 2)",
        "Sent late (version 2)",
        "3 working days left",
        "passed",
    ):
        assert part in words


def test_a_coordinator_reaches_every_case_of_a_usual_cycle() -> None:
    run = sections(1, 15, judged=3)
    view = home(models.home((), 0, run, trouble=0))
    assert sorted(map(str, values(view, JUDGE))) == sorted(case.case_id for case in run[0].cases)
    assert values(view, JUDGE) == values(view, READ)
    assert values(view, JUDGE)[-1] in {"case0", "case1", "case2"}


def test_two_hundred_cases_stay_usable_with_those_not_ratified_first() -> None:
    run = sections(1, 200, judged=150)
    view = home(models.home((), 0, run, trouble=0))
    shown = values(view, JUDGE)
    assert len(shown) > 60
    assert {f"case{n}" for n in range(150, 200)} <= set(shown)
    assert "more" in reading.everything(view)


def test_only_coordinators_open_and_ratify() -> None:
    for state in ("planned", "collecting"):
        view = home(models.home((), 0, sections(1, 3, state=state)))
        assert values(view, OPEN_CYCLE) == values(view, JUDGE) == []
        assert len(values(view, READ)) == 3
    planned = home(models.home((), 0, sections(1, 3, state="planned"), trouble=0))
    assert values(planned, OPEN_CYCLE) == [models.cycle(number=0).id]
    assert values(planned, JUDGE) == []


def test_the_status_is_in_words_with_a_link_to_the_sheet() -> None:
    words = reading.everything(home(models.home((), 0, (), trouble=3)))
    assert f"<https://docs.google.com/spreadsheets/d/{'s' * 100}|Sheet of audit 5>" in words
    for part in ("Pending: 3 changes to pass on, 3 messages to deliver", "set aside", "tried again", "not be drawn"):
        assert part in words


@pytest.mark.parametrize("count", [0, 3, 200])
def test_the_command_answers_with_what_waits(count: int) -> None:
    content = look_at_home(models.home([models.waiting(n) for n in range(count)]))
    assert problems(content.blocks, "message") == []
    assert len(list(reading.buttons(content.blocks))) == min(count, 10)
    assert "Home tab" in content.text


@pytest.mark.parametrize("sentence", ["You are not registered.", "<!channel> " * 1000])
def test_home_can_say_sorry(sentence: str) -> None:
    assert problems(sorry(sentence), "home") == []


def test_help_fits_and_needs_no_command_but_its_own() -> None:
    content = help_message()
    assert problems(content.blocks, "message") == []
    assert "not a referral route" in reading.everything(content.blocks)


def test_help_is_a_button_and_says_the_same_as_the_command() -> None:
    assert values(home(models.home()), HELP) == ["all"]
    assert problems(help_shown(), "modal") == []
    assert set(reading.marked_up(help_shown())) == set(reading.marked_up(help_message().blocks)) != set()
