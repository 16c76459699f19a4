"""blocks.validate: Slack's errors in blocks, a message or a view, without showing them to anybody."""

import re
from typing import Final

from sandbox.slack.api.args import Args
from sandbox.slack.api.method import TIER_3, Method
from sandbox.slack.checks import problems
from sandbox.slack.errors import SlackError, refused
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.workspace import Workspace

_KINDS: Final = ("blocks", "message", "view")
_AT: Final = re.compile(r"^(?P<said>.*?) ?\[json-pointer:(?P<at>[^\]]*)\]$")


def _validate(workspace: Workspace, args: Args) -> Obj:
    given = {kind: args.json(kind) for kind in _KINDS if args.values.get(kind)}
    if len(given) != 1:
        raise refused("invalid_arguments", ["must provide exactly one of `blocks`, `message` or `view`"])
    [(kind, what)] = given.items()
    blocks = objs(what if kind == "blocks" else obj(what).get("blocks"))
    if kind == "view":
        found = problems(what, "home" if text(obj(what).get("type")) == "home" else "modal")
    else:
        found = problems(blocks, "message")
    found += workspace.unsupported(blocks, "/view/blocks" if kind == "view" else "/blocks")
    if found:
        raise SlackError(f"invalid_{kind}", {"errors": [_error(each) for each in found]})
    return {"ok": True}


def _error(sentence: str) -> Obj:
    at = _AT.match(sentence)
    said, pointer = (at["said"], at["at"]) if at else (sentence, "")
    return {"pointer": pointer.removeprefix("/view"), "code": "failed_constraint", "message": said}


METHODS: Final = {"blocks.validate": Method(_validate, (), TIER_3)}
