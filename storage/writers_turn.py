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
        self._file = _File(path)
        self._guard = Lock()
        self._line: deque[Lock] = deque()
        """A closed lock for the thread whose turn it is, and for each that waits behind it."""

    @property
    def waiting(self) -> int:
        """How many threads of this process wait behind the one that has the turn."""
        return max(0, len(self._line) - 1)

    @contextmanager
    def taken(self, until: float) -> Iterator[None]:
        """Wait for the turn, and have it while the block runs; Busy once `until` (time.monotonic) has come."""
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


class _File:
    """The lock between processes, which one thread of this process at a time asks for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left: _Waiting | None = None
        """Who still waits for somebody who gave up: while others keep the lock, there is one of them and no more."""

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Have the lock while the block runs; Busy if it doesn't come by then, or the file can't be opened."""
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
        except OSError as error:  # the disk is full, say, or as many files are open as may be
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
    """Waits for the lock in somebody's stead, since flock can't give up; lets it go at once if they have given up."""

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
        """Whether it has ended by then."""
        self.join(max(0.0, until - time.monotonic()))
        return not self.is_alive()

    def has_it(self, until: float) -> bool:
        """Whether the lock has come by then; if not, nobody wants it any more."""
        self.over(until)
        with self._guard:
            self._wanted = self._came
            return self._came
