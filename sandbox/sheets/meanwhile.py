"""What happens between two calls: people's actions just before or after one, and writes applied late."""

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
    """An action before or after (`when`) the next `times` calls (None: all) whose "METHOD /path" matches `match`.

    The first `skip` matching calls don't count.
    """

    match: str
    do: Callable[[], object]
    when: When = "before"
    times: int | None = 1
    skip: int = 0

    def due(self, request: str, when: When) -> bool:
        """Whether to act at this call; counts it."""
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
    """The next matching call gets no answer, and is applied after `calls` more calls (None: when it is let go)."""

    match: str
    calls: int | None = None
    held: list[WSGIEnvironment] = field(default_factory=list)


class Meanwhile:
    """The acts and late calls in front of a stand-in; may be changed while it serves."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._late: list[Late] = []
        self._app: WSGIApplication | None = None
        self._lock = Lock()
        self.late_statuses: list[str] = []
        """The statuses of the calls that were applied late, which their callers never got."""

    def act(
        self, match: str, do: Callable[[], object], when: When = "before", *, times: int | None = 1, skip: int = 0
    ) -> None:
        """Call `do` just before or just after a matching call."""
        with self._lock:
            self._acts.append(Act(match, do, when, times, skip))

    def late(self, match: str, calls: int | None = None) -> None:
        """Hang up on the next matching call and apply it late."""
        with self._lock:
            self._late.append(Late(match, calls))

    def clear(self) -> None:
        """Remove all acts, and discard the calls held back."""
        with self._lock:
            self._acts.clear()
            self._late.clear()

    def let_go(self) -> int:
        """Apply the calls held back, and return how many they were."""
        with self._lock:
            held = [environ for late in self._late for environ in late.held]
            self._late = [late for late in self._late if not late.held]
        for environ in held:
            self._apply(environ)
        return len(held)

    def around(self, app: WSGIApplication) -> WSGIApplication:
        """`app` with the acts and late calls in front of it."""
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
        """Apply the late calls that waited for this call."""
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
        assert self._app is not None  # noqa: S101  # set before any call is held back

        def nobody(status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
            self.late_statuses.append(status)
            return lambda _data: None

        list(self._app(environ, nobody))
