"""Signed requests without meaning, which the gate answers with 400."""

import json
from urllib.parse import quote, urlencode

from sandbox.slack.sender import FORM, JSON
from tests.kit.forging import click, command, home_opened

CANARY = "canarywordnobodymayread"


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
