"""A writer's turn on SQLite, whose own wait polls and lets latecomers overtake: whoever waits is served in order."""

import fcntl
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread


class Busy(Exception):
    """The database couldn't be had in time; nothing was changed."""


class Turn:
    """The right to write to a database, for the threads of this process in line, and for one process at a time.

    A thread that waits for its own process' threads costs nothing. Processes wait for each other at a file, where the
    kernel serves them in order, and where only one thread of each is.
    """

    def __init__(self, path: Path) -> None:
        """`path`: the file; it may be missing."""
        self._path = path
        self._guard = Lock()
        self._line: deque[Lock] = deque()
        """A closed lock for the thread whose turn it is, and for each that waits behind it."""

    @property
    def waiting(self) -> int:
        """How many threads of this process wait behind the one that has it."""
        return max(0, len(self._line) - 1)

    @contextmanager
    def taken(self, until: float) -> Iterator[None]:
        """Wait for it, and have it while the block runs; Busy once `until` (time.monotonic) has come."""
        self._come(until)
        try:
            with _file(self._path, until):
                yield
        finally:
            self._go()

    def _come(self, until: float) -> None:
        mine = Lock()
        with self._guard:
            self._line.append(mine)
            if len(self._line) > 1:
                mine.acquire()  # whoever is in front opens it
        if not mine.acquire(timeout=max(0.0, until - time.monotonic())):
            with self._guard:
                first = self._line[0] is mine  # it came in this very moment
                if not first:
                    self._line.remove(mine)
            if first:
                self._go()
            raise Busy

    def _go(self) -> None:
        with self._guard:
            self._line.popleft()
            if self._line:
                self._line[0].release()


@contextmanager
def _file(path: Path, until: float) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(handle, until):
            raise Busy
        yield
    finally:
        os.close(handle)


def _locked(handle: int, until: float) -> bool:
    """Whether the lock could be had in time. flock itself can't give up, so a thread does the waiting.

    When we give up, the file is closed while that thread still waits: as soon as it gets the lock, the kernel drops
    file and lock together, since nobody else has the file open.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting = Thread(target=fcntl.flock, args=(handle, fcntl.LOCK_EX), daemon=True)
        waiting.start()
        waiting.join(max(0.0, until - time.monotonic()))
        return not waiting.is_alive()
    return True
