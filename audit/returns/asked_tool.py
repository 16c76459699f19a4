"""What the agency of a return is asked, now and by earlier versions of the audit's tool."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.returns.answers import OWN, page_of
from audit.returns.found_return import Found
from audit.tools import IMPLIED, Section, Tool
from storage.cycles import AuditTool

_READ: dict[str, Tool] = {}
"""Tools that were read already, by their rows' ids: a version of a tool never changes."""


def tool_of(found: Found) -> Tool:
    """What the agency of a return is asked."""
    row = found.AuditTool
    tool = _READ.get(row.id) or _READ.setdefault(row.id, Tool.stored(row))
    return tool.asked_of(found.Agency.label)


def outdated(session: Session, found: Found, asked: Collection[str], said: Mapping[str, str]) -> Tool | None:
    """The earlier version of the tool by which a form with the fields `asked` was made; None if it was made by this.

    `said`: what was answered in it, by the questions' names.
    """
    if _made_by(tool_of(found), asked, said):
        return None
    return next((tool for tool in reversed(_earlier(session, found)) if _made_by(tool, asked, said)), None)


def fallen(session: Session, found: Found) -> tuple[Section, ...]:
    """The questions that the agency was asked by earlier versions of the tool, and is asked no longer."""
    asked = (section for tool in _earlier(session, found) for section in tool.sections)
    still = {section.key for section in tool_of(found).sections}
    gone = {section.key: section for section in asked if section.key not in still and IMPLIED not in section.key}
    return tuple(gone.values())


def _earlier(session: Session, found: Found) -> list[Tool]:
    """What the agency was asked by the tool's earlier versions, oldest first."""
    newest = found.AuditTool
    if newest.version == 1:
        return []
    rows = select(AuditTool).where(AuditTool.key == newest.key, AuditTool.version < newest.version)
    ordered = session.scalars(rows.order_by(AuditTool.version))
    return [Tool.stored(row).asked_of(found.Agency.label) for row in ordered]


def _made_by(tool: Tool, asked: Collection[str], said: Mapping[str, str]) -> bool:
    """Whether a form's fields are all on one page of the tool, which offers what was chosen there."""
    page = {part.key: part for part in tool.steps[page_of(tool, asked)]}
    there = {*asked} - {*OWN} <= page.keys()
    return there and not any(page[key].offered and page[key].fault(said.get(key, "")) for key in asked if key in page)
