"""The state of one Slack workspace: people, channels, messages, views; safe to use from several threads."""

import copy
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, RLock
from typing import TYPE_CHECKING

from sandbox.faults import Faults
from sandbox.slack import keeping
from sandbox.slack.checks.rules import said
from sandbox.slack.errors import SlackError
from sandbox.slack.model import (
    App,
    Call,
    Channel,
    File,
    Message,
    ResponseUrl,
    Team,
    Trigger,
    User,
    View,
)
from sandbox.slack.rates import Rates
from sandbox.slack.seeds import DEFAULT_SEED
from sandbox.slack.sender import Sender
from sandbox.slack.shapes import Obj, new_id, new_word, obj, objs, strings, text
from sandbox.slack.sockets import Sockets

if TYPE_CHECKING:
    from sandbox.slack.person import Person


class Workspace:
    """One workspace with one app in it; change it only inside `changing()`.

    `trigger_seconds` and `answer_seconds`: Slack's three seconds; `enforce_rates`: apply rate limits; `external_dms`:
    the app may write to people of other teams; `lacks`: types of blocks that this workspace doesn't support;
    `file_seconds`: seconds after an upload until a file can be shown; `address`: the URL of the stand-in; `version`:
    grows with every change; `earlier`: blocks of messages and views that were replaced, not saved in the file;
    `misuses`: sentences about uses that Slack allows but doesn't promise to support.
    """

    def __init__(self, team: Team, app: App) -> None:
        self.lock = RLock()
        self._changed = Condition(self.lock)
        self.version = 0
        self.team = team
        self.app = app
        self.teams: dict[str, Team] = {}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.earlier: dict[str, list[Obj]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: deque[Call] = deque(maxlen=50_000)
        self.counts: Counter[str] = Counter()
        self.misuses: list[str] = []
        self.rates = Rates()
        self.faults = Faults()
        self.sender = Sender(self)
        self.sockets = Sockets(self)
        self.clock: Callable[[], float] = time.time
        self.address = "http://127.0.0.1"
        self.state_file: Path | None = None
        self.trigger_seconds = 3.0
        self.answer_seconds = 3.0
        self.enforce_rates = False
        self.external_dms = False
        self.lacks: frozenset[str] = frozenset()
        self.file_seconds = 0.0

    @classmethod
    def from_seed(cls, seed: Obj | None = None) -> "Workspace":
        """A workspace from `{"team": {...}, "app": {...}, "teams": [...], "users": [...], "channels": [...]}`.

        The fields are those of sandbox.slack.model; the app's bot user is added if `users` lacks it. Raises ValueError
        for an unknown field.
        """
        seed = copy.deepcopy(DEFAULT_SEED if seed is None else seed)  # since its lists become the workspace's
        workspace = cls(keeping.made(Team, obj(seed["team"])), keeping.made(App, obj(seed["app"])))
        for item in objs(seed.get("teams")):
            team = keeping.made(Team, item)
            workspace.teams[team.id] = team
        for item in objs(seed.get("users")):
            workspace.add_user(**{"team_id": workspace.team.id, **item})
        if workspace.app.bot_user_id not in workspace.users:
            app = workspace.app
            name = app.name.lower().replace(" ", "_")
            workspace.add_user(
                id=app.bot_user_id, team_id=workspace.team.id, name=name, real_name=app.name, is_bot=True
            )
        for item in objs(seed.get("channels")):
            channel = keeping.made(Channel, item)
            workspace.channels[channel.id] = channel
        return workspace

    @classmethod
    def load(cls, path: Path, seed: Obj | None = None) -> "Workspace":
        """The workspace saved at `path`, or else one from `seed`; every change is saved there from now on."""
        workspace = cls.from_seed(seed)
        if path.exists():
            keeping.fill(workspace, keeping.read(path))
        workspace.state_file = path
        return workspace

    def install(self, manifest: Obj) -> None:
        """Give the app exactly what its manifest asks for: scopes, events, slash commands, a Messages tab."""
        settings, features = obj(manifest.get("settings")), obj(manifest.get("features"))
        with self.lock:
            self.app.scopes = strings(obj(obj(manifest.get("oauth_config")).get("scopes")).get("bot"))
            self.app.events = strings(obj(settings.get("event_subscriptions")).get("bot_events"))
            self.app.commands = [text(one.get("command")) for one in objs(features.get("slash_commands"))]
            self.app.silent = bool(obj(features.get("app_home")).get("messages_tab_read_only_enabled"))

    def in_socket_mode(self) -> str:
        """Switch Socket Mode on, and return the app-level token with which the app opens connections."""
        self.app.socket_mode = True
        return self.app.app_token

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock; at the end, if nothing was raised, save and wake those who wait."""
        with self.lock:
            yield
            self.version += 1
            if self.state_file is not None:
                keeping.write(self, self.state_file)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Wait until a change makes the condition true; False if `seconds` weren't enough."""
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def unsupported(self, blocks: list[Obj], at: str) -> list[str]:
        """A sentence for each block of a type that this workspace lacks."""
        return [
            said(f"unsupported type: {block.get('type')}", f"{at}/{number}/type")
            for number, block in enumerate(blocks)
            if block.get("type") in self.lacks
        ]

    def person(self, user_id: str) -> "Person":
        """The person with this id, to see and act as. Raises KeyError if there is none."""
        from sandbox.slack.person import Person  # here, since person imports this module

        return Person(self, user_id)

    def add_user(self, **fields: object) -> User:
        """Add a person; needs at least id, team_id, name and real_name."""
        user = keeping.made(User, fields)
        with self.lock:
            self.users[user.id] = user
        return user

    def next_ts(self, channel: str) -> str:
        """The ts of the channel's next message, later than all its others."""
        found = self.messages.get(channel)
        micros = int(self.clock() * 1_000_000)
        if found:
            seconds, _, rest = found[-1].ts.partition(".")
            micros = max(micros, int(seconds) * 1_000_000 + int(rest) + 1)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def channel(self, channel_id: str) -> Channel:
        """The channel, if the app may know of it. Raises channel_not_found."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.is_private and self.app.bot_user_id not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def direct(self, user_id: str) -> Channel:
        """The app's direct messages with a person, opened if necessary and without any check of the person."""
        with self.lock:
            for channel in self.channels.values():
                if channel.is_im and channel.user == user_id:
                    return channel
            members = [user_id, self.app.bot_user_id]
            opened = Channel(new_id("D"), "", user_id, int(self.clock()), is_im=True, user=user_id, members=members)
            self.channels[opened.id] = opened
            return opened

    def message(self, channel: str, ts: str) -> Message | None:
        """The message, or None if there is none."""
        return next((one for one in self.messages.get(channel, []) if one.ts == ts), None)

    def may_see(self, user_id: str, channel: Channel) -> bool:
        """Whether a person sees a channel: as a member, or because it is public and they aren't a guest."""
        user = self.users[user_id]
        if user_id in channel.members:
            return True
        guest = user.is_restricted or user.is_ultra_restricted or user.team_id != self.team.id
        return not (guest or channel.is_private or channel.is_im)

    def new_trigger(self, user_id: str, view_id: str = "") -> str:
        """A trigger_id for what this person just did."""
        with self.lock:
            now = self.clock()
            while self.triggers and next(iter(self.triggers.values())).expires <= now - 3600:  # oldest first
                del self.triggers[next(iter(self.triggers))]
            name = f"{int(now * 1000)}.{abs(hash(self.team.id)) % 10**12}.{new_word(32).lower()}"
            self.triggers[name] = Trigger(name, user_id, now + self.trigger_seconds, view_id)
            return name

    def new_response_url(self, channel: str, user: str, *, message_ts: str = "", ephemeral: bool = False) -> str:
        """A URL to which the app may post five times within half an hour."""
        with self.lock:
            secret = new_word(24)
            url = ResponseUrl(secret, channel, user, self.clock() + 1800, message_ts, ephemeral)
            self.response_urls[secret] = url
            return f"{self.address}/response/{self.team.id}/{secret}"

    def team_of(self, user: User) -> Team:
        """A person's team."""
        return self.teams.get(user.team_id, self.team)

    def record(self, call: Call) -> None:
        """Log and count a Web API call."""
        with self.lock:
            self.calls.append(call)
            self.counts[call.method] += 1
