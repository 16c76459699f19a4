"""The audit tools that a cycle can choose, on both databases, and those that come with the product."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from audit.errors import NotFound
from audit.library import from_xlsform, shipped, to_xlsform, tools
from audit.library.default import DEFAULT, TOOLS
from audit.tools import IMMEDIATE, Section, Tool
from sandbox.slack.checks import problems
from storage.cycles import AuditTool
from storage.engine import Sessions
from storage.people import Agency, Workspace
from tests.kit import workbooks
from views.library import tools as tools_view
from views.parts import modal
from views.pickers import long_select

OURS = Tool("ours", 0, (Section("a", "A"),), "Our own")


@pytest.mark.parametrize("key", sorted(shipped.TITLES))
def test_each_tool_of_the_product_can_be_written_out_as_a_workbook_that_others_read_too(key: str) -> None:
    found = workbooks.read(to_xlsform.workbook(shipped.tool(key)), "x.xlsx")
    assert (found.tool.key, found.tool.title, found.remarks) == (key, shipped.TITLES[key], ())
    assert replace(found.tool, version=1) == shipped.tool(key)
    assert {IMMEDIATE, "voice", "involvement"} <= {part.key for part in found.tool.sections}
    assert {part.group for part in found.tool.sections} >= {"strength", "concern", "learning"}


@pytest.mark.both_databases
def test_a_tool_is_stored_once_and_its_changes_are_versions(sessions: Sessions) -> None:
    with sessions.begin() as session:
        assert tools.store(session, None, OURS).version == 1
    with sessions.begin() as session:
        assert tools.store(session, None, OURS).version == 1
        assert session.scalar(select(func.count()).select_from(AuditTool)) == 1
        changed = Tool("ours", 0, (*OURS.parts, Section("b", "B")), "Our own, again")
        assert tools.store(session, None, changed).version == 2
    with sessions.reading() as session:
        assert tools.newest(session, "ours").parts == changed.parts
        offered = tools.offered(session)
    assert next(iter(offered)) == DEFAULT.key
    assert offered["ours"] == "Our own, again"
    assert shipped.TITLES.items() <= offered.items()


def test_a_tool_of_the_product_is_stored_when_it_is_chosen_and_a_boards_version_of_it_comes_after(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        assert tools.row(session, "neglect").id == tools.row(session, "neglect").id
        assert tools.row(session, DEFAULT.key).version == max(version for key, version in TOOLS if key == DEFAULT.key)
        own = Tool("neglect", 0, (*shipped.tool("neglect").parts, Section("more", "More")), "Neglect, ours")
        assert tools.store(session, None, own).version == 2
        assert tools.row(session, "neglect").version == 2
        with pytest.raises(NotFound):
            tools.row(session, "nothing")


def test_tools_beyond_a_hundred_are_known_and_can_be_chosen(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for number in range(150):
            tools.store(session, None, Tool(f"ours_{number:03}", 0, OURS.parts, f"Ours {number}"))
        assert tools.store(session, None, Tool("ours_149", 0, OURS.parts, "Changed")).version == 2
        assert tools.row(session, "ours_149").version == 2
        choices = [*tools.offered(session).items()]
    block = long_select("tool", "Audit tool", choices, "ours_149")
    assert problems(modal("Audit", [block], record_id="a", verb="cycle.save", submit="Save"), "modal") == []
    assert "ours_000" in str(block)
    assert "'initial_option': {'text': {'type': 'plain_text', 'text': 'Changed'" in str(block)
    found = [Tool(key, 1, OURS.parts, title) for key, title in choices]
    shown = [tools_view.list_view(found, page) for page in range(2)]
    assert all(problems(view, "modal") == [] for view in shown)
    assert all(any(tools.mark(key) in str(view) for view in shown) for key, _ in choices)


def test_what_a_workbook_would_take_the_place_of_is_known_and_agencies_that_arent_there_are_named(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        session.add(Agency(label="Police", short_label="Pol"))
        tools.store(session, None, OURS)
        asked = Section("a", "A", agencies=("police", "Polcie"))
        looked = tools.candidate(session, from_xlsform.Read(Tool("ours", 0, (asked,), "Other"), ()))
        assert looked.before == Tool("ours", 1, OURS.parts, "Our own")
        assert looked.remarks == ("No agency is called “Polcie”: nobody is asked what only it is asked.",)
        assert tools.candidate(session, from_xlsform.Read(OURS, ())).same
        assert tools.candidate(session, from_xlsform.Read(Tool("new", 0, OURS.parts, "New"), ())).before is None
    preview = str(tools_view.looked_at(looked, "F1"))
    assert "replaces “Our own”, as its version 2" in preview
    assert "Polcie" in preview


def test_two_who_store_a_tool_at_once_make_two_versions(sessions: Sessions) -> None:
    def store(title: str) -> int:
        with sessions.begin() as session:
            return tools.store(session, None, Tool("ours", 0, OURS.parts, title)).version

    with sessions.begin() as session:
        session.add(Workspace(team_id="T0", name="Ours"))
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(store, ["A", "B", "C", "D"], timeout=60)) == [1, 2, 3, 4]
