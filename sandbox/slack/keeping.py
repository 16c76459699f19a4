"""A workspace in a file, which is replaced as a whole, so that a crash leaves the old or the new one."""

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from sandbox import atomic
from sandbox.slack.model import App, Channel, File, Message, ResponseUrl, Team, Trigger, User, View
from sandbox.slack.shapes import Obj, obj, objs, strings, text

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

T = TypeVar("T")
_KINDS: Final[dict[str, type]] = {
    "teams": Team,
    "users": User,
    "channels": Channel,
    "files": File,
    "views": View,
    "triggers": Trigger,
    "response_urls": ResponseUrl,
}


def made(kind: type[T], value: Obj) -> T:
    """A dataclass from JSON. Raises ValueError, which lists them, for unknown names."""
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]  # all kinds here are dataclasses
    unknown = sorted(set(value) - known)
    if unknown:
        raise ValueError(f"a {kind.__name__} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    return kind(**value)


def as_json(workspace: "Workspace") -> Obj:
    """Everything that is saved. It refers to the workspace's own objects, so it changes with them."""
    kept: Obj = {"team": vars(workspace.team), "app": vars(workspace.app)}
    for name in _KINDS:
        kept[name] = [vars(item) for item in getattr(workspace, name).values()]
    kept["messages"] = [vars(one) for channel in workspace.messages.values() for one in channel]
    kept["stacks"] = workspace.stacks
    kept["homes"] = workspace.homes
    return kept


def fill(workspace: "Workspace", kept: Obj) -> None:
    """Replace the content of `workspace` by that from `as_json`."""
    workspace.team = made(Team, obj(kept["team"]))
    workspace.app = made(App, obj(kept["app"]))
    for name, kind in _KINDS.items():
        found: list[object] = [made(kind, item) for item in objs(kept.get(name))]
        setattr(workspace, name, {getattr(item, "id", "") or getattr(item, "secret", ""): item for item in found})
    workspace.messages.clear()
    for item in objs(kept.get("messages")):
        message = made(Message, item)
        workspace.messages.setdefault(message.channel, []).append(message)
    workspace.stacks = {user: strings(stack) for user, stack in obj(kept.get("stacks")).items()}
    workspace.homes = {user: text(view) for user, view in obj(kept.get("homes")).items()}


def write(workspace: "Workspace", path: Path) -> None:
    """Write the workspace to `path`, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, json.dumps(as_json(workspace)))


def read(path: Path) -> Obj:
    """The JSON that `write` wrote to `path`."""
    return obj(json.loads(path.read_text(encoding="utf-8", errors="surrogatepass")))
