"""Answers sent forms before Flask and bolt; handlers/sent_forms says why."""

from collections.abc import Iterable
from http import HTTPStatus
from time import monotonic
from typing import cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from bot import server
from bot.gate import VERIFIED
from handlers.edge import Body
from handlers.sent_forms import SentForms
from storage import observed


class FormAnswers:
    """A WSGI layer between the gate and `app`. It passes on whatever isn't a form with a listener, sent to `path`."""

    def __init__(self, app: WSGIApplication, path: str, forms: SentForms) -> None:
        self._app, self._path, self._forms = app, path, forms

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a form, or pass the request on."""
        posted = (environ["REQUEST_METHOD"], environ.get("PATH_INFO")) == ("POST", self._path)
        body = cast("Body", environ.get(VERIFIED, {}) if posted else {})
        listener = self._forms.find(body)
        if listener is None:
            return self._app(environ, start_response)
        came = environ.get(server.CAME, monotonic())
        with observed.answering(came):
            answer = self._forms.answer(listener, body, came)
        content = answer.body.encode()
        headers = [*answer.first_headers().items(), ("Content-Length", str(len(content)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [content]
