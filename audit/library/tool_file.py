"""An audit tool as a workbook for the coordinator who asks: to be changed and uploaded again."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.delivery import ledger
from audit.errors import NotFound, Refused
from audit.library import tools
from audit.tools import Tool
from storage.clock import now
from storage.cycles import AuditTool, Cycle
from storage.messages import MessageKind

_NO_AUDIT = (
    "A file comes with the messages of an audit, and there is none yet: press New audit on Home first. What you plan"
    " there can be changed until the audit opens."
)


def ask(session: Session, who: Actor, button: str) -> Tool:
    """Send the newest version of a tool as a workbook, by direct message: one per minute at most.

    The message belongs to the newest audit, whichever tool that asks. Refused if there is no audit.
    """
    tool = tools.marked(session, who, button)
    cycle_id = session.scalar(select(Cycle.id).order_by(Cycle.number.desc()).limit(1))
    if cycle_id is None:
        raise Refused(_NO_AUDIT)
    tool_id = tools.row(session, tool.key).id
    key = f"{MessageKind.TOOL_FILE}:{tool_id}:{who.person_id}:{now(session).isoformat(timespec='minutes')}"
    ledger.insert(session, MessageKind.TOOL_FILE, cycle_id, tool_id, person_id=who.person_id, key=key)
    return tool


def wanted(session: Session, who: Actor, tool_id: str) -> Tool:
    """The version of a tool for the file, for a coordinator. NotFound if there is none."""
    tools.require(who)
    row = session.get(AuditTool, tool_id)
    if row is None:
        raise NotFound("There is no such audit tool any more.")
    return Tool.stored(row)
