"""The page over HTTP: sent as a whole once, then the parts that change."""

import base64
import time
from collections.abc import Callable
from hashlib import sha1
from itertools import count
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page import bar, grid, side, talk, window
from sandbox.page.doings import DOINGS
from sandbox.page.frame import frame
from sandbox.page.where import HOME, Where
from sandbox.product import DidNotStart
from sandbox.slack.answers import CannotDo
from sandbox.slack.errors import SlackError

HOLD: Final = 20.0
"""Seconds after which a request that waits for a change is answered without one."""
TOGETHER: Final = 0.15
"""Seconds between a change and its rendering, so that changes that come together are rendered together."""
MOST_DRAWN: Final = 50
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Known = dict[str, str]

_drawing = Lock()
_drawn = count(time.time_ns() // 1_000_000)
"""Numbers the answers. It starts with the time, so that answers are newer than those of an earlier start."""
_sheets: dict[Where, tuple[tuple[object, ...] | None, Markup]] = {}


def sheet(desk: Desk, where: Where) -> Markup:
    """The sheet, which is the largest part; it is rendered only if it has changed."""
    file = desk.drive.files.get(where.book)
    # read before rendering, so that the grid may be newer than its key but never older
    now = (file.book, desk.knows(where.book), len(desk.drive.files)) if file else None
    then, drawn = _sheets.get(where, (None, Markup("")))
    if now is None or then is None or then[0] is not now[0] or then[1:] != now[1:]:
        if len(_sheets) > MOST_DRAWN:
            _sheets.clear()
        drawn = grid.grid(desk, where)
        _sheets[where] = (now, drawn)
    return drawn


PARTS: Final[dict[str, Callable[[Desk, Where], Markup]]] = {
    "me": bar.people,
    "clock": lambda desk, _: bar.clock(desk),
    "plays": lambda desk, _: bar.plays(desk),
    "troubles": lambda desk, _: bar.troubles(desk),
    "waits": lambda desk, _: bar.waits(desk),
    "side": side.side,
    "talk": talk.talk,
    "composer": talk.composer,
    "modal": window.window,
    "sheet": sheet,
}


def application(desk: Desk) -> Flask:
    """The Flask application that serves a desk's page."""
    app = Flask(__name__)
    _guarded(app)

    @app.get("/")
    def whole() -> str:
        where = _where(desk)
        _arrive(desk, where)
        about = desk.scene.about
        note = desk.file.note if desk.scene.loads else about
        return str(frame(note, about, {name: draw(desk, where) for name, draw in PARTS.items()}))

    @app.get("/parts")
    def parts() -> Response:
        after = request.args.get("after", -1, int)
        desk.wait(after, HOLD)
        time.sleep(TOGETHER if after >= 0 else 0)
        return jsonify(_changed(desk, _where(desk), None))

    @app.post("/go")
    def go() -> Response:
        where = _where(desk)
        _arrive(desk, where)
        return jsonify(_changed(desk, where, None))

    @app.post("/do/<doing>")
    def do(doing: str) -> Response:
        where = _where(desk)
        try:
            shown = DOINGS[doing](desk, where, request.form, request.files)
        except (CannotDo, SlackError, DidNotStart, ValueError) as error:
            shown = str(error)
        return jsonify(_changed(desk, where, shown))

    @app.get("/file/<file_id>")
    def file(file_id: str) -> Response:
        found = desk.workspace.files.get(file_id) or abort(404)
        kept = "image/png" if found.name.endswith(".png") else "application/octet-stream"
        return Response(base64.b64decode(found.data), 200, mimetype=kept)

    return app


def _guarded(app: Flask) -> None:
    """Refuse requests of other sites, and under other names of this machine; add security headers."""

    @app.before_request
    def check() -> None:
        if urlsplit(f"//{request.host}").hostname not in {"127.0.0.1", "localhost"}:
            abort(403)
        if request.method == "POST" and request.headers.get("X-Page") != "1":
            abort(403)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _where(desk: Desk) -> Where:
    given = request.args
    return Where.read(desk, given.get("as", ""), given.get("in", ""), given.get("tab", ""), given.get("book", ""))


def _arrive(desk: Desk, where: Where) -> None:
    """Tell the app that a person has opened Home, as Slack does."""
    if where.talk == HOME:
        where.person(desk).open_home()


def _changed(desk: Desk, where: Where, shown: str | None) -> dict[str, object]:
    """The parts that differ from the browser's, which sends the names and marks of those it has.

    All parts are rendered together, one request at a time: of two answers, the one with the higher `drawn` is current,
    whatever order they arrive in. `marks` has the mark of every part, since the browser's may have changed meanwhile.
    """
    known: Known = dict(one.split(":", 1) for one in request.args.get("known", "").split(",") if ":" in one)
    _read(desk, where)
    with _drawing:
        drawn, version = next(_drawn), desk.version
        parts = {name: draw(desk, where) for name, draw in PARTS.items()}
    marks = {name: mark(html) for name, html in parts.items()}
    fresh = {name: html for name, html in parts.items() if marks[name] != known.get(name)}
    return {"drawn": drawn, "version": version, "marks": marks, "parts": fresh, "shown": shown}


def mark(html: Markup) -> str:
    """A short digest of a part's HTML."""
    return sha1(html.encode(), usedforsecurity=False).hexdigest()[:10]


def _read(desk: Desk, where: Where) -> None:
    """Mark the conversation on the person's screen as read."""
    person = where.person(desk)
    if any(seen.channel.id == where.talk and seen.unread for seen in person.channels()):
        person.read(where.talk)
