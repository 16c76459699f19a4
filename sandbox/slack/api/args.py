"""The arguments of a Web API call, from query, form or JSON."""

import json
import re
from dataclasses import dataclass

from werkzeug.wrappers import Request

from sandbox.slack.errors import SlackError, refused
from sandbox.slack.shapes import Obj, parsed

_TRUE = {"1", "true", "True"}


@dataclass(frozen=True)
class Args:
    """The arguments by name, with Slack's warnings about how they were sent. `in_header`: the token came in a header.

    `token`: "" if none came.
    """

    values: Obj
    token: str
    warnings: tuple[str, ...] = ()
    in_header: bool = False

    def text(self, name: str) -> str:
        """A string argument, "" if missing."""
        value = self.values.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """A required string argument. Raises `error` if it is missing."""
        value = self.text(name)
        if not value and error == "invalid_arguments":
            raise refused(error, [f"missing required field: {name}"])
        if not value:
            raise SlackError(error)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument."""
        value = self.values.get(name)
        return default if value is None else str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """An integer argument. Raises invalid_arguments."""
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"-?[0-9]+", value):
            raise refused("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"])
        return int(value)

    def json(self, name: str, error: str = "invalid_arguments") -> object:
        """An argument that is JSON or a string of it; None if missing. Raises `error`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        found = parsed(value)
        if found is None:
            raise SlackError(error)
        return found


def read(request: Request) -> Args:
    """The arguments of a request. Raises invalid_json or json_not_object."""
    values: Obj = dict(request.args.items())
    warnings: tuple[str, ...] = ()
    if request.mimetype == "application/json":
        try:
            body = json.loads(request.get_data() or b"{}")
        except (ValueError, RecursionError):
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        values.update(body)
        if "charset" not in request.mimetype_params:
            warnings = ("missing_charset",)
    else:
        values.update(request.form.items())
        if request.mimetype_params.get("charset"):
            warnings = ("superfluous_charset",)
    token = str(values.pop("token", ""))
    header = request.headers.get("Authorization", "")
    return Args(values, header.removeprefix("Bearer ").strip() or token, warnings, bool(header))
