"""JSON of requests and answers, whose fields schema.py has checked against Google's declarations."""

import json
from typing import Any

Obj = dict[str, Any]  # a decoded JSON object; schema.read has checked the names and types of its fields
Cell = Obj  # Google's CellData; never changed in place, but replaced by a new object


def compact(value: object) -> bytes:
    """`value` as JSON bytes; not indented like Google's, since indenting would take most of the time."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
