"""What an agency is asked in a return, by the audit tool's current version and by earlier ones."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.returns.answers import OWN, page_of
from audit.returns.found_return import Found
from audit.tools import Section, Tool
from storage.cycles import AuditTool

_READ: dict[str, Tool] = {}
"""Row id -> tool, cached because a version of a tool never changes."""


def tool_of(found: Found) -> Tool:
    """The tool as this return's agency is asked it."""
    row = found.AuditTool
    tool = _READ.get(row.id) or _READ.setdefault(row.id, Tool.stored(row))
    return tool.asked_of(found.Agency.label)


def outdated(session: Session, found: Found, asked: Collection[str], said: Mapping[str, str]) -> Tool | None:
    """The earlier version of the tool by which a form with the fields `asked` was made; None if by the current one.

    `said`: its answers, by the questions' keys.
    """
    if _made_by(tool_of(found), asked, said):
        return None
    return next((tool for tool in reversed(_earlier(session, found)) if _made_by(tool, asked, said)), None)


def retired_questions(session: Session, found: Found) -> tuple[Section, ...]:
    """The questions that earlier versions of the tool asked this agency, and the current one doesn't."""
    asked = (section for tool in _earlier(session, found) for section in tool.sections)
    still = {section.key for section in tool_of(found).sections}
    gone = {section.key: section for section in asked if section.key not in still and not section.implied}
    return tuple(gone.values())


def _earlier(session: Session, found: Found) -> list[Tool]:
    """The tool's earlier versions as this agency was asked them, oldest first."""
    newest = found.AuditTool
    if newest.version == 1:
        return []
    rows = select(AuditTool).where(AuditTool.key == newest.key, AuditTool.version < newest.version)
    ordered = session.scalars(rows.order_by(AuditTool.version))
    return [Tool.stored(row).asked_of(found.Agency.label) for row in ordered]


def _made_by(tool: Tool, asked: Collection[str], said: Mapping[str, str]) -> bool:
    """Whether a form's fields are all on one page of this tool, which also offers what was chosen there."""
    page = {part.key: part for part in tool.steps[page_of(tool, asked)]}
    on_page = {*asked} - {*OWN} <= page.keys()
    return on_page and not any(page[key].offered and page[key].fault(said.get(key, "")) for key in asked if key in page)
