"""Slack over connections that we open: two are held, so that there is one while the other is replaced or found dead.

Each is replaced when Slack asks for that, or when it has died. The next one stands before the old one goes.
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
from jobs.attempts import Never
from storage.clock import wall
from storage.engine import Sessions
from storage.writers_turn import Busy

HELD = 2
"""Connections of a process; Slack allows an app ten, and for moments there are more."""
_LINGER = 10.0
"""Seconds in which Slack ends a connection that it wanted replaced; then we do."""
AT_ONCE = 4
"""Attempts at a connection that may follow each other without a pause: at a start, or where all are cut."""

log = structlog.get_logger()


class Attempts:
    """When a connection may be tried: AT_ONCE without a pause, then one in `apart` seconds.

    Each try asks Slack for an address, of which it gives 50 a minute to all of an app's processes. The pause never
    grows, however often a try fails: while no connection stands, nobody can click.
    """

    def __init__(self, apart: float) -> None:
        self._apart, self._lock, self._next = apart, Lock(), 0.0

    def wait(self) -> float:
        """Seconds until the next try, which belongs to whoever called."""
        with self._lock:
            now = monotonic()
            at = max(self._next, now - self._apart * (AT_ONCE - 1))
            self._next = at + self._apart
            return max(0.0, at - now)


class SocketMode:
    """Holds the connections from `start` to `end`."""

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
        """How many connections stand."""
        return sum(not link.gone.is_set() for link in self._links.copy().values())

    def start(self) -> str:
        """Open the first, and keep all from now on. Refused if Slack says no.

        Where it is silent it is tried again: that is answered with a sentence, "" if a connection stands.
        """
        silence = ""
        try:
            self._stand(0)
        except Never as no:
            raise Refused(no.sentence) from None
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
        """Acknowledge what was taken, then hang up."""
        self._ending.set()
        for link in self._links.copy().values():
            link.going.set()
        for each in self._keeping:  # whoever is just opening one has it by then, or too late
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
        """Have a connection stand in this slot until the end."""
        least = 0.0
        while not self._ending.wait(max(least, self._attempts.wait())):
            try:
                link = self._stand(slot)
            except Never:
                log.error("slack_refused_connection", number=slot)  # noqa: TRY400  # where doesn't matter
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
        """The connection that stands in this slot, or else a new one. One is opened at a time."""
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
        """Note now and then in the database that there is a connection."""
        while not self._ending.wait(self._pace.noted):
            if self.held:
                self._note(again=False)
                self._look_for_others()

    def _note(self, *, again: bool) -> None:
        """Note in the database that a connection stands."""
        with self._noting() as session:
            socket_connections.note(session, self._process, again=again)

    def _look_for_others(self) -> None:
        """Note whether Slack counts more connections than we have: another installation gets some of the clicks.

        A while after it was counted: by then other processes of ours have noted what they opened at the same moment.
        """
        found, self._counted = self._counted, None
        if found is None:
            return
        with self._noting() as session:
            more = socket_connections.crowded(session, self._process, found, HELD)
            if more:
                log.warning("slack_connections_beyond_ours", count=found.all, number=more)

    @contextmanager
    def _noting(self) -> Iterator[Session]:
        """A transaction; one that fails is only logged."""
        try:
            with self._sessions.begin() as session:
                yield session
        except (Busy, SQLAlchemyError) as error:
            log.warning("connection_not_noted", error=_name(error))


def _name(error: Exception) -> str:
    """The kind of an error; its words may hold a proxy's password."""
    return type(error.__cause__ or error).__name__
