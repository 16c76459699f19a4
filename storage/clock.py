"""The product's now: what due dates and words go by. It can be moved, but only in the sandbox."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
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
        if self.moved_by is None:
            return timedelta()
        try:
            found = self.moved_by.stat()
        except (FileNotFoundError, NotADirectoryError):
            return timedelta()
        return _written(self.moved_by, found.st_ino, found.st_mtime_ns)

    def move_to(self, moment: datetime) -> None:
        """From now on, now is `moment`; ValueError if this clock isn't one that can be moved."""
        if self.moved_by is None:
            raise ValueError("this clock can't be moved: set CLOCK_FILE, in a sandbox only")
        beside = self.moved_by.with_suffix(".new")
        beside.write_text(str((moment - wall()).total_seconds()))
        beside.replace(self.moved_by)
        _written.cache_clear()  # however soon after another move


@lru_cache(maxsize=8)
def _written(file: Path, _inode: int, _changed_at: int) -> timedelta:
    """What stands in a clock's file, read once: now is asked for many times in a request."""
    return timedelta(seconds=float(file.read_text()))


def now(session: Session) -> datetime:
    """The product's now, as everything in this session goes by it."""
    clock = session.info["clock"]
    assert isinstance(clock, Clock)  # noqa: S101  # storage.engine puts it there
    return clock.now()


def wall() -> datetime:
    """Wall time, UTC: what retries, rates and Slack's own timestamps go by, wherever the product's now stands."""
    return datetime.now(UTC)
