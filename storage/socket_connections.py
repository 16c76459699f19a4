"""The connections to Slack: whether there is one, and how often it was renewed."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.types import Base

SLACK = "slack"
"""The key of the row for all processes."""


class Connection(Base):
    """The state of the connection to Slack in Socket Mode: a row for all processes, and one for each web process.

    Times are wall time. `since`: when counting began. `again`: how often a connection was opened to replace another,
    most recently at `again_at`. `seen_at`: when there last was a connection. A process removes its row when it
    ends; the others remove that of one that was killed.
    """

    __tablename__ = "connections"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    to: Mapped[str] = held(Holds.OURS, 10, primary_key=True)
    since: Mapped[datetime]
    again: Mapped[int]
    again_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
