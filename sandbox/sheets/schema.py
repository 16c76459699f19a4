"""Google's message declarations (schema.json), and request bodies checked against them: names, types, enums."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.sheets.errors import bad_payload, violation
from sandbox.sheets.wire import Obj

_SCHEMA: Obj = json.loads(Path(__file__).with_name("schema.json").read_text())
TYPES: dict[str, Obj] = _SCHEMA["types"]
METHODS: dict[str, list[str | None]] = _SCHEMA["methods"]
_NUMBERS = {"int32": int, "int64": int, "double": float, "float": float, "number": float}
_ABSENT = object()


def snake(name: str) -> str:
    """A field's name in snake case, as in Google's error messages."""
    return re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name)


def read(type_name: str, body: object) -> Obj:
    """`body` checked against `type_name`, without nulls, numbers in strings converted. Raises Refused (400)."""
    reader = _Reader()
    value = reader.message(type_name, body, "")
    if reader.violations:
        raise bad_payload(reader.violations)
    return value


@cache
def _names(type_name: str) -> dict[str, str]:
    return {spelling: name for name in TYPES[type_name] for spelling in (snake(name), name)}


class _Reader:
    def __init__(self) -> None:
        self.violations: list[Obj] = []

    def message(self, type_name: str, body: object, path: str) -> Obj:
        if not isinstance(body, dict):
            self.misfit(body, path, f"type.googleapis.com/google.apps.sheets.v4.{type_name}")
            return {}
        read: Obj = {}
        for given, value in body.items():
            name = _names(type_name).get(given)
            if name is None:
                at = f" at '{path}'" if path else ""
                sentence = f'Invalid JSON payload received. Unknown name "{given}"{at}: Cannot find field.'
                self.violations.append(violation(sentence, path))
            elif value is not None:
                inner = f"{path}.{snake(name)}" if path else snake(name)
                read[name] = self.value(TYPES[type_name][name], value, inner)
        return read

    def value(self, kind: str | list[Any] | Obj, value: object, path: str) -> object:
        if isinstance(kind, list):
            return self.many(kind[0], value, path)
        if isinstance(kind, dict):
            pairs = value.items() if isinstance(value, dict) else ()
            return {str(key): self.value(kind["*"], one, f"{path}[{key}].value") for key, one in pairs}
        if kind in TYPES:
            return self.message(kind, value, path)
        fitted = _enum(kind, value) if "|" in kind else _scalar(kind, value)
        if fitted is _ABSENT:
            self.misfit(value, path, f"TYPE_{kind.upper()}" if "|" not in kind else "TYPE_ENUM")
        return fitted

    def many(self, kind: str | list[Any] | Obj, value: object, path: str) -> list[object]:
        if not isinstance(value, list):
            if kind in ("any", ["any"]):
                self.misfit(value, path, "type.googleapis.com/google.protobuf.ListValue")
                return []
            value = [value]  # Google reads a single value as a list of one
        return [self.value(kind, one, f"{path}[{place}]") for place, one in enumerate(value)]

    def misfit(self, value: object, path: str, kind: str) -> None:
        shown = json.dumps(value, ensure_ascii=False)
        self.violations.append(violation(f"Invalid value at '{path}' ({kind}), {shown}", path))


def _enum(kind: str, value: object) -> object:
    names = kind.split("|")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return names[value]
    return value if value in names else _ABSENT


def _scalar(kind: str, value: object) -> object:
    if kind == "any":
        return value
    if kind == "boolean":
        return {"True": True, "False": False, "true": True, "false": False}.get(str(value), _ABSENT)
    if kind in _NUMBERS:
        return _number(kind, value)
    return value if isinstance(value, str) else _ABSENT


def _number(kind: str, value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return _ABSENT
    try:
        number = float(value)
    except ValueError:
        return _ABSENT
    if _NUMBERS[kind] is float:
        return int(number) if number.is_integer() and abs(number) < 1e15 else number  # noqa: PLR2004  # integers below are exact in JSON
    return int(number) if number.is_integer() else _ABSENT
