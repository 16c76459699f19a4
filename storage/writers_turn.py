"""A fair queue of writers on SQLite: SQLite's own lock is polled, and latecomers overtake; here all wait in order."""

import fcntl
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread


class Busy(Exception):
    """The database wasn't available in time; nothing was changed."""


class Turn:
    """The right to write to a database, given to this process's threads in order, and to one process at a time.

    Waiting behind threads of the same process costs nothing. Processes wait for each other on a file lock, which the
    kernel grants in order, and on which only one thread of each process waits.
    """

    def __init__(self, path: Path) -> None:
        """`path`: the lock's file, which is created if missing."""
        self._path = path
        self._file = _File(path)
        self._guard = Lock()
        self._line: deque[Lock] = deque()
        """A closed lock for the thread that has the turn and for each thread waiting behind it, in order."""

    @property
    def waiting(self) -> int:
        """The number of this process's threads that wait behind the one that has the turn."""
        return max(0, len(self._line) - 1)

    @contextmanager
    def taken(self, until: float) -> Iterator[None]:
        """Wait for the turn and hold it during the block; Busy if it hasn't come by `until` (time.monotonic)."""
        self._come(until)
        try:
            with self._file.held(until):
                yield
        finally:
            self._go()

    def _come(self, until: float) -> None:
        mine = Lock()
        with self._guard:
            self._line.append(mine)
            if len(self._line) > 1:
                mine.acquire()  # the thread in front will release it
        if not mine.acquire(timeout=max(0.0, until - time.monotonic())):
            with self._guard:
                first = self._line[0] is mine  # the turn came just after the timeout
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


class _File:
    """The lock between processes, for which one thread of this process asks at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left: _Waiting | None = None
        """The thread still waiting for a caller that gave up: at most one, however long others keep the lock."""

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Hold the lock during the block; Busy if it doesn't come by `until`, or the file can't be opened."""
        handle = self._locked(until)
        try:
            yield
        finally:
            os.close(handle)

    def _locked(self, until: float) -> int:
        if self._left is not None and not self._left.over(until):
            raise Busy
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:  # the disk is full, say, or too many files are open
            raise Busy from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._left = _Waiting(handle)
            self._left.start()
            if not self._left.has_it(until):
                raise Busy from None
        self._left = None
        return handle


class _Waiting(Thread):
    """Waits for the lock on behalf of a thread that may give up, as flock can't; then the lock is released at once."""

    def __init__(self, handle: int) -> None:
        super().__init__(daemon=True)
        self._handle, self._guard = handle, Lock()
        self._wanted, self._came = True, False

    def run(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        with self._guard:
            self._came = True
            if not self._wanted:
                os.close(self._handle)

    def over(self, until: float) -> bool:
        """Whether the waiting has ended by `until`."""
        self.join(max(0.0, until - time.monotonic()))
        return not self.is_alive()

    def has_it(self, until: float) -> bool:
        """Whether the lock has come by `until`; if not, it is released as soon as it comes."""
        self.over(until)
        with self._guard:
            self._wanted = self._came
            return self._came
