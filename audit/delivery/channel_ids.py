"""A channel's new id: Slack gives a private channel another for good when somebody begins to share it outside.

Under its old id Slack no longer finds it.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.delivery import channels, slack_conditions
from storage.cycles import Cycle, CycleArea
from storage.messages import Message
from storage.people import Channel
from storage.slack_conditions import SlackCondition
from storage.types import LOCK

_OF_OTHERS = (Cycle.sub_group_channel, CycleArea.channel, Message.channel, Message.posted_channel)
"""The columns with channels' ids in rows that aren't about a channel."""


def is_stored(session: Session, channel: str) -> bool:
    """Whether anything is stored under a channel's id."""
    return any(session.scalar(select(each).where(each == channel).limit(1)) for each in (Channel.channel, *_OF_OTHERS))


def change(session: Session, old: str, new: str) -> None:
    """Store a channel's new id in place of its old one.

    What was set aside for it is tried again, and Slack is asked about it soon.
    """
    row = channels.locked_row(session, old)
    known = session.scalar(select(Channel).where(Channel.channel == new).with_for_update(**LOCK))
    if known is not None:  # somebody chose it by its new id before this was known
        slack_conditions.end(session, SlackCondition.channel == old)
        session.delete(row)
        row = known
    row.channel, row.checked_at = new, None
    for each in _OF_OTHERS:
        session.execute(update(each.class_).where(each == old).values({each: new}))
    slack_conditions.change_channel(session, old, new)
    session.flush()
    slack_conditions.resume(session, new)
    channels.look_soon(session, new)
    trail.record(session, None, "channel.change_id", subject_id=row.id, detail=f"{old} {new}")
