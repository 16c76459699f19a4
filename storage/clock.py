"""The product's now, which due dates and texts go by. It can be moved, but only in the sandbox."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Clock:
    """Wall time, plus the seconds written in the file `moved_by`, if one is given.

    It is a file because several processes share it and it must survive their restart.
    """

    moved_by: Path | None = None

    def now(self) -> datetime:
        """The product's now, UTC."""
        return wall() + self.offset()

    def offset(self) -> timedelta:
        """How far ahead of wall time this clock is."""
        if self.moved_by is None:
            return timedelta()
        try:
            status = self.moved_by.stat()
        except (FileNotFoundError, NotADirectoryError):
            return timedelta()
        return _written(self.moved_by, status.st_ino, status.st_mtime_ns)

    def move_to(self, moment: datetime) -> None:
        """Make `moment` the current time; ValueError if this clock can't be moved."""
        if self.moved_by is None:
            raise ValueError("this clock can't be moved: set CLOCK_FILE, in a sandbox only")
        beside = self.moved_by.with_suffix(".new")
        beside.write_text(str((moment - wall()).total_seconds()))
        beside.replace(self.moved_by)
        _written.cache_clear()  # two moves may share a time of change


@lru_cache(maxsize=8)
def _written(file: Path, _inode: int, _changed_at: int) -> timedelta:
    """The offset in a clock's file, cached: the time is asked for many times in a request."""
    return timedelta(seconds=float(file.read_text()))


def now(session: Session) -> datetime:
    """The product's now, by this session's clock."""
    clock = session.info["clock"]
    assert isinstance(clock, Clock)  # noqa: S101  # storage.engine puts it there
    return clock.now()


def wall() -> datetime:
    """Wall time, UTC: for retries, rates and Slack's own timestamps, however far the product's now was moved."""
    return datetime.now(UTC)
