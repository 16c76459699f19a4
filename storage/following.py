"""What everything outside that must follow the database has in common: how far behind it is, and who is at it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, held


class Following:
    """Columns of a row that stands for something outside (a message in Slack, a Google Sheet).

    `wanted` rises when the database changed; `delivered` is the `wanted` that stands outside. `claim` is the name of
    the newest attempt, until that has ended. After trouble, `error` says what it was in a sentence, and the
    `attempt`-th attempt waits until `next_try_at` (wall time).
    """

    wanted: Mapped[int] = mapped_column(default=1)
    delivered: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claim: Mapped[str | None] = held(Holds.OURS, 80, index=True)
    error: Mapped[str | None] = held(Holds.OURS, 300)
