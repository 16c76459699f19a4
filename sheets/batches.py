"""Requests as the bodies of batchUpdate calls that Google accepts."""

import json
from collections.abc import Sequence

from sheets.requests import Request

BATCH = 1_800_000
"""Maximum bytes in one write. Google advises at most 2 MB; only drawing many hundred returns at once takes more."""


def batches(requests: Sequence[Request]) -> list[bytes]:
    """The bodies of as few writes as possible: one, except for the first drawing of a very large cycle."""
    return [body(group) for group in grouped(requests)]


def grouped(requests: Sequence[Request]) -> list[list[bytes]]:
    """The requests as JSON, grouped by write."""
    groups: list[list[bytes]] = []
    size = BATCH
    for request in requests:
        text = encoded(request)
        if size + len(text) + 1 > BATCH:
            groups.append([])
            size = 0
        groups[-1].append(text)
        size += len(text) + 1
    return groups


def encoded(value: object) -> bytes:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def body(requests: Sequence[bytes], ranges: Sequence[str] = ()) -> bytes:
    """The body of one write, which asks Google to return these ranges (A1) afterwards."""
    asked = b',"includeSpreadsheetInResponse":true,"responseIncludeGridData":true,"responseRanges":' + encoded(ranges)
    return b'{"requests":[' + b",".join(requests) + b"]" + (asked if ranges else b"") + b"}"
