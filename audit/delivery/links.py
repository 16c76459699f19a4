"""Where in Slack a message stands, as an address that opens there."""

from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cycles import Cycle
from storage.messages import Message, MessageKind, MessageState
from storage.people import Workspace

_OPEN = "https://slack.com/app_redirect?"


def summaries(session: Session, cycle_id: str) -> dict[str, str]:
    """Case's id -> the address of its summary, of those that stand in Slack."""
    team_id = session.scalars(select(Workspace.team_id).join(Cycle).where(Cycle.id == cycle_id)).one()
    posted = select(Message.subject_id, Message.posted_channel, Message.ts).where(
        Message.cycle_id == cycle_id,
        Message.kind == MessageKind.SUMMARY,
        Message.state == MessageState.LIVE,
        Message.ts.is_not(None),
    )
    return {case_id: address(team_id, channel, ts) for case_id, channel, ts in session.execute(posted)}


def address(team_id: str, channel: str | None, ts: str | None) -> str:
    """Where a message opens: Slack documents the team and the channel, and ignores what else it doesn't know."""
    return _OPEN + urlencode({"team": team_id, "channel": channel or "", "message_ts": ts or ""})
