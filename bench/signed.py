"""Requests as Slack sends them when a return's form is sent: invented content, and a valid signature."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

SECRET = b"sandbox-signing-secret"
TEAM = "T0SANDBOX1"
TEXT = "At 14 there were 3 visits in week 2; what we saw, what we did about it, and what we would do again. " * 12


def submission(record_id: str, user_id: str, number: int) -> bytes:
    """The body of a request that sends a filled-in return."""
    texts = {name: {"answer": {"type": "plain_text_input", "value": TEXT}} for name in ("went_well", "learning", "why")}
    grade = {"answer": {"type": "radio_buttons", "selected_option": {"value": "good"}}}
    view = {
        "id": f"V{number:08d}", "type": "modal", "callback_id": "return.submit", "private_metadata": record_id,
        "state": {"values": {**texts, "grade": grade}},
    }  # fmt: skip
    payload = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user_id, "team_id": TEAM}, "view": view}
    return urlencode({"payload": json.dumps(payload)}).encode()


def sign(body: bytes) -> dict[str, str]:
    """The headers of a request with this body, signed as by Slack."""
    stamp = str(int(time.time()))
    mac = hmac.new(SECRET, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={mac}",
    }
