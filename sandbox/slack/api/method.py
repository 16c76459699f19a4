"""A Web API method, and what several share: scopes by kind of channel, and cursors."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sandbox.slack.api.args import Args
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace

T = TypeVar("T")

TIER_2: Final = 20
TIER_3: Final = 50
TIER_4: Final = 100
MOST_PAGE: Final = 1000


@dataclass(frozen=True)
class Method:
    """A method's function, the scopes of which the app needs one, and its limit of calls per minute.

    `app_level`: the method needs the app-level token, in a header, with that token's scopes.
    """

    answer: Callable[[Workspace, Args], Obj]
    scopes: tuple[str, ...] = ()
    per_minute: int = TIER_3
    app_level: bool = False


def need_scope(workspace: Workspace, *accepted: str, app_level: bool = False) -> None:
    """Raise missing_scope if the app, or its app-level token, has none of these scopes."""
    granted = workspace.app.app_scopes if app_level else workspace.app.scopes
    if granted is not None and accepted and not set(accepted) & set(granted):
        raise SlackError("missing_scope", {"needed": ",".join(accepted), "provided": ",".join(granted)})


def need_channel(workspace: Workspace, args: Args, right: str) -> Channel:
    """The channel in the arguments. Raises missing_scope if the app lacks the scope for `right`: read or history."""
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    need_scope(workspace, f"{channel.kind}:{right}")
    return channel


def page(found: Sequence[T], args: Args, default: int = 100) -> tuple[list[T], str]:
    """One page of a list, and the next one's cursor ("" at the end). Raises invalid_cursor or invalid_limit."""
    start = marked(args.text("cursor"), "next") if args.text("cursor") else 0
    limit = args.number("limit", default) or default
    if limit < 1 or start > len(found):
        raise SlackError("invalid_limit" if limit < 1 else "invalid_cursor")
    end = start + min(limit, MOST_PAGE)
    return list(found[start:end]), cursor_at("next", end) if end < len(found) else ""


def cursor_at(mark: str, number: int) -> str:
    """A cursor, opaque like Slack's."""
    return base64.b64encode(f"{mark}:{number}".encode()).decode()


def marked(cursor: str, mark: str) -> int:
    """The number in a cursor. Raises invalid_cursor."""
    try:
        name, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == mark and int(number) >= 0:
            return int(number)
    except ValueError:
        pass
    raise SlackError("invalid_cursor")
