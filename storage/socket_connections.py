"""That there is a connection to Slack, and how often it was made anew."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from storage.holds import Holds, Kept, Row, Seen, held
from storage.types import Base

SLACK = "slack"
"""The one row's key."""


class Connection(Base):
    """One row, if Slack is reached in Socket Mode. Times are wall time.

    `since`: from when on is counted; `again`: how often a process opened a connection in the place of another, the last
    time at `again_at`; `seen_at`: when a process last had one.
    """

    __tablename__ = "connections"
    __holds__ = Row(Kept.WORK, Seen.COORDINATORS)
    to: Mapped[str] = held(Holds.OURS, 10, primary_key=True)
    since: Mapped[datetime]
    again: Mapped[int]
    again_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
