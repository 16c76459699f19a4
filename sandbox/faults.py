"""Faults on demand in front of a stand-in: error statuses, delays, and connections dropped before or after the work."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event, Lock
from typing import Literal
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.exceptions import ClientDisconnected

Drop = Literal["before", "after"]
_KNOWN = {status.value for status in HTTPStatus}


@dataclass
class Fault:
    """A fault of the next `times` requests (None: until it is removed) whose "METHOD /path" matches the regex `match`.

    `body`: bytes if it isn't UTF-8. `delay`: seconds. `drop`: close the connection before or after the stand-in has
    done the work.
    """

    match: str
    times: int | None = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes = ""
    delay: float = 0.0
    drop: Drop | None = None

    def applies(self, request: str) -> bool:
        """Whether this fault isn't used up and matches `request`."""
        return self.times != 0 and re.search(self.match, request) is not None


class Faults:
    """The faults in front of one stand-in; the first that matches happens. May be changed while the stand-in serves."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()
        self._gone = Event()
        self.hits = 0

    def add(self, fault: Fault) -> Fault:
        """Add a fault; it stays until it is used up or cleared."""
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults; requests that are being delayed go on at once."""
        with self._lock:
            self._faults.clear()
            self._gone.set()
            self._gone = Event()

    def standing(self) -> list[Fault]:
        """The faults that aren't used up."""
        with self._lock:
            return [fault for fault in self._faults if fault.times != 0]

    def _take(self, request: str) -> tuple[Fault | None, Event]:
        with self._lock:
            for fault in self._faults:
                if fault.applies(request):
                    self.hits += 1
                    if fault.times is not None:
                        fault.times -= 1
                    return fault, self._gone
            return None, self._gone

    def before(self, app: WSGIApplication) -> WSGIApplication:
        """`app` with these faults in front of it."""

        def faulty(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            fault, gone = self._take(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            if fault is None:
                return app(environ, start_response)
            if fault.delay:
                gone.wait(fault.delay)
            if fault.drop == "before":
                hang_up(environ)
            if fault.status is not None:
                return _answer(fault, fault.status, start_response)
            answer = app(environ, start_response)
            if fault.drop == "after":
                hang_up(environ)
            return answer

        return faulty


def _answer(fault: Fault, status: int, start_response: StartResponse) -> Iterable[bytes]:
    body = fault.body if isinstance(fault.body, bytes) else fault.body.encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **fault.headers}
    phrase = HTTPStatus(status).phrase if status in _KNOWN else "Unknown"  # Google has statuses of its own, such as 499
    start_response(f"{status} {phrase}", list(headers.items()))
    return [body]


def hang_up(environ: WSGIEnvironment) -> None:
    """Close the connection without an answer. Raises ClientDisconnected."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ClientDisconnected
