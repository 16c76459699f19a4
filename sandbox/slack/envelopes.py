"""Slack's HTTP requests as envelopes of Socket Mode."""

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl
from uuid import uuid4

from sandbox.slack.shapes import Obj

CONNECTION: Final = "wss:"
"""The URL in the record of a request that went over a connection."""


def enveloped(body: bytes, content_type: str, headers: Mapping[str, str]) -> Obj:
    """The envelope of a request. Interactions and commands accept an answer in it; events have a retry count."""
    sent: Obj = {"envelope_id": str(uuid4()), "accepts_response_payload": True}
    if content_type == "application/json":
        attempt, reason = int(headers.get("X-Slack-Retry-Num", 0)), headers.get("X-Slack-Retry-Reason", "")
        again: Obj = {"retry_attempt": attempt, "retry_reason": reason.removeprefix("http_")}
        return {**sent, "type": "events_api", "accepts_response_payload": False, "payload": json.loads(body), **again}
    form = dict(parse_qsl(body.decode(), keep_blank_values=True, errors="surrogatepass"))
    if "payload" in form:
        return {**sent, "type": "interactive", "payload": json.loads(form["payload"])}
    return {**sent, "type": "slash_commands", "payload": form}
