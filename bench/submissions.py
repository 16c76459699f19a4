"""How fast a return is acknowledged, against a bolt app that does nothing, in the same run on the same server.

Prints submissions a second for both and their ratio. Both are served by the product's own server and get the same
signed bytes over kept-alive connections.
"""

import hashlib
import hmac
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine, text

from sandbox import kept
from sandbox.product import Product, free_port
from tests.kit.loaded import FILE

RETURNS, CLIENTS = 2000, 8
SECRET = b"sandbox-signing-secret"
TEXT = "What we saw and what we did about it. " * 30


def _cycle(home: Path) -> Path:
    """A cycle of 200 cases with ten agencies each, all answered by one lead."""
    setup = json.loads(FILE.read_text())["setup"]
    agencies = [agency["label"] for agency in setup["agencies"]]
    roles = [{"kind": "agency_lead", "agency": agency} for agency in agencies]
    setup["people"] = [{"user_id": "U0LEAD", "label": "Lead of all agencies", "roles": roles}]
    setup["cases"] = [{"reference": f"B-{n:04d}", "area": "East", "agencies": agencies} for n in range(RETURNS // 10)]
    file = home / "cycle.json"
    file.write_text(json.dumps({"note": "For measuring.", "setup": setup}))
    return file


def _submission(record_id: str, number: int) -> bytes:
    texts = {name: {"answer": {"type": "plain_text_input", "value": TEXT}} for name in ("went_well", "learning", "why")}
    grade = {"answer": {"type": "radio_buttons", "selected_option": {"value": "good"}}}
    view = {
        "id": f"V{number:08d}", "type": "modal", "callback_id": "return.submit", "private_metadata": record_id,
        "state": {"values": {**texts, "grade": grade}},
    }  # fmt: skip
    user = {"id": "U0LEAD", "team_id": "T0SANDBOX1"}
    payload = {"type": "view_submission", "team": {"id": "T0SANDBOX1"}, "user": user, "view": view}
    return urlencode({"payload": json.dumps(payload)}).encode()


def sign(body: bytes) -> dict[str, str]:
    """The headers of a form that Slack signed."""
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac}",
    }


def _send(port: int, bodies: Sequence[bytes]) -> None:
    connection = HTTPConnection("127.0.0.1", port)
    for body in bodies:
        connection.request("POST", "/slack/events", body, sign(body))
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200 or b'"errors"' in said:  # noqa: PLR2004
            raise RuntimeError(f"{answer.status} {said[:300]!r}")


def _rate(port: int, bodies: Sequence[bytes]) -> float:
    """Submissions a second, from CLIENTS clients at once."""
    shares = [bodies[number::CLIENTS] for number in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda share: _send(port, share), shares))
    return len(bodies) / (time.perf_counter() - began)


def until_it_listens(port: int) -> None:
    """Wait until somebody does at that port."""
    while True:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)


def _bare(measure: Callable[[int], float]) -> float:
    port = free_port()
    bare = (sys.executable, "-m", "bench.bare", port)
    process = subprocess.Popen(kept.command(*bare), stdin=subprocess.PIPE)  # noqa: S603  # our own app
    try:
        until_it_listens(port)
        return measure(port)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure on SQLite, worker inside, as a small board runs it."""
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        home = Path(folder)
        with Product(home, slack_url="http://127.0.0.1:9", SWEEP_SECONDS="1") as product:
            product.run("cycle", "load", str(_cycle(home)))
            product.run("cycle", "open", "2")
            with create_engine(f"sqlite:///{home / 'roundtable.db'}").connect() as connection:
                ids = connection.scalars(text("SELECT id FROM returns")).all()
            bodies = [_submission(str(record), number) for number, record in enumerate(ids)]
            ours = _rate(product.port, bodies)
        bare = _bare(lambda port: _rate(port, bodies))
    sys.stdout.write(f"submissions: {ours:.0f} a second, bare bolt {bare:.0f} a second, ratio {ours / bare:.2f}\n")
