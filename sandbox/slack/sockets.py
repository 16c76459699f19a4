"""Socket Mode as Slack serves it: tickets for the app's connections, envelopes, and the app's answers."""

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from sandbox.slack.envelopes import CONNECTION
from sandbox.slack.sender import Outcome, SentRequest
from sandbox.slack.shapes import Obj, compact, new_word, obj, text

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

MOST: Final = 10
"""The limit of connections of one app."""
BEFORE, ANSWERED, AFTER = "before", "answered", "after"
"""When connections can be cut: before an envelope is sent, when it is acknowledged (which is lost), and after that."""


class Sockets:
    """The app's connections; envelopes go to them in turn.

    `opened`: number of connections so far; `acknowledged`: ids of envelopes; `leaving`: seconds between the notice that
    a connection ends and its end. A frozen connection neither reads nor writes, though nobody is told; envelopes sent
    to it are lost. `cuts`: for each envelope in turn, the moment at which all connections are cut; any other word means
    none.
    """

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._changed = Condition()
        self._tickets: set[str] = set()
        self._held: list[ServerConnection] = []
        self._frozen: list[ServerConnection] = []
        self._answers: dict[str, str | None] = {}
        self._server: Server | None = None
        self.opened = 0
        self.acknowledged: list[str] = []
        self.leaving = 0.5
        self.cuts: Iterator[str] = iter(())

    def ticket(self) -> str:
        """A URL at which one connection may be opened."""
        with self._changed:
            if self._server is None:
                self._server = serve(
                    self._serve, "127.0.0.1", 0, ping_interval=None, max_size=None, close_timeout=1, compression=None
                )
                Thread(target=self._server.serve_forever, name="sockets", daemon=True).start()
            ticket = new_word(24)
            self._tickets.add(ticket)
            port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self._workspace.app.app_id}"

    @property
    def held(self) -> int:
        """The number of open connections, as far as Slack knows."""
        with self._changed:
            return len(self._held)

    def wait(self, least: int = 1, seconds: float = 30) -> bool:
        """Wait until the app holds at least so many connections; False if `seconds` weren't enough."""
        return self.wait_until(lambda: len(self._held) >= least, seconds)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 30) -> bool:
        """Wait until a change of the connections makes the condition true; False if `seconds` weren't enough."""
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def stop(self) -> None:
        """Close all connections and stop serving."""
        self.thaw()
        with self._changed:
            server, self._server = self._server, None
        if server is not None:
            server.shutdown()

    # envelopes

    def send(self, envelope: Obj) -> Outcome:
        """Send an envelope over a connection, and wait for its acknowledgement for as long as Slack does."""
        return self.resend(SentRequest(CONNECTION, {}, compact(envelope).encode()))

    def resend(self, request: SentRequest) -> Outcome:
        """Send a request's body as it is, valid or not."""
        began = time.monotonic()
        name = _envelope_id(request.body)
        with self._changed:
            moment = next(self.cuts, "")
        if moment == BEFORE:
            self.cut()
        with self._changed:
            self._answers.pop(name, None)
            if not self._held:
                return Outcome(0, "", 0.0, timed_out=False, shown="dispatch_failed", request=request)
            connection = self._held.pop(0)
            self._held.append(connection)
            frozen = connection in self._frozen
        if not frozen:
            with suppress(ConnectionClosed):
                connection.send(request.body, text=True)
        with self._changed:
            self._changed.wait_for(
                lambda: name in self._answers or connection not in self._held, self._workspace.answer_seconds
            )
            lost = connection not in self._held or moment == ANSWERED
            answer = None if moment == ANSWERED else self._answers.pop(name, None)
        if moment in {ANSWERED, AFTER}:
            self.cut()
        took = time.monotonic() - began
        if answer is None:
            shown = "dispatch_failed" if lost else "operation_timeout"
            return Outcome(0, "", took, timed_out=not lost, shown=shown, request=request)
        return Outcome(200, answer, took, timed_out=False, request=request, headers={})

    def _serve(self, connection: ServerConnection) -> None:
        """Serve one connection, from its hello to its end."""
        if not self._admitted(connection):
            return
        try:
            for message in connection:
                answer = obj(json.loads(message))
                payload = answer.get("payload")
                with self._changed:
                    self.acknowledged.append(text(answer.get("envelope_id")))
                    self._answers[self.acknowledged[-1]] = "" if payload is None else compact(payload)
                    self._changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                if connection in self._held:
                    self._held.remove(connection)
                self._changed.notify_all()

    def _admitted(self, connection: ServerConnection) -> bool:
        """Whether the connection has a ticket and there is room for it; sends hello, or the reason why it is closed."""
        asked = parse_qs(urlsplit(connection.request.path if connection.request else "").query)
        with self._changed:
            known = asked.get("ticket", [""])[0] in self._tickets
            self._tickets.discard(asked.get("ticket", [""])[0])
            room = len(self._held) < MOST
        if not (known and room and self._workspace.app.socket_mode):
            reason = "too_many_websockets" if self._workspace.app.socket_mode else "link_disabled"
            connection.send(compact(_going(reason)))
            return False
        with self._changed:
            self._held.append(connection)
            self.opened += 1
            hello = compact(self._hello())
        connection.send(hello)
        with self._changed:
            self._changed.notify_all()
        return True

    def _hello(self) -> Obj:
        about: Obj = {"host": "applink-1", "build_number": 10, "approximate_connection_time": 18060}
        return {"type": "hello", "num_connections": len(self._held), "debug_info": about,
                "connection_info": {"app_id": self._workspace.app.app_id}}  # fmt: skip

    # faults

    def cut(self) -> None:
        """Reset every connection, as a proxy or a firewall does."""
        with self._changed:
            held, self._held = self._held, []
            self._changed.notify_all()
        for each in held:
            with suppress(OSError):  # the app has already closed it
                each.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close_socket()

    def freeze(self, most: int = MOST) -> None:
        """Make connections silent though they stay open: the first `most` of those that aren't yet."""
        with self._changed:
            fresh = [each for each in self._held if each not in self._frozen][:most]
            self._frozen += fresh
        for each in fresh:
            each.protocol_mutex.acquire()  # stops its reading, so that it answers no ping

    def thaw(self) -> None:
        """Let the frozen connections go on."""
        with self._changed:
            frozen, self._frozen = self._frozen, []
        for each in frozen:
            each.protocol_mutex.release()

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Announce to the app that every connection ends soon, and end it then."""
        with self._changed:
            held = list(self._held)
        for each in held:
            with suppress(ConnectionClosed):
                each.send(compact(_going(reason)))
            Thread(target=self._leave, args=(each,), daemon=True).start()

    def _leave(self, connection: ServerConnection) -> None:
        with self._changed:  # it is sent nothing more from now on
            self._changed.wait_for(lambda: connection not in self._held, self.leaving)
            if connection in self._held:
                self._held.remove(connection)
            self._changed.notify_all()
        connection.close()


def _going(reason: str) -> Obj:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}


def _envelope_id(body: bytes) -> str:
    try:
        return text(obj(json.loads(body)).get("envelope_id"))
    except (ValueError, RecursionError):
        return ""
