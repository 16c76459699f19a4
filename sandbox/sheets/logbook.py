"""The log of requests to the stand-in, and the quota of requests per minute."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.sheets.errors import out_of_quota
from sandbox.sheets.wire import Obj

PER_MINUTE = 60
_READS = re.compile(r"^GET |:getByDataFilter$|:batchGetByDataFilter$|developerMetadata:search$")


@dataclass
class Entry:
    """One request, logged when it arrives; sizes in bytes.

    If the connection was dropped before the work, `status` is 0; if after it, `response_bytes` is 0.
    """

    method: str
    path: str
    user: str
    status: int
    request_bytes: int
    response_bytes: int
    kind: str


def kind_of(method: str, path: str) -> str:
    """The kind of a request: reads or writes (Sheets), drive_reads, drive_writes, tokens, other."""
    if path == "/token":
        return "tokens"
    if path.startswith("/v4/"):
        return "reads" if _READS.search(f"{method} {path}") else "writes"
    if "/drive/" in path:
        return "drive_reads" if method == "GET" else "drive_writes"
    return "other"


@dataclass
class Logbook:
    """The requests so far, oldest first, without those of the control API."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=100_000))

    def counts(self) -> dict[str, int]:
        """The number of requests of each kind, and the bytes of requests and of answers."""
        entries = tuple(self.entries)  # a copy, since other threads append
        counts = Counter(entry.kind for entry in entries)
        kinds = {kind: counts[kind] for kind in ("reads", "writes", "tokens", "drive_reads", "drive_writes", "other")}
        sizes = {
            "request_bytes": sum(entry.request_bytes for entry in entries),
            "response_bytes": sum(entry.response_bytes for entry in entries),
        }
        return kinds | sizes

    def as_json(self) -> list[Obj]:
        """The entries as JSON objects."""
        return [asdict(entry) for entry in tuple(self.entries)]

    def clear(self) -> None:
        """Forget every entry."""
        self.entries.clear()

    def around(self, app: WSGIApplication, user: Callable[[WSGIEnvironment], str]) -> WSGIApplication:
        """`app` with a log of its requests; `user` returns a request's user."""

        def logged(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
            if path.startswith("/_sandbox"):
                return app(environ, start_response)
            size, who = int(environ.get("CONTENT_LENGTH") or 0), user(environ)
            entry = Entry(method, path, who, 0, size, 0, kind_of(method, path))
            self.entries.append(entry)  # now, since there may be no answer

            def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401  # as in WSGI's specification
                entry.status = int(status[:3])
                return start_response(status, headers, exc_info)

            body = b"".join(app(environ, started))
            entry.response_bytes = len(body)
            return [body]

        return logged


@dataclass
class Quota:
    """Requests in the last minute by user, separately for reads and writes; refuses only while `enforced`."""

    clock: Callable[[], float]
    enforced: bool = False
    limit: int = PER_MINUTE
    recent: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def spend(self, user: str, kind: str, project: str) -> None:
        """Count a request (`kind`: Read or Write). Raises Refused (429) if the quota is used up."""
        if not self.enforced:
            return
        now = self.clock()
        times = self.recent.setdefault((user, kind), deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self.limit:
            raise out_of_quota(kind, self.limit, project)
        times.append(now)
