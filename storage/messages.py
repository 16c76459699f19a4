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
    """What a message is about; its content is built from the database at every delivery."""

    REQUEST = "request"
    SUMMARY = "summary"
    TALLY = "tally"
    DRIFT = "drift"  # what people changed in the sheet: one digest a day
    SHEET_STOPPED = "sheet_stopped"  # the sheet can't be drawn until a person acts
    SHEET_CONDITION = "sheet_condition"  # something about the sheet's file that coordinators should know
    CHANNEL_CONDITION = "channel_condition"  # nothing can be posted in a channel until a person acts
    PERSON_CONDITION = "person_condition"  # somebody who held roles has left Slack
    SHEET_FILE = "sheet_file"  # the sheet as a workbook, to the person who asked for it
    TOOL_FILE = "tool_file"  # an audit tool as a workbook, to the person who asked for it
    MATRIX = "matrix"  # case by agency, through the whole cycle
    REMINDER = "reminder"  # to one person who hasn't answered
    DIGEST = "digest"  # what coordinators should know that day
    PROMPT = "prompt"  # in a channel, for people to whom the app can't write
    IMMEDIATE = "immediate"  # a return says that something must happen now
    IMMEDIATE_DUE = "immediate_due"  # an immediate action is due and not closed yet
    IMMEDIATE_RAISED = "immediate_raised"  # progress of an immediate action, to the person who raised it
    DECLINE = "decline"  # an agency asks to be excused from answering
    HANDOVER = "handover"  # a return was handed to an auditor, or given back to be signed off
    COVER = "cover"  # a person stands in for a lead or deputy
    AGENDA = "agenda"  # what a meeting will discuss, for one area's channel
    CALENDAR = "calendar"  # a cycle's dates as a calendar file, to the person who asked for it
    PACK = "pack"  # a meeting's papers as a document, to the person who asked for it
    ACTION = "action"  # an action, to its owner
    ACTION_DUE = "action_due"  # an action is due and not done yet
    ACTIONS_DIGEST = "actions_digest"  # how the actions stand, once a month
    REPORT = "report"  # a document for the sub-group
    DRAFT_ENDS = "draft_ends"  # an unsent draft will be removed soon, to the person who typed it
    RETENTION_DUE = "retention_due"  # what is due to be removed, once a month, to coordinators
    SIGN_OFF = "sign_off"  # a version of the report awaits a person's sign-off
    SIGN_OFF_SAID = "sign_off_said"  # a partner's answer to it, to coordinators
    RELEASE = "release"  # what a publication would include and leave out, to the person who asked for it


class MessageState(StrEnum):
    """Whether a message is kept up to date, or was set aside because it can't be delivered.

    REMOVED: its retention period is over, and it is no longer in Slack.
    """

    LIVE = "live"
    SET_ASIDE = "set_aside"
    REMOVED = "removed"


LIVE: ColumnElement[str] = literal_column(f"'{MessageState.LIVE}'")
ASIDE: ColumnElement[str] = literal_column(f"'{MessageState.SET_ASIDE}'")
"""The states as SQL literals: a database uses a partial index only for a statement whose text has the index's
condition, which a bound parameter doesn't show."""


class Message(Following, Base):
    """A message that must be in Slack.

    Its content is built from the database at each delivery. `key` (such as "summary:<case>") makes it unique.
    `sheet_id`: the sheet that the message is about, if it reports people's edits or that the sheet stopped. `channel`
    is a Slack channel's id, or null for a DM to `person_id`. `intended_at` is set before the first post and cleared
    once its outcome is known: while it is set and `ts` is null, the message may or may not be in Slack. `posted_at` and
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
        """The metadata by which the message is found again in Slack: 32 hexadecimal digits, a hash of `key`.

        It isn't made of `id`, because a database restored from a backup gives the same message another id.
        """
        return hashlib.sha256(self.key.encode()).hexdigest()[:32]


TROUBLED = or_(Message.state == ASIDE, Message.error.is_not(None))
"""The condition that a message was set aside, or that its last attempt at delivery failed."""


class Upload(Base):
    """A picture or document in a message: a file in Slack, visible only to the app and in the message that shows it.

    `key` distinguishes it from the others of its message. `file_id` is known before the file exists, so that an upload
    whose outcome is unknown can be looked for; `uploaded_at` is set once a picture exists. Both times are wall time.
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
