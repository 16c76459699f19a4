"""What a workspace is made of; every field is JSON, so that a workspace can be kept in a file."""

from dataclasses import dataclass, field, replace
from typing import Final

from sandbox.slack.shapes import Obj, copied

EVENTS: Final = ("app_home_opened", "member_joined_channel", "member_left_channel", "message.im", "user_change")
"""The events that an app hears of unless it says which."""


@dataclass
class Team:
    """A workspace: ours, or another one that shares a channel with ours."""

    id: str
    name: str
    domain: str


@dataclass
class App:
    """The app that is installed in our workspace; `scopes` None means that it has every scope.

    `commands` are its slash commands; `silent`: people can't write to it. `socket_mode`: what it is sent goes over its
    connections, which it opens with `app_token`; that one has `app_scopes`.
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
    """A person or bot; `team_id` differs from the app's for someone from outside.

    `dm_error` is how Slack refuses the app's direct messages to them, if it does.
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
    """A conversation; `is_im` with `user` is the app's direct messages with that person."""

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
    """A message; `ephemeral_to` names the one person who sees it, `values` holds each person's choices in it."""

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
    """A modal of a person's stack or a person's Home; `field_errors` and `trouble` are what the person sees on it."""

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
        """A copy that stays as it is."""
        return replace(
            self, content=copied(self.content), values=copied(self.values), field_errors={**self.field_errors}
        )


@dataclass
class File:
    """An uploaded file; `data` is base64, `complete` once completeUploadExternal named it."""

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
    """A trigger_id: who acted, until when it lives, and the modal in which they acted."""

    id: str
    user: str
    expires: float
    view_id: str = ""
    used: bool = False


@dataclass
class ResponseUrl:
    """An address at which the app may answer five times within half an hour."""

    secret: str
    channel: str
    user: str
    expires: float
    message_ts: str = ""
    ephemeral: bool = False
    uses: int = 0


@dataclass(frozen=True)
class Call:
    """One Web API call as it was made and answered; `at` in seconds since 1970."""

    at: float
    method: str
    args: Obj
    status: int
    result: Obj
