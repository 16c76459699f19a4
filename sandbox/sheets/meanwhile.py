"""Between two calls: what people do just before or after one, and writes that are applied later than they came."""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.faults import hang_up

When = Literal["before", "after"]


@dataclass
class Act:
    """What is done `when` the next `times` calls (None: each) whose "METHOD /path" matches come or were answered.

    Of the matching calls the first `skip` are let by.
    """

    match: str
    do: Callable[[], object]
    when: When = "before"
    times: int | None = 1
    skip: int = 0

    def due(self, request: str, when: When) -> bool:
        """Whether it is to be done now; counts the call."""
        if self.when != when or self.times == 0 or not re.search(self.match, request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class Late:
    """The next matching call is hung up on, and applied when `calls` more have come; None: when it is let go."""

    match: str
    calls: int | None = None
    held: list[WSGIEnvironment] = field(default_factory=list)


class Meanwhile:
    """The acts and the late calls in front of one stand-in; safe to change while it serves."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._late: list[Late] = []
        self._app: WSGIApplication | None = None
        self._lock = Lock()
        self.late_statuses: list[str] = []
        """What the calls that were applied late were answered, had anybody listened."""

    def act(
        self, match: str, do: Callable[[], object], when: When = "before", *, times: int | None = 1, skip: int = 0
    ) -> None:
        """Have something done just before or just after a call."""
        with self._lock:
            self._acts.append(Act(match, do, when, times, skip))

    def late(self, match: str, calls: int | None = None) -> None:
        """Have the next matching call applied late; nobody gets its answer."""
        with self._lock:
            self._late.append(Late(match, calls))

    def clear(self) -> None:
        """Nothing is done any more; what is held back is forgotten."""
        with self._lock:
            self._acts.clear()
            self._late.clear()

    def let_go(self) -> int:
        """Apply what is held back, now; answers how many calls that was."""
        with self._lock:
            held = [environ for late in self._late for environ in late.held]
            self._late = [late for late in self._late if not late.held]
        for environ in held:
            self._apply(environ)
        return len(held)

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """`app` with all this in front of it."""
        self._app = app

        def between(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            self._count_down()
            self._do(request, "before")
            if self._held_back(request, environ):
                hang_up(environ)
            answer = list(app(environ, start_response))
            self._do(request, "after")
            return answer

        return between

    def _do(self, request: str, when: When) -> None:
        with self._lock:
            due = [act for act in self._acts if act.due(request, when)]
        for act in due:
            act.do()

    def _held_back(self, request: str, environ: WSGIEnvironment) -> bool:
        with self._lock:
            late = next((one for one in self._late if not one.held and re.search(one.match, request)), None)
            if late is None:
                return False
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            late.held.append({**environ, "wsgi.input": io.BytesIO(body)})
            return True

    def _count_down(self) -> None:
        """A call has come: those that waited for it go first."""
        ready: list[WSGIEnvironment] = []
        with self._lock:
            for late in self._late:
                if late.held and late.calls is not None:
                    if late.calls == 0:
                        ready += late.held
                    late.calls -= 1
            self._late = [late for late in self._late if late.calls is None or late.calls >= 0]
        for environ in ready:
            self._apply(environ)

    def _apply(self, environ: WSGIEnvironment) -> None:
        assert self._app is not None  # noqa: S101  # nothing is held back before it serves

        def nobody(status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
            self.late_statuses.append(status)
            return lambda _data: None

        list(self._app(environ, nobody))
