"""The audit tools that are there: those that come with the product, and those that a board brought."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import NotFound
from audit.tools import TOOLS, Tool
from storage.cycles import AuditTool


def newest(session: Session) -> dict[str, Tool]:
    """The newest version of each tool by its key, the product's own first."""
    tools = {tool.key: tool for tool in sorted(TOOLS.values(), key=lambda tool: tool.version)}
    rows = session.scalars(select(AuditTool).order_by(AuditTool.key, AuditTool.version))
    return tools | {row.key: Tool.stored(row) for row in rows}


def row(session: Session, key: str) -> AuditTool:
    """The newest version of a tool as it is stored, stored now if it is one of the product's; NotFound."""
    tool = newest(session).get(key)
    if tool is None:
        raise NotFound(f"There is no audit tool “{key}”.")
    stored = session.scalar(select(AuditTool).where(AuditTool.key == tool.key, AuditTool.version == tool.version))
    return stored or _add(session, tool)


def store(session: Session, who: Actor | None, tool: Tool) -> Tool:
    """Store a tool as the next version of its key; what is the same as the newest version is that version."""
    known = newest(session).get(tool.key)
    if known is not None and (known.title, known.parts) == (tool.title, tool.parts):
        return known
    added = Tool(tool.key, known.version + 1 if known else 1, tool.parts, tool.title)
    trail.record(session, who, "tool.store", subject_id=_add(session, added).id, detail=f"{added.key} {added.version}")
    return added


def _add(session: Session, tool: Tool) -> AuditTool:
    added = AuditTool(key=tool.key, version=tool.version, title=tool.title, sections=tool.to_json())
    session.add(added)
    session.flush()
    return added
