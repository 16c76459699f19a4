"""Commits that short transactions share on SQLite, where one writes at a time and each waits for the disk.

Whoever comes while nobody is at it waits for the turn to write, does what all want who wait by then, and commits it;
meanwhile the next ones gather. docs/decisions/0086 says what that gives.
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
"""What a transaction is to do. Another thread may do it: nothing in it belongs to the one that brought it."""
AMPLE = 0.5
"""Which part of the time that somebody may wait must be left for them to do what others want, too."""


class _Part:
    """What somebody brought, until when (time.monotonic) it may be committed, and what became of it."""

    def __init__(self, work: Work, until: float) -> None:
        self.work, self.until = work, until
        self.called = Event()
        """It is over, or whoever brought it is the next to do what is wanted."""
        self.over = False
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self, connection: Connection, session_on: Callable[[Connection], Session]) -> None:
        """Do it in a savepoint: it fails by itself, unless SQLite gave up the whole transaction (the disk is full)."""
        try:
            with session_on(connection) as session, session.begin():
                self.result = self.work(session)
        except Exception as error:
            if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it has one
                raise
            self.error = error


class SharedCommits:
    """Those of one process."""

    def __init__(
        self,
        begun: Callable[[float], AbstractContextManager[Session]],
        session_on: Callable[[Connection], Session],
        patience: float,
    ) -> None:
        """`begun`: a transaction, committed until then or not at all. `session_on`: a session, there in a savepoint."""
        self._begun, self._session_on, self._patience = begun, session_on, patience
        self._guard, self._waiting = Lock(), deque[_Part]()
        """Those with which nobody has begun; who brought them may still go."""
        self._led = False
        """Somebody does what is wanted, or is about to."""

    def done(self, work: Callable[[Session], Result], until: float) -> Result:
        """What `work` returns, once it is committed; what it raises, or what kept its transaction from being committed.

        Then nothing of it is stored. Busy if nobody has begun with it by then.
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
        """Do what is wanted, beginning with the first who waits: they have waited for longest."""
        parts = [first]
        try:
            with self._begun(first.until) as session:
                if self._waiting and self._ample(first):
                    self._all(parts, session.connection())
                else:
                    first.result = first.work(session)
                fault("shared.before_commit")
        except BaseException as error:  # noqa: BLE001  # whatever it is, none of them must wait for ever
            for part in parts:
                part.error = part.error or error
        self._over(parts)

    def _all(self, parts: list[_Part], connection: Connection) -> None:
        """Do these, and whatever else is wanted by then, while there is time for it.

        It is no more than the process has threads that wait for it.
        """
        for part in parts:
            part.do(connection, self._session_on)
            if self._ample(parts[0]):
                with self._guard:
                    parts += self._next()

    def _ample(self, first: _Part) -> bool:
        return first.until - monotonic() >= AMPLE * self._patience

    def _next(self) -> list[_Part]:
        """Who has waited for longest; it can't leave any more. Nobody if nobody waits. Called under the guard."""
        return [self._waiting.popleft()] if self._waiting else []

    def _leave(self, part: _Part) -> None:
        """Busy, and nobody does it any more, unless somebody has begun with it: they will say what became of it."""
        with self._guard:
            if part in self._waiting:
                self._waiting.remove(part)
                raise Busy

    def _over(self, parts: list[_Part]) -> None:
        """Tell those who brought these, and whoever is next."""
        for part in parts:
            part.over = True
        with self._guard:
            following = self._next()
            self._led = bool(following)
        for part in (*parts, *following):
            part.called.set()
