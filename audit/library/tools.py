"""The audit tools that are there: those that come with the product, and those that a board brought."""

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.bounds import safe_name
from audit.errors import NotFound
from audit.library import shipped
from audit.library.default import TOOLS
from audit.library.from_xlsform import Read
from audit.pasted import plain
from audit.people.agencies import everything, take_turns
from audit.tools import Tool
from storage.cycles import AuditTool

VERB = "tool.store"
_GONE = "There is no such version of the tool any more. Close this and look at it again."


@dataclass(frozen=True)
class FoundTool:
    """A tool that a workbook holds and that isn't stored yet. `before`: the newest version of its key, if there is one.

    `remarks`: what in the workbook makes no difference here, or names nobody, as sentences.
    """

    tool: Tool
    remarks: tuple[str, ...]
    before: Tool | None

    @property
    def version(self) -> int:
        """The newest version's number; 0 if there is none."""
        return self.before.version if self.before is not None else 0

    @property
    def same(self) -> bool:
        """Whether storing it changes nothing."""
        return self.before is not None and replace(self.before, version=self.tool.version) == self.tool


def offered(session: Session) -> dict[str, str]:
    """The title of each tool that a cycle can choose, by its key, the product's own first."""
    brought = session.execute(select(AuditTool.key, AuditTool.title).order_by(AuditTool.key, AuditTool.version))
    titles = {tool.key: tool.title for tool in TOOLS.values()} | shipped.TITLES
    titles |= {key: title for key, title in brought if title}
    return titles


def mark(key: str) -> str:
    """What a button says that stands for the tool of that key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def mark_of_version(tool: Tool) -> str:
    """20 hexadecimal digits that stand for this version of a tool."""
    return f"{mark(tool.key)[:16]}{tool.version:04x}"


def of_mark(session: Session, version_mark: str) -> Tool:
    """The version of a tool that such digits stand for; NotFound."""
    key = next((key for key in offered(session) if mark(key)[:16] == version_mark[:16]), "")
    newest_one = newest(session, key)
    try:
        version = int(version_mark[16:], 16)
    except ValueError:
        raise NotFound(_GONE) from None
    row = session.scalar(select(AuditTool).where(AuditTool.key == key, AuditTool.version == version))
    tool = newest_one if newest_one.version == version else Tool.stored(row) if row else None
    if tool is None:
        raise NotFound(_GONE)
    return tool


def require(who: Actor) -> None:
    """NotAllowed, recorded, for anybody who can't bring a tool."""
    require_coordinator(who, VERB)


def newest_offered(session: Session, who: Actor) -> tuple[Tool, ...]:
    """The tools that a cycle can choose, for a coordinator."""
    require(who)
    rows = session.scalars(select(AuditTool).order_by(AuditTool.key, AuditTool.version))
    stored = {row.key: row for row in rows}
    return tuple(Tool.stored(stored[key]) if key in stored else newest(session, key) for key in offered(session))


def marked(session: Session, who: Actor, button: str) -> Tool:
    """The newest version of the tool that a `button` stands for, for a coordinator; NotFound."""
    require(who)
    key = next((key for key in offered(session) if mark(key) == button), "")
    return newest(session, key)


def look(session: Session, who: Actor, read: Read) -> FoundTool:
    """What a workbook that a coordinator brought would become."""
    require(who)
    return looked(session, read)


def looked(session: Session, read: Read) -> FoundTool:
    """What a workbook would become."""
    known = {plain(each.label) for each in everything(session).agencies}
    named = {label for part in read.tool.parts for label in part.agencies if plain(label) not in known}
    strange = (f"No agency is called “{safe_name(label)}”: nobody is asked what only it is asked." for label in named)
    return FoundTool(read.tool, (*read.remarks, *sorted(strange)), _before(session, read.tool))


def _before(session: Session, tool: Tool) -> Tool | None:
    return newest(session, tool.key) if tool.key in offered(session) else None


def bring(session: Session, who: Actor, read: Read, seen: int) -> FoundTool:
    """Store what a coordinator brought and saw, `seen` being the newest version of its key then; 0: there was none.

    How it stands now: not as the `same` if somebody was first, so that it is to be looked at again.
    """
    require(who)
    take_turns(session)
    if looked(session, read).version == seen:
        store(session, who, read.tool)
    return looked(session, read)


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
    same = select(AuditTool).where(AuditTool.key == tool.key, AuditTool.version == tool.version)
    stored = session.scalar(same)
    if stored is None:
        take_turns(session)
        stored = session.scalar(same)
    return stored or _add(session, tool)


def store(session: Session, who: Actor | None, tool: Tool) -> Tool:
    """Store a tool as the next version of its key; what is the same as the newest version is that version."""
    take_turns(session)
    known = _before(session, tool)
    if known is not None and FoundTool(tool, (), known).same:
        return known
    added = replace(tool, version=known.version + 1 if known else 1)
    trail.record(session, who, "tool.store", subject_id=_add(session, added).id, detail=f"{added.key} {added.version}")
    return added


def _add(session: Session, tool: Tool) -> AuditTool:
    added = AuditTool(key=tool.key, version=tool.version, title=tool.title, sections=tool.to_json())
    session.add(added)
    session.flush()
    return added
