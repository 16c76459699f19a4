"""Who asked what and how big it was, and the quota of requests a minute."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sandbox.sheets.errors import Refused, out_of_quota
from sandbox.sheets.wire import Obj

PER_MINUTE = 60
_READS = re.compile(r"^GET |:getByDataFilter$|:batchGetByDataFilter$|developerMetadata:search$")


@dataclass
class Entry:
    """One request, from when it came; sizes in bytes. Dropped before the work: `status` 0; after it: no bytes back."""

    method: str
    path: str
    user: str
    status: int
    request_bytes: int
    response_bytes: int
    kind: str


def kind_of(method: str, path: str) -> str:
    """One of reads and writes (of Sheets), drive_reads, drive_writes, tokens, other."""
    if path == "/token":
        return "tokens"
    if path.startswith("/v4/"):
        return "reads" if _READS.search(f"{method} {path}") else "writes"
    if "/drive/" in path:
        return "drive_reads" if method == "GET" else "drive_writes"
    return "other"


@dataclass
class Logbook:
    """The requests so far, oldest first; the control API's own are left out."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=100_000))

    def counts(self) -> dict[str, int]:
        """How many requests of each kind, and the bytes both ways."""
        entries = tuple(self.entries)  # a copy: others are being written down meanwhile
        counts = Counter(entry.kind for entry in entries)
        kinds = {kind: counts[kind] for kind in ("reads", "writes", "tokens", "drive_reads", "drive_writes", "other")}
        sizes = {
            "request_bytes": sum(entry.request_bytes for entry in entries),
            "response_bytes": sum(entry.response_bytes for entry in entries),
        }
        return kinds | sizes

    def as_json(self) -> list[Obj]:
        """The entries as objects."""
        return [asdict(entry) for entry in tuple(self.entries)]

    def clear(self) -> None:
        """Forget every entry."""
        self.entries.clear()

    def around(self, app: WSGIApplication, user: Callable[[WSGIEnvironment], str]) -> WSGIApplication:
        """`app`, with what is asked of it written down; `user` says whose request it is."""

        def logged(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
            if path.startswith("/_sandbox"):
                return app(environ, start_response)
            size, who = int(environ.get("CONTENT_LENGTH") or 0), user(environ)
            entry = Entry(method, path, who, 0, size, 0, kind_of(method, path))
            self.entries.append(entry)  # now, since the answer may never come

            def started(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401  # as WSGI has it
                entry.status = int(status[:3])
                return start_response(status, headers, exc_info)

            body = b"".join(app(environ, started))
            entry.response_bytes = len(body)
            return [body]

        return logged


@dataclass
class Quota:
    """Requests a minute for each user, reads and writes apart; refuses only while `enforced`."""

    clock: Callable[[], float]
    enforced: bool = False
    limit: int = PER_MINUTE
    recent: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def spend(self, user: str, kind: str, project: str) -> None:
        """Count a request (`kind`: Read or Write); Refused (429) if the minute is full."""
        if not self.enforced:
            return
        now = self.clock()
        times = self.recent.setdefault((user, kind), deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self.limit:
            raise refusal(kind, self.limit, project)
        times.append(now)


def refusal(kind: str, limit: int, project: str) -> Refused:
    """The 429 of a full minute."""
    return out_of_quota(kind, limit, project)
