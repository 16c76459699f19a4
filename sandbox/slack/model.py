"""The parts of a workspace. Every field is JSON, so that a workspace can be saved in a file."""

from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.slack.shapes import Obj, copied

EVENTS: Final = ("app_home_opened", "member_joined_channel", "member_left_channel", "message.im", "user_change")
"""The events that an app gets by default."""


@dataclass
class Team:
    """A workspace: ours, or another one that shares a channel with ours."""

    id: str
    name: str
    domain: str


@dataclass
class App:
    """The app installed in our workspace. `scopes`: None means all. `commands`: its slash commands.

    `silent`: people can't write to it. `socket_mode`: Slack uses the connections that the app opens with `app_token`,
    which has `app_scopes`.
    """

    app_id: str
    name: str
    bot_id: str
    bot_user_id: str
    bot_token: str
    signing_secret: str
    verification_token: str = "sandbox-verification-token"
    request_url: str = ""
    socket_mode: bool = False
    app_token: str = "xapp-sandbox"
    app_scopes: list[str] = field(default_factory=lambda: ["connections:write"])
    scopes: list[str] | None = None
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    commands: list[str] = field(default_factory=list)
    silent: bool = False
    active: bool = True
    updated: int = 1_700_000_000


@dataclass
class User:
    """A person or bot; somebody from outside has another `team_id` than the app.

    `dm_error`: Slack's error code for the app's direct messages to this person, "" if they are accepted.
    """

    id: str
    team_id: str
    name: str
    real_name: str
    email: str = ""
    title: str = ""
    is_bot: bool = False
    deleted: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    tz: str | None = "Europe/London"
    updated: int = 1_700_000_000
    dm_error: str = ""


@dataclass
class Channel:
    """A conversation; with `is_im`, the app's direct messages with `user`."""

    id: str
    name: str
    creator: str = ""
    created: int = 1_700_000_000
    is_private: bool = False
    is_archived: bool = False
    is_im: bool = False
    is_ext_shared: bool = False
    read_only: bool = False
    user: str = ""
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list)
    connected_team_ids: list[str] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    previous_names: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Slack's prefix for scopes: channels, groups or im."""
        if self.is_im:
            return "im"
        return "groups" if self.is_private else "channels"


@dataclass
class Message:
    """A message. `ephemeral_to`: the only person who sees it; `values`: user id -> choices made in its elements."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Obj] = field(default_factory=list)
    attachments: list[Obj] = field(default_factory=list)
    metadata: Obj | None = None
    by_app: bool = False
    username: str = ""
    subtype: str = ""
    thread_ts: str = ""
    edited: Obj | None = None
    ephemeral_to: str = ""
    files: list[str] = field(default_factory=list)
    reactions: list[Obj] = field(default_factory=list)
    values: dict[str, dict[str, dict[str, Obj]]] = field(default_factory=dict)


@dataclass
class View:
    """A modal or a Home of a person. `field_errors` and `trouble`: the errors shown on it."""

    id: str
    user: str
    type: str
    content: Obj
    hash: str
    root_view_id: str
    team_id: str
    previous_view_id: str | None = None
    values: dict[str, dict[str, Obj]] = field(default_factory=dict)
    field_errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    def copied(self) -> "View":
        """A copy that doesn't change with the view."""
        return replace(
            self, content=copied(self.content), values=copied(self.values), field_errors={**self.field_errors}
        )


@dataclass
class File:
    """An uploaded file. `data`: base64; `complete`: completeUploadExternal was called for it."""

    id: str
    name: str
    title: str
    size: int
    user: str
    created: int
    secret: str
    alt_txt: str = ""
    data: str = ""
    complete: bool = False
    channels: list[str] = field(default_factory=list)
    shares: dict[str, str] = field(default_factory=dict)


@dataclass
class Trigger:
    """A trigger_id: the person who acted, its expiry (seconds since 1970), and the modal they acted in, if any."""

    id: str
    user: str
    expires: float
    view_id: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """A URL to which the app may post five times within half an hour."""

    secret: str
    channel: str
    user: str
    expires: float
    message_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """A Web API call with its answer; `at`: seconds since 1970."""

    at: float
    method: str
    args: Obj
    status: int
    result: Obj
