"""Google's own discovery document of Sheets v4 as JSON Schema, to check requests and answers against."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient
from jsonschema_rs import Draft202012Validator

_DOCUMENT = Path(googleapiclient.__file__).with_name("discovery_cache") / "documents" / "sheets.v4.json"
_INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


@cache
def document() -> dict[str, Any]:
    """The discovery document."""
    loaded: dict[str, Any] = json.loads(_DOCUMENT.read_text())
    return loaded


@cache
def validator(type_name: str) -> Draft202012Validator:
    """A validator of one of Google's types; fields that Google doesn't declare are errors."""
    definitions = {name: _converted(schema) for name, schema in document()["schemas"].items()}
    return Draft202012Validator({"$ref": f"#/$defs/{type_name}", "$defs": definitions})


def _converted(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref']}"}
    if schema.get("type") == "array":
        return {"type": "array", "items": _converted(schema["items"])}
    if schema.get("type") == "object":
        extra = schema.get("additionalProperties")
        fields = {name: _converted(field) for name, field in schema.get("properties", {}).items()}
        return {"type": "object", "properties": fields, "additionalProperties": _converted(extra) if extra else False}
    return _scalar(schema)


def _scalar(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if "enum" in schema:
        return {"enum": schema["enum"]}
    if kind == "integer":
        low, high = _INTEGERS[schema.get("format", "int32")]
        return {"type": "integer", "minimum": low, "maximum": high}
    return {} if kind == "any" else {"type": kind}


@cache
def methods() -> list[tuple[str, re.Pattern[str], str | None, str]]:
    """Each method's verb, path, and the types of its request and its answer."""
    found: list[tuple[str, re.Pattern[str], str | None, str]] = []
    _collect(document(), found)
    return found


def _collect(resource: dict[str, Any], found: list[tuple[str, re.Pattern[str], str | None, str]]) -> None:
    for method in resource.get("methods", {}).values():
        path = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+?)", re.escape(method["path"]))
        wanted, answer = method.get("request", {}).get("$ref"), method["response"]["$ref"]
        found.append((method["httpMethod"], re.compile("/" + path), wanted, answer))
    for inner in resource.get("resources", {}).values():
        _collect(inner, found)


def types_of(method: str, path: str) -> tuple[str | None, str]:
    """The request's and the answer's type of a call; KeyError if Google has no such method."""
    fitting = [one for one in methods() if one[0] == method.upper() and one[1].fullmatch(path)]
    if not fitting:
        raise KeyError(f"{method} {path}")
    _, _, wanted, answer = max(fitting, key=lambda one: len(one[1].pattern))
    return wanted, answer


def problems(type_name: str, value: object) -> list[str]:
    """What about `value` isn't as Google declares `type_name`; empty if all is well."""
    found = validator(type_name).iter_errors(value)
    return [f"{type_name}: {error.instance_path}: {error.message}" for error in found]


def call_problems(method: str, path: str, body: object, answer: object) -> list[str]:
    """What isn't as declared in a Sheets call's body (None: it has none) and its successful answer."""
    wanted, answered = types_of(method, path)
    found = problems(wanted, body) if wanted and body is not None else []
    return found + problems(answered, answer)
