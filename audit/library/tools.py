"""The available audit tools: the product's own, and those that a board brought."""

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
from audit.pasted import comparable_name
from audit.people.agencies import everything, take_turns
from audit.tools import Tool
from storage.cycles import AuditTool

VERB = "tool.store"
_GONE = "There is no such version of the tool any more. Close this and look at it again."


@dataclass(frozen=True)
class ToolCandidate:
    """A tool from a workbook that isn't stored yet. `before`: the newest version of its key, or None.

    `remarks`: sentences about what in the workbook has no effect, or names an unknown agency. `languages`, `language`:
    as in from_xlsform.Read.
    """

    tool: Tool
    remarks: tuple[str, ...]
    before: Tool | None
    languages: tuple[str, ...] = ()
    language: str = ""

    @property
    def version(self) -> int:
        """The newest version's number; 0 if there is none."""
        return self.before.version if self.before is not None else 0

    @property
    def same(self) -> bool:
        """Whether storing the tool would change nothing."""
        return self.before is not None and replace(self.before, version=self.tool.version) == self.tool


def offered(session: Session) -> dict[str, str]:
    """Key -> title of each tool that a cycle can choose, the product's own first."""
    brought = session.execute(select(AuditTool.key, AuditTool.title).order_by(AuditTool.key, AuditTool.version))
    titles = {tool.key: tool.title for tool in TOOLS.values()} | shipped.TITLES
    titles |= {key: title for key, title in brought if title}
    return titles


def mark(key: str) -> str:
    """The value of a button that names the tool with this key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def mark_of_version(tool: Tool) -> str:
    """20 hexadecimal digits that identify this version of a tool."""
    return f"{mark(tool.key)[:16]}{tool.version:04x}"


def of_mark(session: Session, version_mark: str) -> Tool:
    """The version of a tool that `mark_of_version` identifies. NotFound if it doesn't exist."""
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
    """NotAllowed for anybody but coordinators."""
    require_coordinator(who, VERB)


def newest_offered(session: Session, who: Actor) -> tuple[Tool, ...]:
    """The newest version of each tool that a cycle can choose, for a coordinator."""
    require(who)
    rows = session.scalars(select(AuditTool).order_by(AuditTool.key, AuditTool.version))
    stored = {row.key: row for row in rows}
    return tuple(Tool.stored(stored[key]) if key in stored else newest(session, key) for key in offered(session))


def marked(session: Session, who: Actor, button: str) -> Tool:
    """The newest version of the tool that a `button` names, for a coordinator. NotFound if it doesn't exist."""
    require(who)
    key = next((key for key in offered(session) if mark(key) == button), "")
    return newest(session, key)


def preview(session: Session, who: Actor, read: Read) -> ToolCandidate:
    """What a workbook would be stored as, for the coordinator who brought it."""
    require(who)
    return candidate(session, read)


def candidate(session: Session, read: Read) -> ToolCandidate:
    """What a workbook would be stored as."""
    known = {comparable_name(each.label) for each in everything(session).agencies}
    named = {label for part in read.tool.parts for label in part.agencies if comparable_name(label) not in known}
    strange = (f"No agency is called “{safe_name(label)}”: nobody is asked what only it is asked." for label in named)
    remarks, before = (*read.remarks, *sorted(strange)), _before(session, read.tool)
    return ToolCandidate(read.tool, remarks, before, read.languages, read.language)


def _before(session: Session, tool: Tool) -> Tool | None:
    return newest(session, tool.key) if tool.key in offered(session) else None


def bring(session: Session, who: Actor, read: Read, seen: int) -> ToolCandidate:
    """Store what a coordinator brought, if the newest version is still `seen` (0: none), the one they were shown.

    Returns the new state. It isn't the `same` if somebody else stored a version first, so that it must be looked at
    again.
    """
    require(who)
    take_turns(session)
    if candidate(session, read).version == seen:
        store(session, who, read.tool)
    return candidate(session, read)


def newest(session: Session, key: str) -> Tool:
    """The newest version of a tool. NotFound if there is none."""
    row = session.scalar(select(AuditTool).where(AuditTool.key == key).order_by(AuditTool.version.desc()).limit(1))
    if row is not None:
        return Tool.stored(row)
    if key in shipped.TITLES:
        return shipped.tool(key)
    versions = [tool for tool in TOOLS.values() if tool.key == key]
    if not versions:
        raise NotFound(f"There is no audit tool “{key}”.")
    return max(versions, key=lambda tool: tool.version)


def row(session: Session, key: str) -> AuditTool:
    """The row of a tool's newest version. One of the product's own tools is stored first if necessary. NotFound."""
    tool = newest(session, key)
    same = select(AuditTool).where(AuditTool.key == tool.key, AuditTool.version == tool.version)
    stored = session.scalar(same)
    if stored is None:
        take_turns(session)
        stored = session.scalar(same)
    return stored or _add(session, tool)


def store(session: Session, who: Actor | None, tool: Tool) -> Tool:
    """Store a tool as the next version of its key. If it equals the newest version, return that one."""
    take_turns(session)
    known = _before(session, tool)
    if known is not None and ToolCandidate(tool, (), known).same:
        return known
    added = replace(tool, version=known.version + 1 if known else 1)
    trail.record(session, who, "tool.store", subject_id=_add(session, added).id, detail=f"{added.key} {added.version}")
    return added


def _add(session: Session, tool: Tool) -> AuditTool:
    added = AuditTool(key=tool.key, version=tool.version, title=tool.title, sections=tool.to_json())
    session.add(added)
    session.flush()
    return added
