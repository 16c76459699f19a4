"""The door: nothing reaches the application that Slack didn't sign, is too large, or can't be read."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from time import time
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from handlers.bounded import RequestStopped
from handlers.payloads import understood

LIMIT = 4 * 1024 * 1024
"""Bytes. The largest form that Slack allows, written in emoji, comes near one megabyte."""

OLDEST = 300
"""Seconds that a signed request stays good, as Slack recommends."""

OPEN = frozenset((method, path) for method in ("GET", "HEAD") for path in ("/healthz", "/readyz"))
"""What anybody may ask, as method and path; bot.web names the view behind it."""

CHECK = 300
"""Characters of a question about our certificate, at most: `ssl_check=1` and a token."""

VERIFIED = "roundtable.verified"
"""The mark in the environ of a request that Slack signed: its payload. A client can set HTTP_* there, and not this."""


class Gate:
    """A WSGI layer in front of `app`. What isn't OPEN is verified, whatever its method, its path and their spelling."""

    def __init__(self, app: WSGIApplication, secret: str | None, clock: Callable[[], float] = time) -> None:
        """`secret`: None where Slack sends nothing here, so that nothing is let in; `clock`: wall time in seconds."""
        self._app = app
        self._secret = secret.encode() if secret else None
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer here, or pass the request on; its body is then JSON, only what was understood."""
        if (environ["REQUEST_METHOD"], environ.get("PATH_INFO")) in OPEN:
            return self._app(environ, start_response)
        try:
            payload = self._verified(environ)
        except RequestStopped as stopped:
            stopped.tell()
            start_response(f"{stopped.status.value} {stopped.status.phrase}", [("Content-Length", "0")])
            return []
        body = json.dumps(payload).encode()
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_TYPE"] = "application/json"
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ[VERIFIED] = payload
        return self._app(environ, start_response)

    def _verified(self, environ: WSGIEnvironment) -> dict[str, object]:
        """What was understood of a request that Slack signed; RequestStopped for anything else."""
        body = _read(environ)
        if _checks_certificate(environ, body):
            raise RequestStopped("certificate_check", HTTPStatus.OK)
        if not self._signed(environ, body):
            raise RequestStopped("unsigned", HTTPStatus.UNAUTHORIZED)
        return understood(environ.get("CONTENT_TYPE", ""), body)

    def _signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        given = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        if self._secret is None:
            return False
        if not (stamp.isascii() and stamp.isdigit() and abs(self._clock() - int(stamp[:12])) <= OLDEST):
            return False
        mac = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        return hmac.compare_digest(f"v0={mac.hexdigest()}".encode(), given.encode("latin-1"))


def _checks_certificate(environ: WSGIEnvironment, body: bytes) -> bool:
    """Whether a request only asks if our certificate is good, which Slack does now and then without a signature."""
    asked = environ.get("QUERY_STRING", "") if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else body.decode("latin-1")
    form = dict(parse_qsl(asked, keep_blank_values=True)) if len(asked) <= CHECK else {}
    return form.get("ssl_check") == "1" and form.keys() <= {"ssl_check", "token"}


def _read(environ: WSGIEnvironment) -> bytes:
    """The body, which the server has taken in whole; RequestStopped if it is over the limit."""
    body: bytes = environ["wsgi.input"].read(LIMIT + 1)
    if len(body) > LIMIT:
        raise RequestStopped("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body
