"""Slack in trouble while somebody waits: answered in time, told in words, and what was done is said to be done."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from audit.delivery import log as log_rules
from handlers.budget import CALL_SECONDS, REQUEST_SECONDS
from handlers.errors import NOT_SHOWN, SAVED
from sandbox.faults import Fault
from sandbox.slack import Outcome, Workspace, admin
from storage.messages import MessageKind
from tests.kit.forging import click, command, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from views.chasing import channel_prompt
from views.delivery import log as log_view
from views.home import every_audit
from views.parts import ALL

POLICE, EAST = "U0POLICE", "C0AUDITEAST"
COORDINATOR = "U0COORDIN"


@pytest.fixture
def unhurried(workspace: Workspace, patience: float) -> Iterator[Workspace]:
    """Slack with patience, and the product with its own limits: it answers though Slack's side doesn't, which hangs."""
    assert CALL_SECONDS <= REQUEST_SECONDS < workspace.answer_seconds, "the product gives up before Slack does"
    workspace.trigger_seconds = workspace.answer_seconds = patience
    yield workspace
    workspace.faults.clear()  # what hangs ends


def refused(method: str, error: str) -> Fault:
    return Fault(method, times=None, status=200, body=json.dumps({"ok": False, "error": error}))


def hanging(method: str) -> Fault:
    return Fault(method, times=None, delay=600)


def in_time(outcome: Outcome) -> bool:
    """Whether Slack had its answer before it gave up."""
    return outcome.ok and not outcome.timed_out


def told(play: Play, user: str, sentence: str) -> bool:
    """Whether the app tells the person so directly, in the end."""
    return play.until(lambda: sentence in json.dumps(play.person(user).messages(play.person(user).dm)))


@pytest.mark.parametrize(
    "trouble",
    [hanging(r"views\.open"), *(refused(r"views\.open", each) for each in ("expired_trigger_id", "internal_error"))],
    ids=["hanging", "expired", "internal"],
)
def test_a_form_that_cannot_be_shown_is_told_of_directly(play: Play, trouble: Fault) -> None:
    play.load()
    assert play.person(POLICE).open_home().ok
    before = rows(play.sessions)
    play.workspace.faults.add(trouble)
    home = play.person(POLICE).home()
    assert home is not None
    button = play.home_button(POLICE, "return.open", "T2-EAST-01")
    assert in_time(play.person(POLICE).act(home.id, "return.open", block_id=button["block_id"]))
    assert told(play, POLICE, NOT_SHOWN)
    assert rows(play.sessions) == before


@pytest.mark.parametrize(
    ("twice", "later", "sentence"),
    [(every_audit.SHOW, log_view.SHOW, "Only a coordinator"), (log_view.SHOW, every_audit.SHOW, NOT_SHOWN)],
    ids=["a list", "a refusal"],
)
def test_a_click_that_comes_twice_is_answered_once(play: Play, twice: str, later: str, sentence: str) -> None:
    """What the first one showed stands there; no message says that it couldn't be shown, or says it again."""
    play.load()
    police = play.person(POLICE)
    pressed = {**click(POLICE, twice, ALL), "trigger_id": play.workspace.new_trigger(POLICE)}
    for _ in range(2):
        assert in_time(play.workspace.sender.interactive(pressed))
    assert play.modal_text(POLICE)
    play.workspace.faults.add(refused(r"views\.open", "expired_trigger_id"))
    assert in_time(send(play.workspace, click(POLICE, later, ALL)))
    assert told(play, POLICE, sentence)
    assert len(police.messages(police.dm)) == 1, "of the later one, which couldn't be shown"


def test_in_a_channel_it_is_told_there_to_whoever_pressed(play: Play) -> None:
    play.load()
    admin.refuse_dms(play.workspace, POLICE)
    deliver_due(play, MessageKind.REQUEST, MessageKind.PROMPT)
    [prompt] = play.person(POLICE).messages(EAST)
    play.workspace.faults.add(refused(r"views\.open", "expired_trigger_id"))
    assert in_time(play.person(POLICE).click(EAST, str(prompt["ts"]), channel_prompt.MINE))
    assert play.until(lambda: NOT_SHOWN in json.dumps(play.person(POLICE).messages(EAST)))
    assert NOT_SHOWN not in json.dumps(play.person(COORDINATOR).messages(EAST)), "nobody else sees it"


def test_what_was_saved_is_said_to_be_saved(play: Play) -> None:
    """Also where a call to Slack takes too long: that is no trouble with the database."""
    play.load()
    play.workspace.faults.add(refused(r"chat\.postMessage", "restricted_action"))
    deliver_due(play, MessageKind.REQUEST)
    play.workspace.faults.clear()
    assert send(play.workspace, click(COORDINATOR, log_view.SHOW, log_rules.ALL)).ok
    play.workspace.faults.add(hanging(r"views\.update"))
    log = play.modal(COORDINATOR)
    assert in_time(play.person(COORDINATOR).act(log.id, log_view.AGAIN_ALL))
    assert SAVED in play.modal_text(COORDINATOR) or told(play, COORDINATOR, SAVED)
    assert entries(play.sessions, "message.redeliver")


def test_whatever_is_pressed_typed_or_looked_at_is_answered_in_time_by_a_slow_slack(play: Play) -> None:
    play.load()
    play.workspace.faults.add(hanging(r"POST /api/"))
    assert in_time(play.person(POLICE).open_home())
    assert in_time(play.workspace.sender.command(command(POLICE)))


def test_a_view_with_a_block_that_the_workspace_refuses_is_shown_without_it(play: Play) -> None:
    """A return that is late is warned of with an alert; nobody should need one to answer."""
    play.load()
    play.move_clock(play.board().cycle.due_at + timedelta(minutes=1))
    with play.workspace.changing():
        play.workspace.lacks = frozenset({"alert"})
    assert play.open_return(POLICE, "T2-EAST-01").ok
    shown = play.modal_text(POLICE)
    assert '"alert"' not in shown
    assert "Please note" in shown
    assert "The deadline has passed." in shown
    assert "grade" in shown, "its inputs are all there"
