"""That there is a connection to Slack, and how often it was made anew."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.types import Base

SLACK = "slack"
"""The key of the row for all processes."""


class Connection(Base):
    """How Slack is reached in Socket Mode: a row for all processes, and one for each web process. Times are wall time.

    `since`: from when on is counted; `again`: how often a connection was opened in the place of another, the last time
    at `again_at`; `seen_at`: when there last was one. The row of a process that has ended is removed by the others.
    """

    __tablename__ = "connections"
    __holds__ = RowHolding(Kept.WORK, Seen.COORDINATORS)
    to: Mapped[str] = held(Holds.OURS, 10, primary_key=True)
    since: Mapped[datetime]
    again: Mapped[int]
    again_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
