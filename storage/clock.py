"""The product's now: what due dates and words go by. It can be moved, but only in the sandbox."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Clock:
    """Wall time, plus the seconds written in `moved_by` where such a file is given.

    A file, since several processes go by it and it must survive their restart.
    """

    moved_by: Path | None = None

    def now(self) -> datetime:
        """The product's now, UTC."""
        return wall() + self.offset()

    def offset(self) -> timedelta:
        """How far ahead of wall time this clock is."""
        if self.moved_by is None or not self.moved_by.exists():
            return timedelta()
        return timedelta(seconds=float(self.moved_by.read_text()))

    def move_to(self, moment: datetime) -> None:
        """From now on, now is `moment`; ValueError if this clock isn't one that can be moved."""
        if self.moved_by is None:
            raise ValueError("this clock can't be moved: set CLOCK_FILE, in a sandbox only")
        beside = self.moved_by.with_suffix(".new")
        beside.write_text(str((moment - wall()).total_seconds()))
        beside.replace(self.moved_by)


def now(session: Session) -> datetime:
    """The product's now, as everything in this session goes by it."""
    clock = session.info["clock"]
    assert isinstance(clock, Clock)  # noqa: S101  # storage.engine puts it there
    return clock.now()


def wall() -> datetime:
    """Wall time, UTC: what retries, rates and Slack's own timestamps go by, wherever the product's now stands."""
    return datetime.now(UTC)
