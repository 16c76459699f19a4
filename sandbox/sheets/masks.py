"""Field masks: `?fields=` of partial responses, and `fields` of update requests."""

import re
from functools import lru_cache

from sandbox.sheets.errors import Refused, violation
from sandbox.sheets.schema import TYPES
from sandbox.sheets.wire import Obj

Mask = dict[str, "Mask"]  # selected field -> the fields selected below it; empty means all of it

_TOKEN = re.compile(r"\s*([A-Za-z_$*][\w*$-]*|[(),./])")


@lru_cache(maxsize=512)
def parse(text: str) -> Mask:
    """A mask like `a,b(c,d/e),f.g` as a tree, cached, so not to be changed. Raises ValueError if it is malformed."""
    tokens: list[str] = []
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(text)
        tokens.append(match[1])
        place = match.end()
    mask, rest = _fields(tokens, 0)
    if rest != len(tokens):
        raise ValueError(text)
    return mask


def _fields(tokens: list[str], at: int) -> tuple[Mask, int]:
    mask: Mask = {}
    while True:
        at = _path(tokens, at, mask)
        if at >= len(tokens) or tokens[at] != ",":
            return mask, at
        at += 1


def _path(tokens: list[str], at: int, into: Mask) -> int:
    while True:
        if at >= len(tokens) or tokens[at] in "(),./":
            raise ValueError(tokens)
        name, fresh = tokens[at], tokens[at] not in into
        under = into.setdefault(name, {})
        whole = not fresh and not under
        at += 1
        follows = tokens[at] if at < len(tokens) else ""
        if follows in ("/", "."):
            into, at = ({} if whole else under), at + 1
            continue
        if follows == "(":
            inner, at = _fields(tokens, at + 1)
            if at >= len(tokens) or tokens[at] != ")":
                raise ValueError(tokens)
            if not whole:
                merge(under, inner)
            return at + 1
        if not fresh:
            under.clear()
        return at


def merge(into: Mask, other: Mask) -> None:
    """Add the fields that `other` selects to `into`."""
    for name, under in other.items():
        if name in into and (not into[name] or not under):
            into[name] = {}
        else:
            merge(into.setdefault(name, {}), under)


def response_mask(text: str, type_name: str) -> Mask:
    """The mask of a request's `fields`, if its answer is a `type_name`. Raises Refused (400) for unknown fields."""
    try:
        mask = parse(text)
    except ValueError:
        raise _bad_fields(text) from None
    _check(mask, type_name, text, "")
    return mask


def _check(mask: Mask, kind: object, text: str, path: str) -> None:
    while isinstance(kind, list):
        kind = kind[0]
    if isinstance(kind, dict) or kind in ("any", "object"):
        return
    fields = TYPES.get(str(kind), {})
    for name, under in mask.items():
        if name == "*":
            continue
        here = f"{path}{name}"
        if name not in fields:
            raise _bad_fields(here)
        _check(under, fields[name], text, f"{here}.")


def _bad_fields(path: str) -> Refused:
    description = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation(description, path)]}
    return Refused("Request contains an invalid argument.", 400, [detail])


def under(mask: Mask | None, name: str) -> Mask | None:
    """The part of `mask` below `name`: None if `name` isn't selected, empty if all of it is."""
    if mask is None:
        return None
    if not mask or "*" in mask:
        return mask.get(name) or mask.get("*") or {}
    return mask.get(name)


def select(value: object, mask: Mask) -> object:
    """`value` reduced to what `mask` selects, as in a partial response."""
    if not mask:
        return value
    if isinstance(value, list):
        return [select(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        pairs = ((name, under(mask, name)) for name in value)
        return {name: select(value[name], inner) for name, inner in pairs if inner is not None}
    return {name: select(value[name], inner) if inner else value[name] for name, inner in mask.items() if name in value}


def update_mask(text: str | None, type_name: str) -> Mask:
    """The mask of an update of a `type_name`. Raises Refused if `fields` is missing or has an unknown field."""
    if not text:
        raise Refused("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        mask = parse(text)
    except ValueError:
        raise Refused(f"Invalid field: {text}") from None
    _check_update(mask, type_name)
    return mask


def _check_update(mask: Mask, kind: object, path: str = "") -> None:
    fields = TYPES.get(kind) if isinstance(kind, str) else None
    for name, inner in mask.items():
        if name == "*" or fields is None:
            continue
        if name not in fields:
            raise Refused(f"Invalid field: {path}{name}")
        _check_update(inner, fields[name], f"{path}{name}.")


def apply(target: Obj, source: Obj, mask: Mask) -> Obj:
    """A copy of `target` with the fields in `mask` from `source`; those that `source` lacks are cleared."""
    if not mask or "*" in mask:
        return dict(source)
    result = dict(target)
    for name, inner in mask.items():
        value = source.get(name)
        if inner and (isinstance(value, dict) or value is None):
            applied = apply(result.get(name) or {}, value or {}, inner)
            if applied or name in source:
                result[name] = applied
            else:
                result.pop(name, None)
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result
