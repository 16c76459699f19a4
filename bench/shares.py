"""Where the time of a submission goes, from its arrival to its answer, found by sampling a thousand times a second.

The web application runs in this process, one submission after another, with SQLite waiting for the disk. Prints shares.
"""

import signal
import sys
import tempfile
from collections import Counter
from io import BytesIO
from itertools import islice
from pathlib import Path
from types import FrameType
from wsgiref.util import setup_testing_defaults

from flask import Flask
from pydantic import SecretStr

from bench import load, submissions
from bench.signed import SECRET, sign
from bot import web
from bot.settings import Settings
from sandbox.product import Product

NO_SLACK = "http://127.0.0.1:9"
WARM, SENT = 100, 2000
EVERY = 0.001
"""Seconds between two samples."""
PARTS = (
    ("looking for identifiers", ("audit/identifiers/", "audit/screening/")),
    ("sealing, marks and hashes", ("storage/crypto.py", "storage/trail.py:_hash")),
    ("commit", ("sqlalchemy/engine/default.py:do_commit",)),
    ("statements, in SQLite", ("sqlalchemy/engine/default.py:do_execute",)),
    ("statements, in SQLAlchemy", ("/sqlalchemy/",)),
    ("a writer's turn", ("storage/writers_turn.py",)),
    ("rules, forms and messages", ("handlers/returns.py",)),
    ("finding the handler, and its answer", ("bot/form_answers.py",)),
    ("signature, reading and bounds", ("bot/gate.py",)),
)
"""Part of the work -> what its frames' places on the stack contain (file, or file:function); the first match counts."""


def main() -> None:
    """Print each part's share."""
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        home = Path(folder)
        product = Product(home, slack_url=NO_SLACK)
        for command in (("migrate",), ("cycle", "load", str(submissions.cycle(home))), ("cycle", "open", "2")):
            product.run(*command)
        url = f"sqlite:///{home / 'roundtable.db'}"
        settings = Settings(
            database_url=SecretStr(url),
            encryption_keys=SecretStr((home / "keys").read_text().strip()),
            slack_bot_token=SecretStr("xoxb-sandbox"),
            slack_signing_secret=SecretStr(SECRET.decode()),
        )
        sessions = settings.sessions(patience=web.PATIENCE)
        app, bodies = web.build(settings, sessions), submissions.bodies(url)
        for body in islice(bodies, WARM):
            _send(app, body)
        found: Counter[str] = Counter()
        signal.signal(signal.SIGALRM, lambda _, frame: found.update([_part(frame)]))
        signal.setitimer(signal.ITIMER_REAL, EVERY, EVERY)
        for body in islice(bodies, SENT):
            _send(app, body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sessions.dispose()
    for part, looks in found.most_common():
        sys.stdout.write(f"{part:32} {looks / found.total():6.1%}\n")


def _send(app: Flask, body: bytes) -> None:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sign(body).items()}
    environ = {
        **headers,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": web.SLACK_PATH,
        "CONTENT_TYPE": headers["HTTP_CONTENT_TYPE"],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    answer = b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
    if submissions.SAVED not in answer:
        raise load.Failed(answer[:400].decode(errors="replace"))


def _part(frame: FrameType | None) -> str:
    """The part of the work that `frame` and its callers belong to."""
    under_way = []
    while frame is not None:
        under_way.append(f"{frame.f_code.co_filename}:{frame.f_code.co_name}")
        frame = frame.f_back
    return next((part for part, code in PARTS if any(each in at for at in under_way for each in code)), "this program")
