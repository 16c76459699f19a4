"""The gate (the door): refuses requests that Slack didn't sign, that are too large, or that can't be read."""

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
"""Maximum bytes of a request. The largest form that Slack allows, written in emoji, takes nearly one megabyte."""

OLDEST = 300
"""Seconds for which a signed request is valid, as Slack recommends."""

OPEN = frozenset((method, path) for method in ("GET", "HEAD") for path in ("/healthz", "/readyz"))
"""The (method, path) of requests that anybody may make; bot.web names their views."""

CHECK = 300
"""Maximum number of characters of a certificate check: `ssl_check=1` and a token."""

VERIFIED = "roundtable.verified"
"""The environ key with the payload of a request that Slack signed. A client can only set keys that begin with HTTP_."""


class Gate:
    """A WSGI layer in front of `app`. Requests not in OPEN are verified, whatever their method, path and spelling."""

    def __init__(self, app: WSGIApplication, secret: str | None, clock: Callable[[], float] = time) -> None:
        """`secret`: None if Slack sends no requests here, so that none is admitted; `clock`: wall time in seconds."""
        self._app = app
        self._secret = secret.encode() if secret else None
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, or pass it on with the understood payload as its JSON body."""
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
        """The understood payload of a request that Slack signed; RequestStopped for anything else."""
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
    """Whether a request only checks our certificate, which Slack does now and then without a signature."""
    asked = environ.get("QUERY_STRING", "") if environ["REQUEST_METHOD"] in {"GET", "HEAD"} else body.decode("latin-1")
    form = dict(parse_qsl(asked, keep_blank_values=True)) if len(asked) <= CHECK else {}
    return form.get("ssl_check") == "1" and form.keys() <= {"ssl_check", "token"}


def _read(environ: WSGIEnvironment) -> bytes:
    """The body, which the server has received completely; RequestStopped if it is over the limit."""
    body: bytes = environ["wsgi.input"].read(LIMIT + 1)
    if len(body) > LIMIT:
        raise RequestStopped("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body
