"""Actions and recommendations in words: within Slack's limits, whatever was written."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.actions.actions import ActionView, StepView
from audit.actions.add import NewActionForm
from audit.actions.edit_recommendation import RecommendationForm, RecommendationWording
from audit.actions.reassign import OwnerForm
from audit.actions.recommendations import Recommendations, RecommendationView
from audit.actions.reminders import ActionMessage, ActionsStanding, Owing
from audit.actions.step import ActionForReader, StepForm
from audit.findings.earlier_text import Earlier, Rewordings
from audit.findings.findings import ThemeCount
from audit.findings.themes import ThemeStanding as Theme
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from sandbox.slack.checks import problems
from storage.actions import ActionState, Impact
from tests.kit import models, reading
from tests.kit.acts import PLAIN
from tests.kit.models import CANARY, NOW, label, worst
from views.actions import actions, reassign, recommendations, reminders
from views.actions import step as step_view
from views.parts import View

TODAY = NOW.date()
AGENCIES = tuple((f"{n:032}", label(f"{n}", 75)) for n in range(100))


def action(kind: str = "letters", state: str = "open", number: int = 1, steps: int = 12) -> ActionView:
    step = StepView(
        state, TODAY, "too_early", worst(kind, TEXT_LIMIT), label("P", 80), NOW, (label("F", LINE_LIMIT),) * 2
    )
    return replace(
        PLAIN,
        id=f"{number:032}",
        number=number,
        text=worst(kind, TEXT_LIMIT),
        reference=label("R", 40),
        recommendation=None,
        from_judgement=True,
        agency=label("G", 75),
        owner=label("O", LINE_LIMIT),
        owner_label=label("P", 80),
        due_on=TODAY - timedelta(days=number),
        state=state,
        impact="partly" if state == "verified" else None,
        steps=(step,) * steps,
    )


def fits(view: View) -> None:
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]


@pytest.mark.parametrize("kind", models.WORST)
def test_an_action_fits_on_its_pages_with_every_step(kind: str) -> None:
    found = ActionForReader(action(kind, steps=60), NOW, steps=True, passes=True)
    fits(actions.view(found))
    first = actions.view(found, 0, notice="Saved.")
    count = int(reading.everything(first).split("page 1 of ")[1].split("\n")[0].split(" ")[0])
    every = [actions.view(found, page) for page in range(count)]
    for view in every:
        fits(view)
    assert sum(reading.everything(view).count(CANARY) for view in every) == 61, "what is to be done, and each note"
    bare = actions.view(replace(found, steps=False, passes=False, action=action(kind, steps=0)))
    fits(bare)
    assert actions.STEP not in json.dumps(bare)


@pytest.mark.parametrize("kind", models.WORST)
def test_the_forms_fit_and_hold_what_was_typed(kind: str) -> None:
    adding = NewActionForm("s" * 32, "a" * 32, 2, NOW, label("R", 40), None, AGENCIES)
    for new in (adding, replace(adding, recommendation=3, reference=None), replace(adding, agencies=())):
        fits(actions.adding(new))
    given = {"state": "done", "note": worst(kind, TEXT_LIMIT), "due": "2026-04-01", "impact": "no"}
    stepping = StepForm(
        "r" * 32, action(kind, "done"), NOW, tuple(ActionState), impacts=True, why_not="You own it.", given=given,
        again=True,
    )  # fmt: skip
    for each in (
        stepping,
        replace(stepping, given={}, again=False),
        replace(stepping, states=("done",), impacts=False),
    ):
        fits(step_view.stepping(each))
    watching = replace(stepping, action=action(kind), states=(ActionState.OPEN, ActionState.DROPPED))
    assert "The owner records when it is started" in str(step_view.stepping(watching))
    assert "The owner records" not in str(step_view.stepping(stepping))
    assert CANARY in json.dumps(reading.inputs(step_view.stepping(stepping))["note__" + "r" * 32])
    given = {"owner": label("O", LINE_LIMIT), "person": "U0HEALTH", "note": worst(kind, TEXT_LIMIT)}
    owning = OwnerForm("r" * 32, action(kind), NOW, given, again=True)
    for form in (owning, replace(owning, given={}, again=False)):
        fits(reassign.owning(form))
    assert CANARY in json.dumps(reading.inputs(reassign.owning(owning))["note__" + "r" * 32])


def test_messages_and_lists_say_references_only_and_fit() -> None:
    for state in ActionState:
        for impact in (None, *Impact):
            one = replace(action(state=state), impact=impact, due_on=date(2027, 12, 31))
            over = [reminders.passed(ActionMessage(one, theirs=newer, newer=newer)) for newer in (False, True)]
            for message in (reminders.owner_message(one, NOW), *over):
                assert problems(message.blocks, "message") == []
                assert CANARY not in json.dumps(message.blocks) + message.text
                assert one.owner not in json.dumps(message.blocks)
    every = tuple(action(number=number) for number in range(1, 200))
    for content in (
        reminders.reminder(Owing(NOW, every)),
        reminders.reminder(Owing(NOW, ())),
        reminders.digest(
            ActionsStanding(
                "c" * 32, TODAY, NOW, tuple(replace(each, agency=label(f"{n}", 75)) for n, each in enumerate(every))
            )
        ),
        reminders.digest(ActionsStanding("c" * 32, TODAY, NOW, (replace(every[0], agency=None),))),
    ):
        assert problems(content.blocks, "message") == []
        assert CANARY not in json.dumps(content.blocks) + content.text
        assert not [text for text in [content.text, *reading.marked_up(content.blocks)] if "<!" in text]


@pytest.mark.parametrize("room", [0, 1, 2, 3, 10, 51, 60])
def test_home_has_as_many_as_it_has_room_for(room: int) -> None:
    found = tuple(action(number=number) for number in range(1, 51))
    blocks = actions.home_blocks(found, NOW, room)
    assert len(blocks) <= room
    assert problems({"type": "home", "blocks": blocks}, "home") == [] or not blocks
    if room > 2:
        shown = sum(block["type"] == "section" for block in blocks)
        said = json.dumps(blocks)
        assert (f"and {50 - shown} more" in said) == (shown < 50)
    assert actions.home_blocks((), NOW, room) == []


@pytest.mark.parametrize("kind", models.WORST)
def test_recommendations_fit_on_their_pages(kind: str) -> None:
    themes = tuple(Theme(f"{n:032}", label(f"{n}", 75)) for n in range(100))
    every = tuple(
        RecommendationView(
            f"{n:032}", "c" * 32, n, worst(kind, TEXT_LIMIT), themes, AGENCIES, 1, NOW,
            tuple(action(kind, "dropped" if n % 2 else "open", number=number) for number in range(12)),
        )
        for n in range(10)
    )  # fmt: skip
    unanswered = tuple(ThemeCount(f"{n:032}", label(f"{n}", 75), ("R",) * n, 99, recommended=False) for n in range(100))
    found = Recommendations("c" * 32, 2, label("T", 100), NOW, every, unanswered, changes=True)
    first = recommendations.view(found, notice="Recommendation 1 is saved.")
    count = int(reading.everything(first).split("page 1 of ")[1].split("\n")[0].split(" ")[0])
    pages = [recommendations.view(found, page) for page in range(count)]
    for view in [first, *pages]:
        fits(view)
    buttons = [each["action_id"] for view in pages for each in reading.buttons(view)]
    assert buttons.count(actions.SHOW) == 120
    assert buttons.count(recommendations.WITHDRAW) == 5, "not while an action is open"
    empty = recommendations.view(replace(found, recommendations=(), unanswered=(), changes=False))
    fits(empty)
    assert list(reading.buttons(empty)) == []


@pytest.mark.parametrize("kind", models.WORST)
def test_the_form_of_a_recommendation_fits(kind: str) -> None:
    themes = tuple((f"{n:032}", label(f"{n}", 75)) for n in range(100))
    wording = RecommendationWording(worst(kind, TEXT_LIMIT), tuple(dict(themes)), tuple(dict(AGENCIES)))
    before = Rewordings((Earlier(worst(kind, TEXT_LIMIT), label("P", 80), NOW),) * 5, 900, NOW)
    form = RecommendationForm("r" * 32, "c" * 32, 2, themes, AGENCIES, wording, 3, before, mark="f" * 12, again=True)
    said = reading.everything(recommendations.drafting(form))
    shown = said.count(CANARY) - 1
    assert shown == (1 if kind == "emoji" else 5), "as many as a view has room for"
    assert f"and {900 - shown} earlier ones are kept" in said
    for each in (
        form,
        replace(form, number=None, again=False, wording=RecommendationWording(), themes=(), agencies=()),
    ):
        fits(recommendations.drafting(each))
