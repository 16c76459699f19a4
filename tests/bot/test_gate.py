"""The door, as the web process has it: what isn't signed, is stale, too large or nonsense does nothing, untraced."""

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.gate import LIMIT, OLDEST, Gate
from sandbox.slack.sender import FORM, JSON, signature
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from tests.kit.doors import listening, raw, request
from tests.kit.forging import command, submission
from tests.kit.looking import Rows, rows
from tests.kit.nonsense import CANARY, GOOD, NONSENSE, form
from tests.kit.served import Served, served

SECRET = "the-secret-of-the-gate-tests"


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
    """The status of the answer to a POST with exactly these header lines and this body; 0 if there was none."""
    return raw(url, request("POST /slack/events HTTP/1.1", ["Host: localhost", "Connection: close", *lines], body))


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A web process with everything logged; Slack's API is a port at which nobody listens."""
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


PROOF = b'{"type": "url_verification", "challenge": "abc"}'


def test_the_door_opens_for_slack(door: Door) -> None:
    assert door.signed(PROOF, JSON) == HTTPStatus.OK


def test_fault_01_without_a_good_signature_nothing_happens(door: Door) -> None:
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


def test_fault_01_a_header_given_twice_is_no_signature(door: Door) -> None:
    lines = [f"{name}: {value}" for name, value in sign(BODY).items()] + [f"Content-Length: {len(BODY)}"]
    for twice in lines[:2]:
        assert asked(door.product.url, [*lines, twice], BODY) in {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}
    assert door.is_untouched()


def test_fault_01_digits_of_other_scripts_are_no_timestamp() -> None:
    """As a server might hand them over that knows more than Latin-1; ours doesn't."""
    said: list[str] = []

    def inner(_environ: object, _start_response: object) -> list[bytes]:
        raise AssertionError("let in")

    gate = Gate(inner, SECRET)
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


def test_fault_01_where_there_is_no_secret_nobody_has_signed() -> None:
    """In Socket Mode nothing comes over HTTP: neither an empty key's signature nor anybody else's is good."""
    said: list[str] = []
    gate = Gate(lambda _environ, _start_response: [b"let in"], None)
    for secret in ("", "None", SECRET):
        signed = {f"HTTP_{name.replace('-', '_').upper()}": value for name, value in sign(BODY, secret=secret).items()}
        environ = {"PATH_INFO": "/slack/events", "REQUEST_METHOD": "POST", "wsgi.input": BytesIO(BODY), **signed}
        list(gate(environ, lambda status, *_: said.append(status)))  # type: ignore[arg-type]
    assert said == ["401 Unauthorized"] * 3


def test_fault_03_what_is_too_large_isnt_even_read(door: Door) -> None:
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
    chunked = f"{len(PROOF):x}\r\n".encode() + PROOF + b"\r\n0\r\n\r\n"
    headers = [f"{name}: {value}" for name, value in sign(PROOF).items()]
    headers += ["Transfer-Encoding: chunked", f"Content-Type: {JSON}"]
    assert asked(door.product.url, headers, chunked) == HTTPStatus.OK


def test_fault_03_signed_nonsense_is_refused(door: Door) -> None:
    wrong = [
        (status, body[:80], kind)
        for body, kind in NONSENSE
        if (status := door.signed(body, kind)) != HTTPStatus.BAD_REQUEST
    ]
    assert wrong == []
    assert door.is_untouched()


def test_signed_but_unknown_goes_nowhere(door: Door) -> None:
    """What Slack may send and nobody here waits for: among it what bolt would look through for parts left out."""
    who = {"team": {"id": "T0SANDBOX1"}, "user": {"id": "U0EDUEAST", "team_id": "T0SANDBOX1"}, "trigger_id": "1.2.3"}
    modal, step = {"id": "V1", "type": "modal"}, {"id": "V1", "type": "workflow_step"}
    kinds = ["shortcut", "message_action", "block_suggestion", "interactive_message", "dialog_submission", CANARY]
    kinds += [
        "dialog_cancellation",
        "dialog_suggestion",
        "workflow_step_edit",
        "workflow_step_save",
        "function_executed",
    ]
    unknown = [
        *({"type": kind, "callback_id": "x", **who, "view": modal} for kind in kinds),
        *({"type": kind, "callback_id": "x", **who} for kind in kinds),
        {"type": "interactive_message", "callback_id": "x", "actions": [], **who},
        *({"type": kind, "callback_id": "x", **who, "view": step} for kind in ("view_submission", "view_closed")),
        {"type": "view_submission", "callback_id": "none.such", **who, "view": modal},
        {"type": "view_closed", **who, "view": modal},
        GOOD | {"actions": [{"action_id": CANARY}]},
    ]
    wrong = [payload for payload in unknown if door.signed(form(payload)) != HTTPStatus.NOT_FOUND]
    assert wrong == []
    assert door.signed(urlencode(command("U0EDUEAST") | {"command": "/other"}).encode()) == HTTPStatus.NOT_FOUND
    assert door.is_untouched()


def test_what_slack_tells_unasked_is_taken(door: Door) -> None:
    """Or it would be sent again, and after a while nothing more."""
    limited = {"type": "app_rate_limited", "team_id": "T0SANDBOX1", "minute_rate_limited": 1_518_467_820}
    assert door.signed(json.dumps(limited | {"api_app_id": "A0SANDBOX"}).encode(), JSON) == HTTPStatus.OK
    assert "events_dropped_by_slack" in door.product.said()
    for kind in ("workflow_step_execute", "function_executed", "message", "tokens_revoked", CANARY):
        event = {"type": "event_callback", "team_id": "T0SANDBOX1", "event": {"type": kind, "text": CANARY}}
        assert door.signed(json.dumps(event).encode(), JSON) == HTTPStatus.OK, kind
    assert door.is_untouched()


def test_a_question_about_the_certificate_is_answered_and_nothing_done(door: Door) -> None:
    """Slack sends it without a signature; so may anybody, and it mustn't carry anything in."""
    check = ("ssl_check=1", "ssl_check=1&token=abc", "token=abc&ssl_check=1")
    asks = [(f"GET /slack/events?{each} HTTP/1.1", b"") for each in check]
    asks += [("POST /slack/events HTTP/1.1", each.encode()) for each in check]
    for line, body in asks:
        assert (
            raw(door.product.url, request(line, [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"], body)) == 200
        )
    carrying = [
        b"ssl_check=1&" + BODY,
        BODY + b"&ssl_check=1",
        b"ssl_check=1&" + urlencode(command("U0EDUEAST")).encode(),
    ]
    carrying += [
        b"ssl_check=0",
        b"ssl_check=true",
        b"ssl_check",
        b"ssl_check=1&token=" + b"x" * 300,
        b"ssl_check=1&x=1",
    ]
    for body in carrying:
        assert door.ask(body, {"Content-Type": FORM}) == HTTPStatus.UNAUTHORIZED, body[:40]
    queried = request("POST /slack/events?ssl_check=1 HTTP/1.1", [f"Content-Length: {len(BODY)}"], BODY)
    assert raw(door.product.url, queried) == HTTPStatus.UNAUTHORIZED
    assert door.is_untouched()


def test_fault_02_a_request_grows_stale() -> None:
    """The same bytes are good for 300 seconds and no longer."""
    now = [time.time()]
    lines = [f"{name}: {value}" for name, value in sign(PROOF).items()]
    lines += [f"Content-Type: {JSON}", f"Content-Length: {len(PROOF)}"]

    def inner(_environ: object, start_response: object) -> list[bytes]:
        start_response("204 No Content", [])  # type: ignore[operator]
        return []

    with listening(Gate(inner, SECRET, lambda: now[0])) as url:
        assert asked(url, lines, PROOF) == HTTPStatus.NO_CONTENT
        now[0] += OLDEST - 1
        assert asked(url, lines, PROOF) == HTTPStatus.NO_CONTENT
        now[0] += 3
        assert asked(url, lines, PROOF) == HTTPStatus.UNAUTHORIZED
