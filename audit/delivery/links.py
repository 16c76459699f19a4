"""Addresses that open a message in Slack."""

from urllib.parse import urlencode

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.cycles import Cycle
from storage.messages import Message, MessageKind, MessageState
from storage.people import Workspace
from storage.types import plain_rows

_OPEN = "https://slack.com/app_redirect?"


_SUMMARIES = (
    select(Message.subject_id, Workspace.team_id, Message.posted_channel, Message.ts)
    .join(Cycle, Cycle.id == Message.cycle_id)
    .join(Workspace, Workspace.id == Cycle.workspace_id)
    .where(
        Message.cycle_id == bindparam("cycle_id"),
        Message.kind == MessageKind.SUMMARY,
        Message.state == MessageState.LIVE,
        Message.ts.is_not(None),
    )
)


def summaries(session: Session, cycle_id: str) -> dict[str, str]:
    """Case id -> the address of its summary, for summaries that are in Slack."""
    posted = plain_rows(session, _SUMMARIES, {"cycle_id": cycle_id})
    return {case_id: address(team_id, channel, ts) for case_id, team_id, channel, ts in posted}


def address(team_id: str, channel: str | None, ts: str | None) -> str:
    """The address of a message. Slack documents team and channel; it ignores parameters that it doesn't know."""
    return _OPEN + urlencode({"team": team_id, "channel": channel or "", "message_ts": ts or ""})
