"""How requests come in: waitress, which takes in a whole request before it spends a thread on it.

What waitress leaves open is closed here: a whole request has a deadline, however slowly it drips; when too many
connections or bytes are held, those that have been half-sent for longest go; what could be read in two ways is refused;
and the end waits for what is under way. docs/decisions/0024 says why, with figures.
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
"""In the environ: when the request had come in whole, by the monotonic clock."""
ENDS = "roundtable.ends"
"""In the environ: whether the process is ending."""
THREADS = 16
PATIENCE = 10.0
"""Seconds from a request's first byte to its last; Slack sends one at once, and gives up after 3."""
IDLE = 120
"""Seconds that a connection without a request is kept: longer than a proxy keeps it, which would otherwise lose one."""
ROOM = 2000
"""Connections at once."""
SPARE = 64
"""Connections beyond, until room has been made."""
MEMORY = 64 * 1024 * 1024
"""Bytes of bodies held at once."""
_HEADERS = 16 * 1024
"""Bytes of a request's first line and headers, or of one line between chunks."""
AHEAD = 8
"""Requests of one connection that wait at once; neither Slack nor a proxy sends the next before it has its answer."""
FILES = ROOM + 256
"""Files that the process may have open: a connection is one, and the database and Slack need some."""
GRACE = 1.0
"""Seconds for what was on its way to a connection when the end began."""
ENDING = 10.0
"""Seconds that the end waits for requests under way."""

_CODING = re.compile(rb"\r\nTransfer-Encoding:[ \t]*([^\r\n]*)", re.IGNORECASE)

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # or there is a line for each request that waits


class Parser(HTTPRequestParser):
    """One request as it comes in."""

    def received(self, data: bytes) -> int:
        """Take in more of the request; answers how many of the bytes belonged to it."""
        if self.completed:  # refused before it was read
            return len(data)
        taken = super().received(data)
        chunks = self.body_rcv
        if isinstance(chunks, ChunkedReceiver) and len(chunks.control_line) + len(chunks.trailer) > _HEADERS:
            self.error, self.completed = BadRequest("A line between chunks is too long"), True
        if self.error is not None or self.body_rcv is None:
            self.expect_continue = False  # nothing is to come; waitress would wait for it all the same
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; ParsingError for a request that a proxy might have read otherwise than we do."""
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
    """One answer."""

    channel: "ServedConnection"
    request: Parser  # type: ignore[assignment]  # which it is

    def get_environment(self) -> dict[str, Any]:
        """What the application is told of the request, and of us."""
        ends = self.channel.server.ending is not None
        return {**super().get_environment(), CAME: self.channel.came, ENDS: ends}

    def build_response_header(self) -> bytes:
        """The answer's head; while the process ends, with the word that this connection takes no more requests."""
        if self.channel.server.ending is not None:
            self.request.headers["CONNECTION"] = "close"  # type: ignore[index]  # it is a dict
        return super().build_response_header()


class ServedConnection(HTTPChannel):
    """One connection. `since` is when its request began, was whole, or began to be answered: whichever was last."""

    task_class = Task
    server: "Server"

    def __init__(
        self,
        server: "Server",
        sock: socket.socket,
        addr: tuple[str, int],
        adj: Adjustments,
        map: dict[int, Any],  # noqa: A002  # waitress's word
    ) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.came = self.since = monotonic()

    def parser_class(self, adj: Adjustments) -> Parser:  # type: ignore[override]  # waitress only calls it
        """The parser of a connection's next request: one beyond AHEAD is refused, with all that was sent behind it."""
        parser = Parser(adj)
        if len(self.requests) >= AHEAD:
            parser.error, parser.completed = BadRequest("Too many requests at once"), True
        return parser

    @property
    def half_sent(self) -> bool:
        """Whether a request has begun and isn't whole, or whoever asked hasn't taken the answer yet."""
        return bool(self.request is not None or self.total_outbufs_len) and not self.requests

    @property
    def held(self) -> int:
        """Bytes held: the bodies of the connection's requests."""
        return sum(len(each.body_rcv) for each in (*self.requests, self.request) if each and each.body_rcv)

    def received(self, data: bytes) -> bool:
        """Take in what came."""
        before, self.server.fresh = self.request, self.server.fresh + len(data)
        taken = super().received(data)
        if self.request is not before:
            self.since = monotonic()
        return taken

    def service(self) -> None:
        """Answer a request, in a thread; it came when it was whole."""
        self.came, self.since = self.since, monotonic()
        super().service()


class Server(TcpWSGIServer):
    """Serves `app` at `listener` while `run` runs.

    `patience`: seconds for a whole request to come in. `room`: connections at once.
    """

    channel_class = ServedConnection
    active_channels: dict[int, ServedConnection]  # type: ignore[assignment]  # which it is
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
            connection_limit=room + 2 * SPARE,  # waitress would answer nobody then; room is made before
            channel_timeout=IDLE,
            recv_bytes=32 * 1024,
            inbuf_overflow=LIMIT * 2,  # beyond it lies a temporary file, with what people wrote
            max_request_body_size=LIMIT + 1,
            max_request_header_size=_HEADERS,
            channel_request_lookahead=1,  # notices who has gone, and doesn't do what they no longer wait for
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
        """Serve until `end` is called, and on until what was under way then is answered, for ENDING seconds at most."""
        while self.ending is None or self._under_way(self.ending):
            self._make_room()
            loop(timeout=1 if self.ending is None else GRACE / 10, use_poll=True, map=self._map, count=1)
        self.task_dispatcher.shutdown(timeout=1)
        self._woken.wait()  # `end` may still be about to wake us with what is closed here
        close_all(self._map)

    def end(self) -> None:
        """Begin to end; may be called from anywhere, a signal handler too, and more than once."""
        if self.ending is None:
            self.ending = monotonic()
            self.pull_trigger()
            self._woken.set()

    @property
    def left(self) -> float:
        """Seconds of ENDING that are left; all of them before the end began."""
        return ENDING if self.ending is None else max(0.0, self.ending + ENDING - monotonic())

    def handle_accept(self) -> None:
        """Let everybody in who waits: a round of the loop for each would take long where many are connected."""
        known = -1
        while known < len(self.active_channels) < self.room + SPARE:
            known = len(self.active_channels)
            super().handle_accept()

    def _make_room(self) -> None:
        """Hang up on who is too slow, and on the slowest where there is no room.

        Between two rounds of the loop: within one, who has just come may get the number of one that was closed,
        and would be hung up on for what happened to that one.
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
        """Whether the end must wait for a connection; new connections are refused, as other processes get them."""
        if self.accepting:
            self.handle_accept()
            dispatcher.close(self)  # it stops listening
        graced = monotonic() - GRACE
        for channel in list(self.active_channels.values()):
            if not (channel.half_sent or channel.requests) and max(channel.since, began) < graced:
                channel.handle_close()
        return bool(self.active_channels) and self.left > 0


def listener(host: str, port: int, *, shared: bool) -> socket.socket:
    """A socket that listens there; Refused says why it can't. `shared`: other processes may listen there too."""
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
"""What keeps a socket from being listened at -> what that means, and what to do."""


def enough_files() -> None:
    """Raise the number of files that may be open, as far as it is needed; Refused if the system doesn't allow it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised(soft, hard), hard))


def raised(soft: int, hard: int) -> int:
    """The soft limit to have; Refused if the hard one is below what is needed."""
    if soft == resource.RLIM_INFINITY or soft >= FILES:
        return soft
    if hard != resource.RLIM_INFINITY and hard < FILES:
        raise Refused(
            f"The web process needs {FILES} open files and the system allows it {hard}: raise the hard limit"
            " (`ulimit -Hn`; in a systemd unit, LimitNOFILE)."
        )
    return FILES
