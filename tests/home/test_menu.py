"""The menu of a cycle: what it offers by state, and that everything in it works."""

import json
from typing import Any

import pytest

from tests.kit import managing
from tests.kit.forging import click, modal, send, submission
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.underway.test_dates import OPENED, begun


def buttons(play: Play) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = play.modal(managing.COORDINATOR).content["blocks"]  # type: ignore[assignment]
    return [
        element
        for block in blocks
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        if element.get("type") == "button"
    ]


@pytest.mark.parametrize("opened", [True, False], ids=["open", "planned"])
def test_every_button_of_the_menu_leads_somewhere(play: Play, *, opened: bool) -> None:
    play.move_clock(OPENED)
    play.load(opened=opened)
    managing.menu(play)
    offered = buttons(play)
    assert len(offered) == (17 if opened else 9)
    for action_id in {each["action_id"] for each in offered} - {"cycle.open"}:
        before = len(play.workspace.calls)
        menu = managing.menu(play)
        assert play.person(managing.COORDINATOR).act(play.modal(managing.COORDINATOR).id, action_id).ok
        said = str([call.args for call in list(play.workspace.calls)[before:]])
        assert play.modal_text(managing.COORDINATOR) != menu, action_id
        assert "Something went wrong" not in said
        assert "Not possible" not in said


def test_a_planned_cycle_says_what_is_missing_and_is_opened_from_there(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    assert "it can be opened" in managing.menu(play)
    play.move_clock(OPENED.replace(month=4))
    assert "The meeting about T2-CENTRAL-01 has passed" in managing.menu(play)
    assert "cycle.open" not in play.modal_text(managing.COORDINATOR)
    play.move_clock(OPENED)
    managing.menu(play)
    assert "is open" in managing.press(play, "cycle.open")
    assert managing.cycle(play).state == "collecting"


def test_a_refusal_is_seen_even_on_the_third_modal_of_a_stack(play: Play) -> None:
    """Slack puts no fourth on top: the sentence stands at the first question, and what was typed stays."""
    begun(play)
    stacked = {"root_view_id": "V1", "previous_view_id": "V2"}
    record, answers = managing.cycle(play).id, {"due": "2026-03-20", "why": "kept"}
    sent = submission("U0POLICE", "deadline.move", record, answers)
    answer = json.loads(send(play.workspace, sent | {"view": sent["view"] | stacked}).body)
    assert answer == {"response_action": "errors", "errors": {"due": "Only a coordinator can do this."}}
    assert json.loads(send(play.workspace, sent).body)["response_action"] == "push"

    before = len(play.workspace.calls)
    view = modal("", record, view_id="V3") | stacked
    assert send(play.workspace, click("U0POLICE", "cases.page", "0", view=view)).ok
    first, *others = [call.method for call in list(play.workspace.calls)[before:]]
    assert first == "views.update", "in the place of the third modal"
    assert others in ([], ["chat.postMessage"]), "which isn't there really, so that the person is told directly"
    assert len(entries(play.sessions, "denied")) == 3
