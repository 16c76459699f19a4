"""What is wrong in the Slack workspace: with a channel, with a person who takes part, with the app's token."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, index_of, owned_by

STANDING = text("over_at IS NULL")


class SlackConditionKind(StrEnum):
    """What can be wrong."""

    REFUSED = "refused"  # Slack doesn't accept the app's token
    ARCHIVED = "archived"  # a channel is archived
    PUBLIC = "public"  # everybody can read a channel
    OUT = "out"  # the app isn't in a channel
    SHARED = "shared"  # another organisation reads a channel, and nobody has allowed that
    UNSEEN = "unseen"  # Slack doesn't show a channel to the app
    GONE = "gone"  # a person no longer has a Slack account
    LOST = "lost"  # Slack doesn't show a person to the app
    CROWDED = "crowded"  # Slack counts more connections of the app than this deployment has


class SlackCondition(Base):
    """Something in Slack that people should know, from `found_at` until `over_at` (by the product's clock).

    `key` identifies what it is about; at most one condition per key is open at a time. `channel` is Slack's id,
    `person_id` the person; both are null for the token and for the connections. For the token, `said` is Slack's
    refusal in a sentence and `tried_at` when it was last tried (wall time). For the connections, `said` gives their
    number in a sentence and `tried_at` is when Slack reported it. For a channel's condition that is over, `said` says
    if another took its place.
    """

    __tablename__ = "slack_conditions"
    __holds__ = RowHolding(Kept.PEOPLE, Seen.COORDINATORS, Exports.PERSON)
    __table_args__ = (index_of(STANDING.text, "uq_slack_conditions_standing", "key", unique=True),)
    id: Mapped[Id]
    key: Mapped[str] = held(Holds.ROW, 60)
    kind: Mapped[str] = held(Holds.CHOICE, 20)
    channel: Mapped[str | None] = held(Holds.ACCOUNT, 32)
    person_id: Mapped[str | None] = owned_by("people", nullable=True)
    said: Mapped[str | None] = held(Holds.OURS, 300)
    found_at: Mapped[datetime]
    over_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
