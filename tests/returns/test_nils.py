"""Nil returns: one and back again, one for others, and several at once."""

import json
from typing import Any

import pytest

from storage.trail import TrailEntry
from tests.kit.forging import click, modal, second_thought, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, DEPUTY, LEAD, asked, line, pressed, return_of, submitted


def details(found: list[TrailEntry]) -> list[str]:
    return [entry.detail for entry in found]


def test_a_nil_return_and_back(play: Play) -> None:
    play.load()
    assert play.open_return(LEAD, "T2-EAST-03").ok
    stale = str(play.modal(LEAD).content["private_metadata"])
    nil = pressed(play, LEAD, "return.nil")
    assert "Nil return sent" in play.modal_text(LEAD)
    assert nil.request is not None
    assert play.workspace.sender.resend(nil.request).ok  # pressed twice
    assert (line(play, "T2-EAST-03").result, line(play, "T2-EAST-03").version) == ("nil", 1)
    assert play.board().tally.by_agency["Education"].nil == 1

    assert play.send_return(LEAD, "T2-EAST-03").ok
    assert (line(play, "T2-EAST-03").result, line(play, "T2-EAST-03").version) == ("good", 2)
    assert send(play.workspace, click(DEPUTY, "return.nil", "", view=modal("", stale, view_id="V0STALE"))).ok
    assert line(play, "T2-EAST-03").result == "good"  # whoever saw the form before that hasn't undone it
    assert details(entries(play.sessions, "return.nil")) == ["T2-EAST-03 version 1"]


def test_a_coordinator_enters_a_nil_return_for_an_agency(play: Play) -> None:
    play.load()
    assert asked(play, COORDINATOR, "return.open", return_of(play, "T2-EAST-03")).ok
    assert pressed(play, COORDINATOR, "nil.enter").ok
    submitted(play, COORDINATOR, source="phone", given_by="Call 07700 900123")
    assert "phone number" in play.modal(COORDINATOR).field_errors["given_by"]
    sent = submitted(play, COORDINATOR, given_by="Head of the school")
    assert "Nil return sent" in second_thought(play.workspace, sent).body
    assert "what you changed since isn't in it" in second_thought(play.workspace, sent, given_by="The deputy head").body
    entered = line(play, "T2-EAST-03")
    assert (entered.result, entered.source, entered.given_by) == ("nil", "phone", "Head of the school")
    assert details(entries(play.sessions, "return.nil_for")) == ["T2-EAST-03 version 1"]


@pytest.mark.on_sqlite
def test_several_at_once(play: Play) -> None:
    play.load()
    lead = play.person(LEAD)
    assert asked(play, LEAD, "returns.known", "every").ok
    first = play.modal(LEAD)
    known = return_of(play, "T2-EAST-05")
    assert len(choices(first.content)) == 5
    lead.fill(first.id, {group(first.content): [known]})

    assert play.send_return(DEPUTY, "T2-EAST-01").ok  # meanwhile: the list isn't what it was
    assert lead.submit(first.id).ok
    again = play.modal(LEAD)
    assert "Your list has changed in the meantime" in play.modal_text(LEAD)
    assert len(choices(again.content)) == 4
    assert known in str(again.values)
    assert lead.submit(again.id).ok
    second = play.modal(LEAD)
    assert "3 nil returns" in play.modal_text(LEAD)
    assert known not in choices(second.content)
    assert "T2-EAST-05" in play.modal_text(LEAD)

    assert play.send_return(DEPUTY, "T2-EAST-02", grade="inadequate").ok  # meanwhile, once more
    sent = lead.submit(second.id)
    assert "2 nil returns sent" in play.modal_text(LEAD)
    assert "The return for T2-EAST-02 is sent already." in play.modal_text(LEAD)
    assert sent.request is not None
    stored = rows(play.sessions)["return_versions"]
    assert play.workspace.sender.resend(sent.request).body == sent.body
    assert rows(play.sessions)["return_versions"] == stored
    assert details(entries(play.sessions, "return.nil")) == ["T2-EAST-03 version 1", "T2-EAST-04 version 1"]
    fewer = second_thought(play.workspace, sent, [return_of(play, "T2-EAST-03")]).body
    assert "2 nil returns sent" in fewer, "by the first"
    assert fewer.count("It was sent before you unticked it.") == 1
    none = second_thought(play.workspace, sent, choices(second.content)).body
    assert "2 nil returns sent" in none
    assert none.count("It was sent before you unticked it.") == 2
    assert rows(play.sessions)["return_versions"] == stored
    assert line(play, "T2-EAST-02").result == "inadequate"
    assert play.board().tally.by_agency["Education"].awaiting == 15 - 4


def checkboxes(view: object) -> list[dict[str, Any]]:
    blocks = json.loads(json.dumps(view))["blocks"]
    return [block for block in blocks if block.get("element", {}).get("type") == "checkboxes"]


def choices(view: object) -> list[str]:
    """The values of every checkbox."""
    return [option["value"] for block in checkboxes(view) for option in block["element"]["options"]]


def group(view: object) -> str:
    """The first group of checkboxes."""
    return str(checkboxes(view)[0]["block_id"])
