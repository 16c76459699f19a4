"""What is the matter with the Slack workspace: a channel, somebody who takes part, the app's token."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held
from storage.types import Base, Id, index_of, owned_by

STANDING = text("over_at IS NULL")


class SlackConditionKind(StrEnum):
    """What can be the matter."""

    REFUSED = "refused"  # Slack doesn't take the app's token
    ARCHIVED = "archived"  # a channel is archived
    PUBLIC = "public"  # everybody can read it
    OUT = "out"  # the app isn't in it
    SHARED = "shared"  # another organisation reads it, and nobody has allowed that
    UNSEEN = "unseen"  # Slack doesn't show it to the app
    GONE = "gone"  # somebody no longer has a Slack account
    LOST = "lost"  # Slack doesn't show somebody to the app
    CROWDED = "crowded"  # Slack counts more connections of the app than this deployment has


class SlackCondition(Base):
    """Something in Slack that people should know, from `found_at` until `over_at` (by the product's clock).

    `key` says what it is about: of one key only one stands at a time. `channel`: Slack's id, `person_id`: who; both are
    null for the token, of which `said` is Slack's refusal in a sentence and `tried_at` when it was last tried (wall),
    and for the connections, of which `said` is in a sentence how many there are, and `tried_at` when Slack said so.
    Of a channel's that is over, `said` says that another took its place.
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
