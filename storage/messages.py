"""The message ledger: one row for everything that the bot posts, written before it is posted."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, UniqueConstraint, literal_column, or_
from sqlalchemy.orm import Mapped

from storage.following import Following
from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, index_of, owned_by


class MessageKind(StrEnum):
    """What a message tells; its content is drawn from the database whenever it is delivered."""

    REQUEST = "request"
    SUMMARY = "summary"
    TALLY = "tally"
    DRIFT = "drift"  # what people changed in the sheet: one digest a day
    SHEET_STOPPED = "sheet_stopped"  # the sheet can't be drawn until somebody does something about it
    SHEET_CONDITION = "sheet_condition"  # something about the sheet's file that coordinators should know
    CHANNEL_CONDITION = "channel_condition"  # nothing can be posted in a channel until somebody does something
    PERSON_CONDITION = "person_condition"  # somebody who held roles has left Slack
    SHEET_FILE = "sheet_file"  # the sheet as a workbook, to who asked for it
    MATRIX = "matrix"  # case by agency, through the whole cycle
    REMINDER = "reminder"  # to one person who hasn't answered
    DIGEST = "digest"  # what coordinators should know that day
    PROMPT = "prompt"  # in a channel, for people to whom the app can't write
    IMMEDIATE = "immediate"  # a return says that something must happen now
    IMMEDIATE_DUE = "immediate_due"  # and it isn't closed yet
    IMMEDIATE_RAISED = "immediate_raised"  # to who raised it: how it goes
    DECLINE = "decline"  # an agency asks not to answer
    HANDOVER = "handover"  # a return was handed to an auditor, or given back to be signed off
    COVER = "cover"  # somebody stands in for somebody
    AGENDA = "agenda"  # what a meeting will discuss, for one area's channel
    CALENDAR = "calendar"  # a cycle's dates as a file for a calendar, to who asked for it
    PACK = "pack"  # the same as a document, to who asked for it
    ACTION = "action"  # to who owns an action
    ACTION_DUE = "action_due"  # and it isn't done yet
    ACTIONS_DIGEST = "actions_digest"  # how the actions stand, once a month
    REPORT = "report"  # a document for the sub-group
    DRAFT_ENDS = "draft_ends"  # a draft that was never sent is removed soon, to who typed it
    RETENTION_DUE = "retention_due"  # what is due to be removed, once a month to coordinators
    SIGN_OFF = "sign_off"  # a version of the report awaits somebody's sign-off
    SIGN_OFF_SAID = "sign_off_said"  # what somebody said to it, to coordinators
    RELEASE = "release"  # what a publication would tell and leave out, to who asked for it


class MessageState(StrEnum):
    """Whether a message is to be kept up to date, or was set aside because it can't be delivered.

    Removed: its time was over, and it doesn't stand in Slack any more.
    """

    LIVE = "live"
    SET_ASIDE = "set_aside"
    REMOVED = "removed"


LIVE: ColumnElement[str] = literal_column(f"'{MessageState.LIVE}'")
ASIDE: ColumnElement[str] = literal_column(f"'{MessageState.SET_ASIDE}'")
"""The states, written out in a statement: a database uses an index of some rows only for a statement that says in its
text that it asks for those, and a parameter doesn't."""


class Message(Following, Base):
    """A message that must stand in Slack.

    Its content is drawn from the database at each delivery. `key` (such as "summary:<case>") lets it exist only once.
    `sheet_id`: of which sheet it tells what people did there, or that it stopped.
    `channel` is a Slack channel's id, or null for `person_id`'s DM. `intended_at` is set before a first post and
    cleared once its outcome is known: with `ts` still unknown, a post may or may not stand in Slack. `posted_at` and
    `updated_at` are when it was first posted and last changed there, by the product's clock.
    """

    __tablename__ = "messages"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS, Exports.CASE)
    __table_args__ = (
        index_of("delivered < wanted AND state = 'live'", "ix_messages_behind", "next_try_at"),
        index_of("ts IS NULL AND state = 'live'", "ix_messages_unposted", "channel", "created_at"),
        index_of("state = 'set_aside' OR error IS NOT NULL", "ix_messages_troubled", "created_at"),
        Index(None, "subject_id", "kind"),
        Index(None, "person_id", "kind", "subject_id"),
    )
    id: Mapped[Id]
    key: Mapped[str] = held(Holds.ROW, 100, unique=True)
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    cycle_id: Mapped[str] = owned_by("cycles")
    subject_id: Mapped[str] = held(Holds.ROW, 32)
    sheet_id: Mapped[str | None] = held(Holds.ROW, 32, of=("sheet_states",))
    channel: Mapped[str | None] = held(Holds.ACCOUNT, 32)
    person_id: Mapped[str | None] = owned_by("people", nullable=True, index=False)
    state: Mapped[str] = held(Holds.CHOICE, 20, default=MessageState.LIVE)
    intended_at: Mapped[datetime | None]
    posted_channel: Mapped[str | None] = held(Holds.ACCOUNT, 32)
    ts: Mapped[str | None] = held(Holds.ACCOUNT, 32)
    posted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    content_hash: Mapped[str | None] = held(Holds.HASH, 64)
    created_at: Mapped[datetime]

    @property
    def mark(self) -> str:
        """The metadata by which the message is found again in Slack: 32 hexadecimal digits, made of `key`.

        Not of `id`: a database that was put back from a backup gives the same message another id.
        """
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


TROUBLED = or_(Message.state == ASIDE, Message.error.is_not(None))
"""That a message was set aside, or couldn't be delivered when that was tried last."""


class Upload(Base):
    """A picture that a message shows: a file in Slack, which only the app sees but where the message shows it.

    `key` tells the picture from every other. `file_id` is known before the file is there, so that an upload whose end
    nobody saw can be looked for; `uploaded_at` is set once it is there. Both times are wall time.
    """

    __tablename__ = "uploads"
    __holds__ = RowHolding(Kept.WORK, Seen.NOBODY)
    __table_args__ = (UniqueConstraint("message_id", "key"),)
    id: Mapped[Id]
    message_id: Mapped[str] = owned_by("messages")
    key: Mapped[str] = held(Holds.HASH, 64)
    file_id: Mapped[str | None] = held(Holds.ACCOUNT, 32)
    begun_at: Mapped[datetime]
    uploaded_at: Mapped[datetime | None]
