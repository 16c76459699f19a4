"""How requests come in: waitress, which receives a whole request before it spends a thread on it.

This module adds what waitress lacks: a deadline for a whole request, however slowly it comes; if too many connections
or bytes are held, the connections that have been half-sent for longest are closed; ambiguous requests are refused; and
shutting down waits for requests under way. docs/decisions/0024 says why, with figures.
"""

import errno
import logging
import re
import resource
import socket
from threading import Event
from time import monotonic
from typing import Any
from wsgiref.types import WSGIApplication

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask
from waitress.utilities import BadRequest
from waitress.wasyncore import close_all, dispatcher, loop

from audit.errors import Refused
from bot.gate import LIMIT

CAME = "roundtable.came"
"""Environ key: when the request had arrived completely, by the monotonic clock."""
ENDS = "roundtable.ends"
"""Environ key: whether the process is ending."""
THREADS = 16
PATIENCE = 10.0
"""Seconds from a request's first byte to its last; Slack sends one at once, and gives up after 3 s."""
IDLE = 120
"""Seconds for which an idle connection is kept: longer than a proxy keeps it, which would otherwise lose a request."""
ROOM = 2000
"""Maximum number of connections."""
SPARE = 64
"""Maximum number of connections accepted beyond ROOM, for the moment until room has been made."""
MEMORY = 64 * 1024 * 1024
"""Maximum bytes of request bodies held at once."""
_HEADERS = 16 * 1024
"""Maximum bytes of a request's first line and headers, or of one line between chunks."""
AHEAD = 8
"""Maximum number of waiting requests on a connection; Slack and proxies wait for one answer before the next request."""
FILES = ROOM + 256
"""Number of files that the process may open: one per connection, and some for the database and Slack."""
GRACE = 1.0
"""Seconds for data still on its way to a connection when the end begins."""
ENDING = 10.0
"""Seconds that the end waits for requests under way."""

_CODING = re.compile(rb"\r\nTransfer-Encoding:[ \t]*([^\r\n]*)", re.IGNORECASE)

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # below, it logs a line for each waiting request


class Parser(HTTPRequestParser):
    """The parser of one request."""

    def received(self, data: bytes) -> int:
        """Parse more of the request; returns how many of the bytes belonged to it."""
        if self.completed:  # refused before it was read
            return len(data)
        taken = super().received(data)
        chunks = self.body_rcv
        if isinstance(chunks, ChunkedReceiver) and len(chunks.control_line) + len(chunks.trailer) > _HEADERS:
            self.error, self.completed = BadRequest("A line between chunks is too long"), True
        if self.error is not None or self.body_rcv is None:
            self.expect_continue = False  # no body follows, but waitress would wait for one
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers; ParsingError for a request that a proxy might have understood differently."""
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("A header goes on in a second line")
        try:
            super().parse_header(header_plus)
        except ValueError:  # a length of thousands of digits, an address in half a bracket
            raise ParsingError("The request can't be read") from None
        two_lengths = "CONTENT_LENGTH" in self.headers if self.chunked else "TRANSFER_ENCODING" in self.headers
        codings = [each.strip(b" \t").lower() for each in _CODING.findall(header_plus)]
        if two_lengths or codings not in ([], [b"chunked"]) or self.version not in {"1.0", "1.1"}:
            raise ParsingError("The request can be read in two ways")


class Task(WSGITask):
    """The answer to one request."""

    channel: "ServedConnection"
    request: Parser  # type: ignore[assignment]  # made by ServedConnection.parser_class

    def get_environment(self) -> dict[str, Any]:
        """The environ, with when the request arrived and whether the process is ending."""
        ends = self.channel.server.ending is not None
        return {**super().get_environment(), CAME: self.channel.came, ENDS: ends}

    def build_response_header(self) -> bytes:
        """The response's head; while the process ends, it says that the connection will be closed."""
        if self.channel.server.ending is not None:
            self.request.headers["CONNECTION"] = "close"  # type: ignore[index]  # it is a dict
        return super().build_response_header()


class ServedConnection(HTTPChannel):
    """One connection. `since`: when its request began, was complete, or began to be answered, whichever was last."""

    task_class = Task
    server: "Server"

    def __init__(
        self,
        server: "Server",
        sock: socket.socket,
        addr: tuple[str, int],
        adj: Adjustments,
        map: dict[int, Any],  # noqa: A002  # waitress's name
    ) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.came = self.since = monotonic()

    def parser_class(self, adj: Adjustments) -> Parser:  # type: ignore[override]  # waitress only calls it
        """The parser of a connection's next request; one beyond AHEAD is refused, with everything sent after it."""
        parser = Parser(adj)
        if len(self.requests) >= AHEAD:
            parser.error, parser.completed = BadRequest("Too many requests at once"), True
        return parser

    @property
    def half_sent(self) -> bool:
        """Whether a request has begun and isn't complete, or its client hasn't read all of the answer yet."""
        return bool(self.request is not None or self.total_outbufs_len) and not self.requests

    @property
    def held(self) -> int:
        """Bytes held: the bodies of the connection's requests."""
        return sum(len(each.body_rcv) for each in (*self.requests, self.request) if each and each.body_rcv)

    def received(self, data: bytes) -> bool:
        """Process received data."""
        before, self.server.fresh = self.request, self.server.fresh + len(data)
        taken = super().received(data)
        if self.request is not before:
            self.since = monotonic()
        return taken

    def service(self) -> None:
        """Answer a request, in a thread; `came` is when it was complete."""
        self.came, self.since = self.since, monotonic()
        super().service()


class Server(TcpWSGIServer):
    """Serves `app` at `listener` while `run` runs.

    `patience`: seconds for a whole request to arrive. `room`: maximum number of connections.
    """

    channel_class = ServedConnection
    active_channels: dict[int, ServedConnection]  # type: ignore[assignment]  # of channel_class
    effective_host: str
    effective_port: str
    _map: dict[int, Any]

    def __init__(
        self, app: WSGIApplication, listener: socket.socket, *, patience: float = PATIENCE, room: int = ROOM
    ) -> None:
        self.patience, self.room, self.fresh, self.look_at = patience, room, 0, 0.0
        self.ending: float | None = None
        self._woken = Event()
        adjustments = Adjustments(
            sockets=[listener],
            threads=THREADS,
            ident=None,
            asyncore_use_poll=True,
            connection_limit=room + 2 * SPARE,  # never reached: waitress would stop serving, so room is made before
            channel_timeout=IDLE,
            recv_bytes=32 * 1024,
            inbuf_overflow=LIMIT * 2,  # never reached: beyond it, bodies go to a temporary file
            max_request_body_size=LIMIT + 1,
            max_request_header_size=_HEADERS,
            channel_request_lookahead=1,  # notices clients that have gone, and skips their requests
            log_socket_errors=False,
        )
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(app, _sock=listener, adj=adjustments, sockinfo=where, bind_socket=False)

    @property
    def address(self) -> str:
        """The address on which the server listens."""
        host = f"[{self.effective_host}]" if ":" in self.effective_host else self.effective_host
        return f"http://{host}:{self.effective_port}"

    def run(self) -> None:
        """Serve until `end` is called, and then until requests under way are answered, for at most ENDING seconds."""
        while self.ending is None or self._under_way(self.ending):
            self._make_room()
            loop(timeout=1 if self.ending is None else GRACE / 10, use_poll=True, map=self._map, count=1)
        self.task_dispatcher.shutdown(timeout=1)
        self._woken.wait()  # `end` may be about to use the trigger that is closed here
        close_all(self._map)

    def end(self) -> None:
        """Begin to end; may be called from anywhere, even a signal handler, and more than once."""
        if self.ending is None:
            self.ending = monotonic()
            self.pull_trigger()
            self._woken.set()

    @property
    def left(self) -> float:
        """Remaining seconds of ENDING; all of them before the end has begun."""
        return ENDING if self.ending is None else max(0.0, self.ending + ENDING - monotonic())

    def handle_accept(self) -> None:
        """Accept all waiting connections: one per round of the loop would take long with many connections."""
        known = -1
        while known < len(self.active_channels) < self.room + SPARE:
            known = len(self.active_channels)
            super().handle_accept()

    def _make_room(self) -> None:
        """Close connections that are too slow, and the slowest ones if there is no room.

        This runs between two rounds of the loop: within one, a new connection may get the number of a closed one, and
        would be closed for an event of that one.
        """
        now = monotonic()
        if now < self.look_at and len(self.active_channels) < self.room and self.fresh < MEMORY // 4:
            return
        self.look_at, self.fresh = now + min(1.0, self.patience / 2), 0
        waiting = [each for each in self.active_channels.values() if not each.requests]
        held = sum(each.held for each in self.active_channels.values())
        for channel in sorted(waiting, key=lambda each: (not each.half_sent, each.since)):
            too_slow = channel.half_sent and now - channel.since > self.patience
            if too_slow or len(self.active_channels) >= self.room or held > MEMORY:
                held -= channel.held
                channel.handle_close()

    def _under_way(self, began: float) -> bool:
        """Whether the end must wait for a connection. Listening stops, so that other processes get new connections."""
        if self.accepting:
            self.handle_accept()
            dispatcher.close(self)  # it stops listening
        graced = monotonic() - GRACE
        for channel in list(self.active_channels.values()):
            if not (channel.half_sent or channel.requests) and max(channel.since, began) < graced:
                channel.handle_close()
        return bool(self.active_channels) and self.left > 0


def listener(host: str, port: int, *, shared: bool) -> socket.socket:
    """A socket listening at that address; Refused says why it can't. `shared`: other processes may listen there too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=ROOM, reuse_port=shared)
    except OSError as error:
        why = _WHY.get(error.errno or 0, f"{error.strerror}. Look at HOST.")
        raise Refused(f"HOST {host}, PORT {port}: can't be listened at: {why}") from None


_WHY = {
    errno.EADDRINUSE: "another process listens there. End it, or set another PORT.",
    errno.EADDRNOTAVAIL: "this machine has no such address. Correct HOST.",
    errno.EACCES: "ports below 1024 are for the system. Set another PORT, and put a proxy in front.",
}
"""Error number on listening -> its meaning, and what to do."""


def enough_files() -> None:
    """Raise the limit of open files as far as needed; Refused if the system doesn't allow it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised(soft, hard), hard))


def raised(soft: int, hard: int) -> int:
    """The soft limit to set; Refused if the hard limit is below what is needed."""
    if soft == resource.RLIM_INFINITY or soft >= FILES:
        return soft
    if hard != resource.RLIM_INFINITY and hard < FILES:
        raise Refused(
            f"The web process needs {FILES} open files and the system allows it {hard}: raise the hard limit"
            " (`ulimit -Hn`; in a systemd unit, LimitNOFILE)."
        )
    return FILES
