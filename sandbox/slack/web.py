"""The stand-in over HTTP: Web API, uploads, response_urls and private files behind the faults; and the control API."""

import base64
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Request, Response

from sandbox.serve import serving
from sandbox.slack import control
from sandbox.slack.api import door, response_url, uploads
from sandbox.slack.workspace import Workspace


def application(workspace: Workspace) -> WSGIApplication:
    """The workspace as a WSGI application; `workspace.faults` are in front of everything but `/_sandbox/`."""

    def slack(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return _slack(workspace, Request(environ))(environ, start_response)

    faulty = workspace.faults.before(slack)
    controls = cache(control.application)  # made at the first request to it

    def either(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        wanted = controls(workspace) if environ["PATH_INFO"].startswith("/_sandbox/") else faulty
        return wanted(environ, start_response)

    return either


@contextmanager
def running(workspace: Workspace, port: int = 0) -> Iterator[str]:
    """Serve the workspace on 127.0.0.1 while the block runs; yields its address (the Web API is at `/api/`)."""
    with serving(application(workspace), port) as address:
        workspace.address = address
        workspace.sender.go_on()
        try:
            yield address
        finally:
            workspace.sender.stop()
            workspace.sockets.stop()


def _slack(workspace: Workspace, request: Request) -> Response:
    area, _, rest = request.path.lstrip("/").partition("/")
    if area == "api":
        return door.answer(workspace, request, rest)
    if request.method == "POST" and area == "upload":
        status, said = uploads.received(workspace, rest.rpartition("/")[2], _bytes(request))
        return Response(said, status)
    if request.method == "POST" and area == "response":
        status, said = response_url.answered(workspace, rest.rpartition("/")[2], request.get_data())
        return Response(said, status)
    if area == "files-pri":
        return _private_file(workspace, request, rest)
    return Response("Not Found", 404)


def _bytes(request: Request) -> bytes:
    if request.mimetype != "multipart/form-data":
        return request.get_data()  # regardless of the type: urllib declares bytes to be a form
    sent = next(iter(request.files.values()), None)
    return b"" if sent is None else sent.read()


def _private_file(workspace: Workspace, request: Request, rest: str) -> Response:
    if request.headers.get("Authorization") != f"Bearer {workspace.app.bot_token}":
        return Response("", 302, {"Location": f"https://{workspace.team.domain}.slack.com/"})
    file = workspace.files.get(rest.partition("/")[0].partition("-")[2])
    if file is None or not file.data:
        return Response("Not Found", 404)
    return Response(base64.b64decode(file.data), 200, mimetype="application/octet-stream")
