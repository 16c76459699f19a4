"""The columns that everything outside the database has in common: how far it is behind, and its current attempt."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage.holds import Holds, held


class Following:
    """Columns of a row that represents something outside: a message in Slack, a Google Sheet.

    `wanted` rises when the database changes; `delivered` is the value of `wanted` that is shown outside. `claim` is the
    name of the newest attempt until that has ended. After a failure, `error` says in a sentence what it was, and the
    `attempt`-th attempt waits until `next_try_at` (wall time).
    """

    wanted: Mapped[int] = mapped_column(default=1)
    delivered: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claim: Mapped[str | None] = held(Holds.OURS, 80, index=True)
    error: Mapped[str | None] = held(Holds.OURS, 300)
