"""Slack's JSON, with readers that accept any value."""

import json
import secrets
import string
from typing import TypeVar

J = TypeVar("J")
Obj = dict[str, object]
"""A JSON object whose values must be checked before use."""

_CAPITALS = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits


def obj(value: object) -> Obj:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """`value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def objs(value: object) -> list[Obj]:
    """The objects in `value`, if it is an array."""
    return [item for item in items(value) if isinstance(item, dict)]


def text(value: object) -> str:
    """`value` if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def strings(value: object) -> list[str]:
    """The strings in `value`, if it is an array."""
    return [item for item in items(value) if isinstance(item, str)]


def compact(value: object) -> str:
    """`value` as JSON without spaces, as Slack sends it."""
    return json.dumps(value, separators=(",", ":"))


def copied(value: J) -> J:
    """A deep copy of JSON, ten times as fast as `copy.deepcopy`."""
    found: J = json.loads(json.dumps(value))
    return found


def parsed(value: object) -> object:
    """`value`, parsed as JSON if it is a string; None if that fails."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def new_id(prefix: str) -> str:
    """An id like Slack's: the prefix, 0, and nine capitals or digits."""
    return prefix + "0" + "".join(secrets.choice(_CAPITALS) for _ in range(9))


def new_word(length: int) -> str:
    """Random letters and digits, for block ids, hashes and secrets in URLs."""
    return "".join(_MIXED[each % len(_MIXED)] for each in secrets.token_bytes(length))
