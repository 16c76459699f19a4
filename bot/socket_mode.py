"""Slack over connections that we open. Two are held, so that one is there while the other is replaced or found dead.

A connection is replaced when Slack asks for that, or when it has died; the new one is opened before the old one goes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from threading import Event, Lock, Thread
from time import monotonic

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from audit.delivery import socket_connections
from audit.delivery.socket_connections import Counted
from audit.errors import Refused
from bot import unanswered
from bot.connection import USUAL, Pace, SocketLink, address, opened
from bot.envelopes import Envelopes
from bot.server import GRACE
from jobs.attempts import NeedsPerson
from storage.clock import wall
from storage.engine import Sessions
from storage.writers_turn import Busy

HELD = 2
"""Connections per process; Slack allows an app ten, and for moments there are more than HELD."""
_LINGER = 10.0
"""Seconds in which Slack closes a connection that it wanted replaced; after that we do."""
AT_ONCE = 4
"""Number of attempts that may follow each other without a pause: at a start, or if all connections are cut."""

log = structlog.get_logger()


class Attempts:
    """When a connection may be tried: AT_ONCE times without a pause, then once every `apart` seconds.

    Each try asks Slack for an address, of which it gives 50 a minute to all of an app's processes. The pause never
    grows, however often a try fails: while there is no connection, nobody can click.
    """

    def __init__(self, apart: float) -> None:
        self._apart, self._lock, self._next = apart, Lock(), 0.0

    def wait(self) -> float:
        """Seconds until the caller's try; later callers get later ones."""
        with self._lock:
            now = monotonic()
            at = max(self._next, now - self._apart * (AT_ONCE - 1))
            self._next = at + self._apart
            return max(0.0, at - now)


class SocketMode:
    """Keeps the connections open from `start` to `end`."""

    def __init__(self, token: str, api_url: str, envelopes: Envelopes, sessions: Sessions, pace: Pace = USUAL) -> None:
        self._token, self._api_url, self._pace = token, api_url, pace
        self._envelopes, self._sessions = envelopes, sessions
        self._ending, self._opening, self._attempts = Event(), Lock(), Attempts(pace.apart)
        self._keeping: list[Thread] = []
        self._process = token_hex(5)
        self._counted: Counted | None = None
        self._links: dict[int, SocketLink] = {}
        self._leaving: set[SocketLink] = set()

    @property
    def held(self) -> int:
        """The number of open connections."""
        return sum(not link.gone.is_set() for link in self._links.copy().values())

    def start(self) -> str:
        """Open the first connection, and keep all open from now on. Refused if Slack refuses.

        If Slack doesn't answer, it is tried again, and a sentence about that is returned; "" if a connection is open.
        """
        silence = ""
        try:
            self._stand(0)
        except NeedsPerson as refusal:
            raise Refused(refusal.sentence) from None
        except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
            log.warning("slack_not_reached", error=_name(error))
            silence = unanswered.of_slack(error)
        self._keeping += [
            Thread(target=self._keep, args=(slot,), name="connection", daemon=True) for slot in range(HELD)
        ]
        self._keeping += [Thread(target=self._pulse, name="pulse", daemon=True)]
        for each in self._keeping:
            each.start()
        return silence

    def end(self) -> None:
        """Acknowledge the envelopes taken, then close the connections."""
        self._ending.set()
        for link in self._links.copy().values():
            link.going.set()
        for each in self._keeping:  # a thread that is opening a connection has it by then, or is too late
            each.join(GRACE)
        finishing = [Thread(target=link.finish) for link in {*self._links.values(), *self._leaving}]
        for each in finishing:
            each.start()
        for each in finishing:
            each.join()
        self._envelopes.end()
        with self._noting() as session:
            socket_connections.over(session, self._process)

    def _keep(self, slot: int) -> None:
        """Keep a connection open in this slot until the end."""
        least = 0.0
        while not self._ending.wait(max(least, self._attempts.wait())):
            try:
                link = self._stand(slot)
            except NeedsPerson:
                log.error("slack_refused_connection", number=slot)  # noqa: TRY400  # the traceback doesn't matter
                least = self._pace.refused
            except Exception as error:  # noqa: BLE001  # whatever it is, it is tried again
                log.warning("slack_not_reached", number=slot, error=_name(error))
                least = min(getattr(error, "seconds", None) or 0.0, self._pace.told)
            else:
                link.going.wait()
                if self._ending.is_set():
                    return
                log.info("slack_connection_ends", number=slot, kind=link.why)
                least = 0.0

    def _stand(self, slot: int) -> SocketLink:
        """The open connection in this slot, or else a new one. Only one is opened at a time."""
        with self._opening:
            old = self._links.get(slot)
            if old is not None and not old.going.is_set():
                return old
            before = sum(not each.gone.is_set() for each in {*self._links.values(), *self._leaving})
            connection, counted = opened(address(self._token, self._api_url), self._pace)
            link = self._links[slot] = SocketLink(connection, self._envelopes)
            self._counted = Counted(counted, before + 1, wall())
            if old is not None:
                self._leaving.add(old)
            if self._ending.is_set():
                link.going.set()
        log.info("slack_connected", number=slot)
        if old is not None:
            Thread(target=self._leave, args=(old,), name="leaving", daemon=True).start()
        self._note(again=old is not None)
        return link

    def _leave(self, old: SocketLink) -> None:
        old.finish(_LINGER)
        self._leaving.discard(old)

    def _pulse(self) -> None:
        """Record regularly in the database that there is a connection."""
        while not self._ending.wait(self._pace.noted):
            if self.held:
                self._note(again=False)
                self._look_for_others()

    def _note(self, *, again: bool) -> None:
        """Record in the database that there is a connection."""
        with self._noting() as session:
            socket_connections.note(session, self._process, again=again)

    def _look_for_others(self) -> None:
        """Record whether Slack counts more connections than ours: another installation then gets some of the clicks.

        This is done some time after the count, when our other processes have recorded connections opened at the same
        moment.
        """
        counted, self._counted = self._counted, None
        if counted is None:
            return
        with self._noting() as session:
            more = socket_connections.crowded(session, self._process, counted, HELD)
            if more:
                log.warning("slack_connections_beyond_ours", count=counted.all, number=more)

    @contextmanager
    def _noting(self) -> Iterator[Session]:
        """A transaction whose failure is only logged."""
        try:
            with self._sessions.begin() as session:
                yield session
        except (Busy, SQLAlchemyError) as error:
            log.warning("connection_not_noted", error=_name(error))


def _name(error: Exception) -> str:
    """The class of an error; its message may contain a proxy's password."""
    return type(error.__cause__ or error).__name__
