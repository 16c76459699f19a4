"""A coordinator gets an audit tool as a workbook, in Slack, and brings it back; through signed requests."""

import base64
from dataclasses import replace

import pytest

from audit.library import shipped, tools
from sandbox.slack.shapes import Obj
from storage.messages import Message
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, LEAD, asked
from tests.kit.sheet_talk import told
from tests.library.test_bringing import OURS, bring


def files(play: Play) -> list[Obj]:
    """The direct messages that share an audit tool."""
    return told(play, "The audit tool")


def get(play: Play, key: str) -> bytes:
    """The one file that comes if the button is pressed twice."""
    play.work_while_waiting()
    for _ in range(2):
        assert asked(play, COORDINATOR, "tool.export", tools.mark(key)).ok
    assert "in a message from this app" in play.modal_text(COORDINATOR)
    play.settled()
    [file] = [one for one in play.workspace.files.values() if one.name == f"{key}.xlsx"]
    return base64.b64decode(file.data)


@pytest.mark.both_databases
def test_a_tool_comes_as_a_workbook_that_can_be_brought_back(play: Play) -> None:
    play.load()
    data = get(play, "neglect")
    assert len(files(play)) == 1
    shown = bring(play, data)
    assert "It is there already, as version 1: storing it changes nothing." in shown
    with play.reading() as session:
        assert tools.newest(session, "neglect") == shipped.tool("neglect")


@pytest.mark.on_sqlite
def test_its_newest_version_comes(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        tools.store(session, None, OURS)
        tools.store(session, None, replace(OURS, title="Our newest"))
    assert "Our newest" in bring(play, get(play, "ours"))


@pytest.mark.on_sqlite
def test_it_needs_an_audit_and_a_coordinator(play: Play) -> None:
    play.load()
    asked(play, LEAD, "tool.export", tools.mark("neglect"))
    with play.reading() as session:
        assert not [row for row in session.query(Message) if row.kind == "tool_file"]
