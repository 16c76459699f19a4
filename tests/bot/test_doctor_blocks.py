"""The doctor has Slack check one of every view and message that the product can show."""

import json
import re

import pytest

from bot.doctor import blocks
from bot.doctor.described import FILE
from handlers import LISTENERS
from handlers.listeners import Kind
from jobs.letters import KINDS
from sandbox.faults import Fault
from storage.messages import MessageKind
from tests.kit import reading
from tests.kit.doctored import Doctor
from views.parts import ANSWER

FILES = {MessageKind.CALENDAR, MessageKind.PACK, MessageKind.REPORT, MessageKind.SHEET_FILE}
"""Messages that share a file, which have no blocks."""
SAME = {
    "case.positions": "the form to ratify, each agency in a menu of its own: of many agencies",
    "history.turn": "another page of it",
    "matrix.show": "a page of the message's table: of more cases than one message holds",
    "return.back": "the page before",
}
"""Buttons that nobody presses in the invented audit, and what they would show, which is a view that is there."""


@pytest.mark.timeout(300)  # the first to ask presses thousands of buttons
def test_of_every_form_message_and_home_there_is_one() -> None:
    shown = {each.name for each in blocks.every()}
    assert {each.id for each in LISTENERS if each.kind == Kind.FORM} - shown == set()
    assert {*KINDS} - shown == FILES
    assert {f"home, {each.label}" for each in FILE.setup.people} | {"/audit help", "notice", "home.sorry"} <= shown
    buttons = {each.id for each in LISTENERS if each.kind == Kind.ACTION and each.id != ANSWER}
    missed = {each for each in buttons - blocks.pressed().pressed if not each.endswith(".page")}
    assert missed == {*SAME}


@pytest.mark.timeout(300)
def test_an_audit_is_called_the_same_wherever_it_is_named() -> None:
    """The invented one's title doesn't say its number, so its name does."""
    title = FILE.setup.cycle.title
    for each in blocks.every():
        told = "\n".join(text for key, text in reading.strings(each.payload) if key != "initial_value")
        bare = told.replace(f"{title} (audit 1)", "").replace(f"{title}: summary report", "")
        assert title not in bare, (each.name, told)
        assert not re.search(r"\bcycles? \d", told, re.IGNORECASE), (each.name, told)


def of_blocks(doctor: Doctor) -> tuple[int, list[tuple[str, str]]]:
    """The exit status, and what is said of what is shown."""
    code, found = doctor.says("--blocks", "6000")
    return code, [(how, sentence) for subject, how, sentence in found if subject == "Shown"]


@pytest.mark.timeout(300)
def test_what_slack_refuses_is_named_with_its_place(doctor: Doctor) -> None:
    workspace = doctor.play.workspace
    before = json.dumps([[each.text for each in there] for there in workspace.messages.values()])
    every = len(blocks.every())
    busy = '{"ok": false, "error": "ratelimited"}'
    workspace.faults.add(Fault("blocks.validate", 3, 429, {"Retry-After": "0"}, busy))  # it is asked again
    assert of_blocks(doctor) == (0, [("ok", f"Slack takes {every} of {every} kinds of views and messages.")])
    workspace.lacks = frozenset({"data_visualization"})
    code, [*refused, (_, taken)] = of_blocks(doctor)
    assert code == 1
    assert {how for how, _ in refused} == {"problem"}
    named = {sentence.partition(" (")[0] for _, sentence in refused}
    assert {"Slack refuses the message “agenda”, at /blocks/4/type"} <= named, refused
    assert all("message “agenda”" in each or "message “tally”" in each for each in named), refused
    assert len({*refused}) == len(refused)
    assert taken.endswith(f" of {every} kinds of views and messages.")
    assert f" {every} of" not in taken
    assert before == json.dumps([[each.text for each in there] for there in workspace.messages.values()])


def test_a_slack_that_checks_nothing_is_no_problem(doctor: Doctor) -> None:
    workspace = doctor.play.workspace
    for fault, sentence in (
        (Fault("blocks.validate", None, 200, {}, '{"ok": false, "error": "unknown_method"}'), "unknown_method"),
        (Fault("blocks.validate", None, 503), "Slack couldn't be asked"),
    ):
        workspace.faults.add(fault)
        code, [(how, said)] = of_blocks(doctor)
        workspace.faults.clear()
        assert (code, how) == (0, "not asked")
        assert sentence in said
