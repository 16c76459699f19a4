"""The audit tools that are there: those that come with the product, and those that a board brought."""

import hashlib
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import NotFound
from audit.library import shipped
from audit.library.default import TOOLS
from audit.tools import Tool
from storage.cycles import AuditTool

VERB = "tool.store"
MOST = 100
"""Tools in a menu."""


def offered(session: Session) -> dict[str, str]:
    """The title of each tool that a cycle can choose, by its key, the product's own first."""
    brought = session.execute(select(AuditTool.key, AuditTool.title).order_by(AuditTool.key, AuditTool.version))
    titles = {tool.key: tool.title for tool in TOOLS.values()} | shipped.TITLES
    titles |= {key: title for key, title in brought if title}
    return dict([*titles.items()][:MOST])


def mark(key: str) -> str:
    """What a button says that stands for the tool of that key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def require(who: Actor) -> None:
    """NotAllowed, recorded, for anybody who can't bring a tool."""
    require_coordinator(who, VERB)


def listed(session: Session, who: Actor) -> tuple[Tool, ...]:
    """The tools that a cycle can choose, for a coordinator."""
    require(who)
    return tuple(newest(session, key) for key in offered(session))


def shown(session: Session, who: Actor, marked: str) -> Tool:
    """The newest version of the tool that is `marked` so, for a coordinator; NotFound."""
    require(who)
    key = next((key for key in offered(session) if mark(key) == marked), "")
    return newest(session, key)


def bring(session: Session, who: Actor, tool: Tool) -> Tool:
    """Store a tool that a coordinator brought, as `store` does."""
    require(who)
    return store(session, who, tool)


def newest(session: Session, key: str) -> Tool:
    """The newest version of a tool; NotFound."""
    row = session.scalar(select(AuditTool).where(AuditTool.key == key).order_by(AuditTool.version.desc()).limit(1))
    if row is not None:
        return Tool.stored(row)
    if key in shipped.TITLES:
        return shipped.tool(key)
    found = [tool for tool in TOOLS.values() if tool.key == key]
    if not found:
        raise NotFound(f"There is no audit tool “{key}”.")
    return max(found, key=lambda tool: tool.version)


def row(session: Session, key: str) -> AuditTool:
    """The newest version of a tool as it is stored, stored now if it is one of the product's; NotFound."""
    tool = newest(session, key)
    stored = session.scalar(select(AuditTool).where(AuditTool.key == tool.key, AuditTool.version == tool.version))
    return stored or _add(session, tool)


def store(session: Session, who: Actor | None, tool: Tool) -> Tool:
    """Store a tool as the next version of its key; what is the same as the newest version is that version."""
    known = newest(session, tool.key) if tool.key in offered(session) else None
    if known is not None and replace(known, version=tool.version) == tool:
        return known
    added = replace(tool, version=known.version + 1 if known else 1)
    trail.record(session, who, "tool.store", subject_id=_add(session, added).id, detail=f"{added.key} {added.version}")
    return added


def _add(session: Session, tool: Tool) -> AuditTool:
    added = AuditTool(key=tool.key, version=tool.version, title=tool.title, sections=tool.to_json())
    session.add(added)
    session.flush()
    return added
