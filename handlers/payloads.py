"""The requests that Slack sends, validated once, at the door: only the fields named here get through."""

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handlers.bounded import RequestStopped, loaded, readable

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}$")]
"""The id of a team, a person or a channel."""
Word = Annotated[str, StringConstraints(pattern=r"^[ -~]{0,255}$")]
"""An id or a name made by us or by Slack: plain ASCII."""

FIELDS = 100
"""The most fields of a form-encoded body; a slash command has about a dozen."""


class _Part(BaseModel):
    """A strict part of a payload; fields not named here are dropped."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Team(_Part):
    id: Id
    enterprise_id: Id | None = None


class _Person(_Part):
    id: Id
    team_id: Id | None = None


class _View(_Part):
    """A view. views.forms reads `state`, since it can explain errors to the person who filled it in.

    The view's blocks are kept, so that it can be shown again with a question in it (docs/decisions/0028).
    """

    id: Word
    type: Word
    callback_id: Word = ""
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    hash: Word = ""
    root_view_id: Word | None = None
    previous_view_id: Word | None = None
    state: dict[str, object] | None = None
    title: dict[str, object] | None = None
    submit: dict[str, object] | None = None
    close: dict[str, object] | None = None
    blocks: Annotated[list[dict[str, object]], Field(max_length=100)] | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None


class _Action(_Part):
    action_id: Word
    block_id: Word = ""
    type: Word = ""
    value: str | None = None


class _Interaction(_Part):
    """A click, a choice or a form: something that a person, `user`, did."""

    type: Word
    user: _Person
    team: _Team | None = None
    is_enterprise_install: bool = False
    trigger_id: Word = ""
    callback_id: Word = ""
    view: _View | None = None


class _Channel(_Part):
    id: Id


class _BlockActions(_Interaction):
    type: Literal["block_actions"]
    channel: _Channel | None = None
    actions: Annotated[list[_Action], Field(min_length=1)]


class _OfView(_Interaction):
    type: Literal["view_submission", "view_closed"]
    view: _View


class _Command(_Part):
    command: Word
    text: str = ""
    team_id: Id
    user_id: Id
    is_enterprise_install: Word | bool = "false"
    trigger_id: Word = ""


class _Authorization(_Part):
    is_enterprise_install: bool = False


class _Envelope(_Part):
    """An event as Slack sends it; `authorizations`: of the installation that it was sent to."""

    type: Literal["event_callback"]
    team_id: Id
    authorizations: list[_Authorization] | None = None


class _HomeOpened(_Part):
    type: Literal["app_home_opened"]
    user: Id
    tab: Word = "home"


class _HomeEnvelope(_Envelope):
    event: _HomeOpened


class _OfOrganisation(_Part):
    """The workspaces of an Enterprise organisation to which a person belongs."""

    teams: list[Id] = []


class _Account(_Part):
    """The account in an event: only its ids. Slack is asked for everything else."""

    id: Id
    team_id: Id | None = None
    enterprise_user: _OfOrganisation | None = None


class _UserChanged(_Part):
    type: Literal["user_change"]
    user: _Account


class _UserEnvelope(_Envelope):
    event: _UserChanged


class _ChannelChanged(_Part):
    """A change of a channel: only its id. Slack is asked for everything else."""

    type: Word
    channel: Id | _Channel


class _ChannelEnvelope(_Envelope):
    event: _ChannelChanged


class _ChannelIdChanged(_Part):
    type: Literal["channel_id_changed"]
    old_channel_id: Id
    new_channel_id: Id


class _ChannelIdEnvelope(_Envelope):
    event: _ChannelIdChanged


class _TokenChanged(_Part):
    type: Literal["app_uninstalled", "tokens_revoked"]


class _TokenEnvelope(_Part):
    type: Literal["event_callback"]  # without `team_id` if the app was installed for a whole organisation
    event: _TokenChanged


class _Proof(_Part):
    type: Literal["url_verification"]
    challenge: Word


_INTERACTIONS: dict[str, type[_Part]] = {
    "block_actions": _BlockActions,
    "view_submission": _OfView,
    "view_closed": _OfView,
}
_SURFACES = ("modal", "home")
"""The kinds of view that the app has."""

USER_CHANGED, CHANNEL_ID_CHANGED = "user_change", "channel_id_changed"
"""The events that a person's account was changed; that a private channel, soon to be shared outside, has a new id."""
CHANNEL_CHANGED = (
    "member_joined_channel", "member_left_channel", "channel_left", "group_left",
    "channel_archive", "group_archive", "channel_unarchive", "group_unarchive", "channel_deleted", "group_deleted",
    "channel_rename", "group_rename", "channel_shared", "channel_unshared",
)  # fmt: skip
"""The events that something about a channel was changed, for example that the app joined or left it."""
TOKEN_CHANGED = ("app_uninstalled", "tokens_revoked")
"""The events after which Slack may no longer accept the app's token."""
UNASKED = frozenset({USER_CHANGED, *CHANNEL_CHANGED, CHANNEL_ID_CHANGED, *TOKEN_CHANGED})
"""The events for which no person awaits an answer; if one isn't taken, Slack sends it again."""
_EVENTS: dict[str, type[_Part]] = {
    "app_home_opened": _HomeEnvelope,
    USER_CHANGED: _UserEnvelope,
    **dict.fromkeys(CHANNEL_CHANGED, _ChannelEnvelope),
    CHANNEL_ID_CHANGED: _ChannelIdEnvelope,
    **dict.fromkeys(TOKEN_CHANGED, _TokenEnvelope),
}


def understood(content_type: str, body: bytes) -> dict[str, object]:
    """The fields of a payload that the models above name.

    RequestStopped if it isn't one of Slack's, or if nothing here listens for it: bolt would search it for fields that
    are dropped.
    """
    with readable():
        model, payload = _parsed(content_type.partition(";")[0].strip().lower(), body.decode())
        return _named(model, payload)


def _named(model: type[_Part], payload: object) -> dict[str, object]:
    """The fields of a payload that the model names."""
    return model.model_validate(payload).model_dump(exclude_none=True)


class Frame(_Part):
    """A message over a connection: `hello`, `disconnect` with a reason, or an envelope.

    `num_connections`: in a hello, the app's number of connections, with this one; 0 if Slack doesn't say.
    """

    type: Word
    reason: Word = ""
    num_connections: int = 0
    envelope_id: Word = ""
    accepts_response_payload: bool = False
    payload: dict[str, object] | None = None

    @property
    def understood(self) -> dict[str, object]:
        """An envelope's payload, as `understood` returns it. Raises RequestStopped as `understood` does."""
        with readable():
            if not (self.envelope_id and self.payload is not None):
                raise ValueError("not an envelope")
            return _named(_enveloped(self.type, self.payload), self.payload)


def _enveloped(kind: str, payload: dict[str, object]) -> type[_Part]:
    if kind == "interactive":
        return _of_interaction(payload)
    if kind == "events_api":
        return _of_json(payload)
    if kind == "slash_commands":
        return _Command
    raise RequestStopped("unknown_envelope", HTTPStatus.NOT_FOUND)


def frame(data: bytes) -> Frame:
    """Parse a message from a connection, within bounds. RequestStopped if it isn't one of Slack's."""
    with readable():
        return Frame.model_validate(loaded(data.decode()))


def _parsed(content_type: str, text: str) -> tuple[type[_Part], object]:
    """(model, content) of a request. ValueError if it is neither JSON nor a form of Slack's."""
    if content_type == "application/json":
        sent = loaded(text)
        return _of_json(sent), sent
    if content_type != "application/x-www-form-urlencoded":
        raise ValueError("neither JSON nor a form")
    form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS))
    if "payload" in form:
        done = loaded(form["payload"])
        return _of_interaction(done), done
    return _Command, form


def _of_interaction(done: dict[str, object]) -> type[_Part]:
    kind, view = done.get("type"), done.get("view")
    if not isinstance(kind, str):
        raise ValueError("without a type")  # noqa: TRY004  # a wrong value, for which json raises ValueError too
    surface = view.get("type") if isinstance(view, dict) else None
    if kind not in _INTERACTIONS or (isinstance(surface, str) and surface not in _SURFACES):
        raise RequestStopped("unknown_interaction", HTTPStatus.NOT_FOUND)
    return _INTERACTIONS[kind]


def _of_json(sent: dict[str, object]) -> type[_Part]:
    """The model of an event. Unknown events are answered with 200, or Slack would send them again and again."""
    if sent.get("type") == "url_verification":
        return _Proof
    if sent.get("type") == "app_rate_limited":
        raise RequestStopped("events_dropped_by_slack", HTTPStatus.OK)
    event = sent.get("event")
    kind = event.get("type") if isinstance(event, dict) else None
    if sent.get("type") != "event_callback" or not isinstance(kind, str):
        raise ValueError("not an event")
    if kind not in _EVENTS:
        raise RequestStopped("unknown_event", HTTPStatus.OK)
    return _EVENTS[kind]
