"""Commits shared by short transactions on SQLite, where one connection writes at a time and waits for the disk.

The first thread to come leads: it waits for the turn to write, does the work of all threads that have come by then, and
commits it, while the next ones gather. docs/decisions/0086 says what that gains.
"""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Lock
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from storage.faults import fault
from storage.writers_turn import Busy

Result = TypeVar("Result")
Work = Callable[[Session], Any]
"""The work of one transaction. Another thread may run it, so it must not depend on its own thread."""
AMPLE = 0.5
"""The share of the patience that must be left for the leader to do other threads' work, too."""


class _Part:
    """One thread's work, until when (time.monotonic) it may be committed, and its outcome."""

    def __init__(self, work: Work, until: float) -> None:
        self.work, self.until = work, until
        self.called = Event()
        """Set when the part is over, or when its thread is the next to lead."""
        self.over = False
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self, connection: Connection, session_on: Callable[[Connection], Session]) -> None:
        """Do the work in a savepoint. It fails by itself unless SQLite ended the transaction (the disk is full)."""
        try:
            with session_on(connection) as session, session.begin():
                self.result = self.work(session)
        except Exception as error:
            if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it has one
                raise
            self.error = error


class SharedCommits:
    """The shared commits of one process."""

    def __init__(
        self,
        begun: Callable[[float], AbstractContextManager[Session]],
        session_on: Callable[[Connection], Session],
        patience: float,
    ) -> None:
        """`begun`: opens a transaction that must be committed by the given time (time.monotonic).

        `session_on`: opens a session in a savepoint of it. `patience`: seconds that a caller waits.
        """
        self._begun, self._session_on, self._patience = begun, session_on, patience
        self._guard, self._waiting = Lock(), deque[_Part]()
        """Parts with which nobody has begun; each can still be withdrawn."""
        self._led = False
        """Whether a thread leads, or has been called to."""

    def run(self, work: Callable[[Session], Result], until: float) -> Result:
        """Return the result of `work` once it is committed; raise its error, or the one that prevented the commit.

        After an error nothing of it is stored. Busy if nobody began with it by `until`.
        """
        part = _Part(work, until)
        with self._guard:
            if self._led:
                self._waiting.append(part)
            else:
                self._led = True
                part.called.set()
        if not part.called.wait(max(0.0, until - monotonic())):
            self._leave(part)
        part.called.wait()
        if not part.over:
            self._lead(part)
        if part.error is not None:
            raise part.error
        result: Result = part.result
        return result

    def _lead(self, first: _Part) -> None:
        """Do the waiting work in one transaction, beginning with `first`, which has waited longest."""
        parts = [first]
        try:
            with self._begun(first.until) as session:
                if self._waiting and self._ample(first):
                    self._all(parts, session.connection())
                else:
                    first.result = first.work(session)
                fault("shared.before_commit")
        except BaseException as error:  # noqa: BLE001  # whatever it is, no thread must wait for ever
            for part in parts:
                part.error = part.error or error
        self._over(parts)

    def _all(self, parts: list[_Part], connection: Connection) -> None:
        """Do these parts, and those that come meanwhile, while there is time.

        There are never more than the process has threads, as each waits for its part.
        """
        for part in parts:
            part.do(connection, self._session_on)
            if self._ample(parts[0]):
                with self._guard:
                    parts += self._next()

    def _ample(self, first: _Part) -> bool:
        return first.until - monotonic() >= AMPLE * self._patience

    def _next(self) -> list[_Part]:
        """The part that has waited longest, which can't be withdrawn any more; empty if none waits. Needs the guard."""
        return [self._waiting.popleft()] if self._waiting else []

    def _leave(self, part: _Part) -> None:
        """Withdraw a part and raise Busy, unless somebody has begun with it, in which case its outcome will come."""
        with self._guard:
            if part in self._waiting:
                self._waiting.remove(part)
                raise Busy

    def _over(self, parts: list[_Part]) -> None:
        """Wake the threads whose parts are over, and the next leader."""
        for part in parts:
            part.over = True
        with self._guard:
            following = self._next()
            self._led = bool(following)
        for part in (*parts, *following):
            part.called.set()
