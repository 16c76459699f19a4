"""Slack's envelopes over a connection: limited as at the gate, answered by the same handlers, then acknowledged."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from threading import Lock
from time import monotonic

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.request import BoltRequest

from bot.gate import LIMIT
from bot.server import MEMORY, THREADS
from handlers.bounded import RequestStopped
from handlers.payloads import Frame, frame
from storage import observed

ROOM = 256
"""Number of envelopes that may wait or be answered at once."""
STALE = 3.0
"""Seconds after which a waiting envelope isn't begun: by then Slack has shown a failure, or sends it again."""

log = structlog.get_logger()


def read(data: bytes) -> Frame:
    """A frame that came over a connection; RequestStopped if it is too large, or isn't Slack's."""
    if len(data) > LIMIT:
        raise RequestStopped("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return frame(data)


class Envelopes:
    """Answers envelopes, several at once. Slack reports one that isn't acknowledged as failed, or sends it again.

    An envelope that comes twice is recognised in the same way as a form that is sent twice.
    """

    def __init__(self, app: App, clock: Callable[[], float] = monotonic) -> None:
        """`clock` returns seconds."""
        self._app, self._clock = app, clock
        self._threads = ThreadPoolExecutor(THREADS, "envelope")
        self._lock, self._count, self._bytes = Lock(), 0, 0

    def take(self, envelope: Frame, size: int, acknowledge: Callable[[str], None]) -> "Future[None]":
        """Answer an envelope in a thread; the future is done once it is acknowledged. `size` in bytes.

        RequestStopped if there is no room.
        """
        with self._lock:
            if self._count >= ROOM or self._bytes + size > MEMORY:
                raise RequestStopped("busy", HTTPStatus.SERVICE_UNAVAILABLE)
            answering = self._threads.submit(self._answer, envelope, self._clock(), acknowledge)
            self._count, self._bytes = self._count + 1, self._bytes + size
        answering.add_done_callback(lambda _: self._gone(size))
        return answering

    def end(self) -> None:
        """Accept no more envelopes; those being answered go on."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _gone(self, size: int) -> None:
        with self._lock:
            self._count, self._bytes = self._count - 1, self._bytes - size

    def _answer(self, envelope: Frame, came: float, acknowledge: Callable[[str], None]) -> None:
        with observed.answering(came):
            self._acknowledge_it(envelope, came, acknowledge)

    def _acknowledge_it(self, envelope: Frame, came: float, acknowledge: Callable[[str], None]) -> None:
        try:
            self._require_fresh(came)
            answer = self._app.dispatch(BoltRequest(mode="socket_mode", body=envelope.understood))
        except RequestStopped as stopped:
            stopped.tell()
            answer = BoltResponse(status=stopped.status)
        except Exception:
            log.exception("bug")
            return
        if answer.status == HTTPStatus.OK:
            acknowledge(json.dumps(_acknowledgement(envelope, answer)))

    def _require_fresh(self, came: float) -> None:
        if self._clock() - came > STALE:
            raise RequestStopped("stale", HTTPStatus.REQUEST_TIMEOUT)


def _acknowledgement(envelope: Frame, answer: BoltResponse) -> dict[str, object]:
    """An envelope's acknowledgement, with the answer if Slack accepts one over the connection."""
    acknowledgement: dict[str, object] = {"envelope_id": envelope.envelope_id}
    if not (answer.body and envelope.accepts_response_payload):
        return acknowledgement
    is_json = answer.first_headers().get("content-type", "").startswith("application/json")
    return {**acknowledgement, "payload": json.loads(answer.body) if is_json else {"text": answer.body}}
