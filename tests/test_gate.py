"""The door, as gunicorn serves it: what isn't signed, is stale, too large or nonsense does nothing, untraced."""

import json
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from bot.gate import LIMIT, OLDEST, Gate
from sandbox.serve import serving
from sandbox.slack.sender import FORM, JSON, signature
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from tests.forging import click, command, home_opened, submission
from tests.looking import Rows, rows
from tests.served import Served, served

SECRET = "the-secret-of-the-gate-tests"
CANARY = "canarywordnobodymayread"
Answer = tuple[int, bytes]


@dataclass(frozen=True)
class Door:
    """The product behind its door, and a look at its database."""

    product: Served
    sessions: Sessions
    before: Rows

    def ask(self, body: bytes, headers: Mapping[str, str], *, declared: bool = True) -> int:
        """Send a POST with these headers, byte by byte; the status of the answer."""
        lines = [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if declared else []
        return asked(self.product.url, lines, body)

    def signed(self, body: bytes, kind: str = FORM) -> int:
        """Sent as Slack would send it."""
        return self.ask(body, {"Content-Type": kind, **sign(body)})

    def is_untouched(self) -> bool:
        """Whether nothing was done, and nothing of a body written down."""
        said = self.product.said()
        return rows(self.sessions, but=frozenset()) == self.before and CANARY not in said and SECRET not in said


def sign(body: bytes, stamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}


def asked(url: str, lines: list[str], body: bytes) -> int:
    """The status of the answer to a POST with exactly these header lines and this body."""
    where = urlsplit(url)
    head = "\r\n".join(["POST /slack/events HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=60) as connection:
        connection.sendall(head.encode("latin-1") + body)
        return int(connection.makefile("rb").readline().split()[1])


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """gunicorn with everything logged; Slack's API is a port at which nobody listens."""
    home = tmp_path_factory.mktemp("door")
    shutil.copy(sqlite_template, home / "roundtable.db")
    keys, url = f"k1:{new_key()}", f"sqlite:///{home / 'roundtable.db'}"
    given = {
        "DATABASE_URL": url,
        "ENCRYPTION_KEYS": keys,
        "SLACK_BOT_TOKEN": "xoxb-of-the-gate-tests",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "LOG_LEVEL": "DEBUG",
    }
    sessions = Sessions(url, Vault.from_text(keys), Clock())
    with served(given, home) as product:
        yield Door(product, sessions, rows(sessions, but=frozenset()))
    sessions.dispose()


BODY = urlencode({"payload": json.dumps(submission("U0EDUEAST", "return.submit", "a" * 32, {"why": CANARY}))}).encode()


def test_the_door_opens_for_slack(door: Door) -> None:
    assert door.signed(b"ssl_check=1&token=x") == HTTPStatus.OK
    assert door.signed(b'{"type": "url_verification", "challenge": "abc"}', JSON) == HTTPStatus.OK


def test_without_a_good_signature_nothing_happens(door: Door) -> None:
    good = sign(BODY)
    stamp, given = good["X-Slack-Request-Timestamp"], good["X-Slack-Signature"]
    forged = [
        {},
        {"X-Slack-Request-Timestamp": stamp},
        {"X-Slack-Signature": given},
        good | {"X-Slack-Signature": ""},
        good | {"X-Slack-Signature": "v0="},
        good | {"X-Slack-Signature": given[:-1]},
        good | {"X-Slack-Signature": given + "0"},
        good | {"X-Slack-Signature": given.upper()},
        good | {"X-Slack-Signature": given.replace("v0=", "v1=")},
        good | {"X-Slack-Signature": "\u00e9\u00ff" * 20},
        good | {"X-Slack-Signature": f"{given}, {given}"},
        sign(BODY, secret="another-secret"),
        sign(BODY + b" "),
        *(sign(BODY, odd) for odd in ("x", "-1", "+1", "1e9", "0x10", "9" * 400, "0" * 400, " ", "1.5", "\u00b2" * 10)),
        *(sign(BODY, f"{sign_}{stamp}") for sign_ in "+-"),
        sign(BODY, f"{stamp}.0"),
        sign(BODY, stamp + "0"),
        sign(BODY, str(int(stamp) - OLDEST - 5)),
        sign(BODY, str(int(stamp) + OLDEST + 5)),
    ]
    statuses = [door.ask(BODY, {"Content-Type": FORM, **headers}) for headers in forged]
    assert set(statuses) == {HTTPStatus.UNAUTHORIZED}
    assert door.is_untouched()


def test_a_header_given_twice_is_no_signature(door: Door) -> None:
    lines = [f"{name}: {value}" for name, value in sign(BODY).items()] + [f"Content-Length: {len(BODY)}"]
    for twice in lines[:2]:
        assert asked(door.product.url, [*lines, twice], BODY) in {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}
    assert door.is_untouched()


def test_digits_of_other_scripts_are_no_timestamp() -> None:
    """As a server might hand them over that knows more than Latin-1; gunicorn doesn't."""
    said: list[str] = []

    def inner(_environ: object, _start_response: object) -> list[bytes]:
        raise AssertionError("let in")

    gate = Gate(inner, SECRET, frozenset({"/"}))
    for zero in ("\u0660", "\u00b2", "\uff10"):
        environ = {
            "PATH_INFO": "/",
            "REQUEST_METHOD": "POST",
            "wsgi.input": BytesIO(),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": zero * 10,
            "HTTP_X_SLACK_SIGNATURE": "v0=0",
        }
        list(gate(environ, lambda status, *_: said.append(status)))  # type: ignore[arg-type]
    assert said == ["401 Unauthorized"] * 3


def test_what_is_too_large_isnt_even_read(door: Door) -> None:
    """Declared, it is refused before a byte of it; undeclared, after one byte too many."""
    headers = [f"{name}: {value}" for name, value in sign(b"").items()]
    for declared in (LIMIT + 1, 10**15, 10**30):
        status = asked(door.product.url, [*headers, f"Content-Length: {declared}"], b"")
        assert status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST}
    chunk = f"{LIMIT + 1:x}\r\n".encode() + b"a" * (LIMIT + 1) + b"\r\n0\r\n\r\n"
    status = asked(door.product.url, [*headers, "Transfer-Encoding: chunked"], chunk)
    assert status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert door.is_untouched()


def test_a_length_that_lies(door: Door) -> None:
    headers = [f"{name}: {value}" for name, value in sign(BODY).items()]
    for wrong in ("-1", "abc", "1_0", "\u00b2", "9" * 5000, "1, 2"):
        assert 400 <= asked(door.product.url, [*headers, f"Content-Length: {wrong}"], b"") < 500
    assert asked(door.product.url, [*headers, f"Content-Length: {len(BODY) - 7}"], BODY) == HTTPStatus.UNAUTHORIZED
    assert asked(door.product.url, headers, BODY) == HTTPStatus.UNAUTHORIZED
    both = [*headers, f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"]
    assert 400 <= asked(door.product.url, both, BODY) < 500
    assert door.is_untouched()


def test_chunks_that_are_none(door: Door) -> None:
    headers = [f"{name}: {value}" for name, value in sign(BODY).items()] + ["Transfer-Encoding: chunked"]
    for chunks in (f"{CANARY}\r\n".encode(), b"-5\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n"):
        assert 400 <= asked(door.product.url, headers, chunks) < 500
    assert door.is_untouched()


def test_chunks_that_are_signed_are_let_in(door: Door) -> None:
    body = b"ssl_check=1"
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    headers = [f"{name}: {value}" for name, value in sign(body).items()]
    headers += ["Transfer-Encoding: chunked", f"Content-Type: {FORM}"]
    assert asked(door.product.url, headers, chunked) == HTTPStatus.OK


def form(payload: object) -> bytes:
    return b"payload=" + quote(json.dumps(payload) if not isinstance(payload, str) else payload).encode()


GOOD = click("U0EDUEAST", "return.open", "a" * 32)
NONSENSE: list[tuple[bytes, str]] = [
    (b"", FORM),
    (b"", JSON),
    (b"\xff\xfe\x00", JSON),
    (b"payload=%FF%FE", FORM),
    (b"\xff" * 100, FORM),
    (b"{", JSON),
    (b'{"a":=1}&b=2', FORM),
    (b"null", JSON),
    (b"[]", JSON),
    (b'"text"', JSON),
    (b"9" * 5000, JSON),
    (b'{"type":"event_callback","team_id":' + b"9" * 5000 + b"}", JSON),
    (b"[" * 100_000 + b"]" * 100_000, JSON),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON),
    (b'{"a":' * 900 + b"1" + b"}" * 900, JSON),
    (f"text={CANARY}".encode(), FORM),
    (b"&".join(b"a=1" for _ in range(5000)), FORM),
    *((form(odd), FORM) for odd in ("", "{", "null", "[]", "1", '"a"', "[" * 5000, [GOOD], GOOD["actions"])),
    (form(GOOD), "text/plain"),
    (form(GOOD), "multipart/form-data; boundary=x"),
    (form(GOOD), ""),
    (form(GOOD), JSON),
    (json.dumps(GOOD).encode(), JSON),
    (json.dumps(GOOD).encode(), FORM),
    (json.dumps(home_opened("U0EDUEAST")).encode(), FORM),
    (urlencode(command("U0EDUEAST")).encode(), JSON),
    (urlencode(command("U0EDUEAST") | {"user_id": "U\x00"}).encode(), FORM),
    (urlencode(command("U0EDUEAST") | {"user_id": "U" * 200}).encode(), FORM),
    (form({"type": "block_actions"}), FORM),
    (form(GOOD | {"actions": []}), FORM),
    (form(GOOD | {"user": None}), FORM),
    (form(GOOD | {"user": {"id": "\ud800"}}), FORM),
    (form(GOOD | {"user": {"id": "U\x00"}}), FORM),
    (form(GOOD | {"user": ["U0EDUEAST"]}), FORM),
    (form(GOOD | {"trigger_id": "\ud800"}), FORM),
    (form({"type": "view_submission", "user": {"id": "U1"}, "view": None}), FORM),
    (json.dumps({"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened"}}).encode(), JSON),
    (json.dumps({"type": "event_callback", "team_id": "T1", "event": [1]}).encode(), JSON),
]


def test_signed_nonsense_is_refused(door: Door) -> None:
    wrong = [
        (status, body[:80], kind)
        for body, kind in NONSENSE
        if (status := door.signed(body, kind)) != HTTPStatus.BAD_REQUEST
    ]
    assert wrong == []
    assert door.is_untouched()


def test_signed_but_unknown_goes_nowhere(door: Door) -> None:
    who = {"user": {"id": "U0EDUEAST", "team_id": "T0SANDBOX1"}, "view": {"id": "V1", "type": "modal"}}
    unknown = [
        {"type": "shortcut", "callback_id": CANARY, **who},
        {"type": "view_submission", **who},
        {"type": "view_closed", **who},
        {"type": "block_suggestion", **who},
        {"type": CANARY, **who},
        GOOD | {"actions": [{"action_id": CANARY}]},
    ]
    assert {door.signed(form(payload)) for payload in unknown} == {HTTPStatus.NOT_FOUND}
    assert door.signed(urlencode(command("U0EDUEAST") | {"command": "/other"}).encode()) == HTTPStatus.NOT_FOUND
    assert door.is_untouched()


def test_a_request_grows_stale() -> None:
    """The same bytes are good for 300 seconds and no longer."""
    now = [time.time()]
    body = b"ssl_check=1"
    lines = [f"{name}: {value}" for name, value in sign(body).items()]
    lines += [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]

    def inner(_environ: object, start_response: object) -> list[bytes]:
        start_response("204 No Content", [])  # type: ignore[operator]
        return []

    with serving(Gate(inner, SECRET, frozenset({"/slack/events"}), lambda: now[0])) as url:
        assert asked(url, lines, body) == HTTPStatus.NO_CONTENT
        now[0] += OLDEST - 1
        assert asked(url, lines, body) == HTTPStatus.NO_CONTENT
        now[0] += 3
        assert asked(url, lines, body) == HTTPStatus.UNAUTHORIZED
