"""What a Web API method is, and what several of them share: scopes by kind of channel, and cursors."""

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
    """How to answer it, the scopes of which the app needs one, and how often a minute it may be called.

    `app_level`: it takes the app-level token, in a header, and that one's scopes.
    """

    answer: Callable[[Workspace, Args], Obj]
    scopes: tuple[str, ...] = ()
    per_minute: int = TIER_3
    app_level: bool = False


def need_scope(workspace: Workspace, *accepted: str, app_level: bool = False) -> None:
    """Refuse if the app, or its app-level token, has none of these scopes. Raises missing_scope."""
    granted = workspace.app.app_scopes if app_level else workspace.app.scopes
    if granted is not None and accepted and not set(accepted) & set(granted):
        raise SlackError("missing_scope", {"needed": ",".join(accepted), "provided": ",".join(granted)})


def need_channel(workspace: Workspace, args: Args, right: str) -> Channel:
    """The channel that is named, if the app's scopes let it `right` (read, history) there."""
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    need_scope(workspace, f"{channel.kind}:{right}")
    return channel


def page(found: Sequence[T], args: Args, default: int = 100) -> tuple[list[T], str]:
    """One page of a list and the cursor of the next ("" at the end). Raises invalid_cursor or invalid_limit."""
    start = marked(args.text("cursor"), "next") if args.text("cursor") else 0
    limit = args.number("limit", default) or default
    if limit < 1 or start > len(found):
        raise SlackError("invalid_limit" if limit < 1 else "invalid_cursor")
    end = start + min(limit, MOST_PAGE)
    return list(found[start:end]), cursor_at("next", end) if end < len(found) else ""


def cursor_at(mark: str, number: int) -> str:
    """A cursor, as opaque as Slack's."""
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
