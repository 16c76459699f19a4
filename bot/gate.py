"""The door: nothing reaches the application that Slack didn't sign, is too large, or can't be read."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from time import time
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog

from handlers.payloads import understood

LIMIT = 4 * 1024 * 1024
"""Bytes. The largest form that Slack allows, written in emoji, comes near one megabyte."""

OLDEST = 300
"""Seconds that a signed request stays good, as Slack recommends."""

log = structlog.get_logger()


class Gate:
    """A WSGI layer in front of `app` for the paths in `guarded`; bolt would parse a body before verifying it."""

    def __init__(
        self, app: WSGIApplication, secret: str, guarded: frozenset[str], clock: Callable[[], float] = time
    ) -> None:
        """`clock` gives wall time in seconds."""
        self._app = app
        self._secret = secret.encode()
        self._guarded = guarded
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer 413, 401 or 400, or pass the request on; its body is then JSON, only what was understood."""
        if environ.get("PATH_INFO") not in self._guarded or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start_response)
        body = _read(environ)
        if body is None:
            return _refuse(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self._signed(environ, body):
            return _refuse(start_response, HTTPStatus.UNAUTHORIZED)
        payload = understood(environ.get("CONTENT_TYPE", ""), body)
        if payload is None:
            return _refuse(start_response, HTTPStatus.BAD_REQUEST)
        environ["wsgi.input"] = BytesIO(payload)
        environ["CONTENT_TYPE"] = "application/json"
        environ["CONTENT_LENGTH"] = str(len(payload))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return self._app(environ, start_response)

    def _signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        given = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if not (stamp.isascii() and stamp.isdigit() and abs(self._clock() - int(stamp[:12])) <= OLDEST):
            return False
        mac = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return hmac.compare_digest(f"v0={mac.hexdigest()}".encode(), given.encode("latin-1"))


def _read(environ: WSGIEnvironment) -> bytes | None:
    """The body, or None if it is over the limit or its length can't be trusted."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdigit() and len(length) <= len(str(LIMIT))):
        return None
    if length and int(length) > LIMIT:
        return None
    if not length and not environ.get("wsgi.input_terminated"):
        return b""  # it would be read until the sender hangs up
    try:
        body: bytes = environ["wsgi.input"].read(int(length) if length else LIMIT + 1)
    except Exception:  # noqa: BLE001  # cut off, or chunks that aren't; each server raises its own
        return b""
    return body if len(body) <= LIMIT else None


def _refuse(start_response: StartResponse, status: HTTPStatus) -> Iterable[bytes]:
    log.warning("request_refused", status=status.value)
    start_response(f"{status.value} {status.phrase}", [("Content-Length", "0"), ("Connection", "close")])
    return []
