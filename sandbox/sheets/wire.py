"""JSON as it travels: objects whose fields schema.py has checked against Google's own declarations."""

import json
from typing import Any

Obj = dict[str, Any]  # a decoded JSON object; the door (schema.read) has checked its fields' names and types
Cell = Obj  # Google's CellData, never changed in place: a changed cell is a new object


def compact(value: object) -> bytes:
    """`value` as JSON bytes; not indented, unlike Google's, since indenting is what takes longest."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def without_none(**fields: object) -> Obj:
    """An object of the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
