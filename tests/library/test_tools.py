"""The audit tools that a cycle can choose, on both databases, and those that come with the product."""

import pytest
from sqlalchemy import func, select

from audit.errors import NotFound
from audit.library import export, shipped, tools, xlsform
from audit.library.default import DEFAULT
from audit.tools import IMMEDIATE, Section, Tool
from storage.cycles import AuditTool
from storage.engine import Sessions

OURS = Tool("ours", 0, (Section("a", "A"),), "Our own")


@pytest.mark.parametrize("key", sorted(shipped.TITLES))
def test_each_tool_of_the_product_is_a_workbook_that_others_read_too(key: str) -> None:
    found = xlsform.read(shipped.workbook(key), f"{key}.xlsx")
    assert (found.tool.key, found.tool.title, found.remarks) == (key, shipped.TITLES[key], ())
    assert found.tool.parts == shipped.tool(key).parts == xlsform.read(export.workbook(found.tool), "x.xlsx").tool.parts
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
        assert tools.row(session, DEFAULT.key).version == 1
        own = Tool("neglect", 0, (*shipped.tool("neglect").parts, Section("more", "More")), "Neglect, ours")
        assert tools.store(session, None, own).version == 2
        assert tools.row(session, "neglect").version == 2
        with pytest.raises(NotFound):
            tools.row(session, "nothing")
