"""What Slack sends, as far as anybody here reads it: understood once, at the door, and nothing else is let through."""

import json
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,32}$")]
"""A team's or a person's id."""
Word = Annotated[str, StringConstraints(pattern=r"^[ -~]{0,255}$")]
"""An id or a name that we or Slack made: plain ASCII."""

DEPTH = 32
"""How deeply a payload may be nested; Slack's deepest, rich text, comes to about half of it."""


class _Part(BaseModel):
    """A strict part of a payload; what isn't named here is left out."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Team(_Part):
    id: Id


class _Person(_Part):
    id: Id
    team_id: Id | None = None


class _View(_Part):
    """`state` is read by views.forms, which can say what is wrong with it to the person who filled it in."""

    id: Word
    type: Word
    callback_id: Word = ""
    private_metadata: Annotated[str, Field(max_length=3000)] = ""
    hash: Word = ""
    root_view_id: Word | None = None
    previous_view_id: Word | None = None
    state: dict[str, object] | None = None


class _Action(_Part):
    action_id: Word
    block_id: Word = ""
    type: Word = ""
    value: str | None = None


class _Interaction(_Part):
    """Something that a person did; whoever it was is named in it."""

    type: Word
    user: _Person
    team: _Team | None = None
    trigger_id: Word = ""
    callback_id: Word = ""
    view: _View | None = None


class _BlockActions(_Interaction):
    type: Literal["block_actions"]
    actions: Annotated[list[_Action], Field(min_length=1)]


class _OfView(_Interaction):
    type: Literal["view_submission", "view_closed"]
    view: _View


class _Command(_Part):
    command: Word
    text: str = ""
    team_id: Id
    user_id: Id
    trigger_id: Word = ""


class _Event(_Part):
    type: Word


class _Envelope(_Part):
    type: Literal["event_callback"]
    team_id: Id
    event: _Event


class _HomeOpened(_Event):
    type: Literal["app_home_opened"]
    user: Id
    tab: Word = "home"


class _HomeEnvelope(_Envelope):
    event: _HomeOpened


class _Account(_Part):
    """Of somebody's account, no more than whether it was deactivated."""

    id: Id
    team_id: Id | None = None
    deleted: bool = False


class _UserChanged(_Event):
    type: Literal["user_change"]
    user: _Account


class _UserEnvelope(_Envelope):
    event: _UserChanged


class _Proof(_Part):
    type: Literal["url_verification"]
    challenge: Word


class _CertificateCheck(_Part):
    ssl_check: Literal["1"]


_INTERACTIONS: dict[object, type[_Part]] = {
    "block_actions": _BlockActions,
    "view_submission": _OfView,
    "view_closed": _OfView,
}


USER_CHANGED = "user_change"
"""The event that somebody's account was changed; nobody waits for an answer to it."""
_EVENTS: dict[str, type[_Part]] = {"app_home_opened": _HomeEnvelope, USER_CHANGED: _UserEnvelope}


def understood(content_type: str, body: bytes) -> bytes | None:
    """The payload written anew as JSON, holding only what the models above name; None if it isn't one of Slack's."""
    try:
        model, payload = _parsed(content_type.partition(";")[0].strip().lower(), body.decode())
        if _too_deep(payload):
            return None
        return json.dumps(model.model_validate(payload).model_dump(exclude_none=True)).encode()
    except (ValueError, RecursionError, ValidationError):
        return None


def _parsed(content_type: str, text: str) -> tuple[type[_Part], object]:
    """The model to read a request by, and what was sent; ValueError if it is neither JSON nor a form of Slack's."""
    if content_type == "application/json":
        sent = json.loads(text)
        return _of_json(sent), sent
    if content_type != "application/x-www-form-urlencoded":
        raise ValueError("neither JSON nor a form")
    form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
    if "payload" in form:
        done = json.loads(form["payload"])
        kind = done.get("type") if isinstance(done, dict) else None
        return _INTERACTIONS.get(kind, _Interaction) if isinstance(kind, str) else _Interaction, done
    return _CertificateCheck if "ssl_check" in form else _Command, form


def _of_json(sent: object) -> type[_Part]:
    if not isinstance(sent, dict):
        raise ValueError("not an object")  # noqa: TRY004  # of the value, as json's own
    if sent.get("type") == "url_verification":
        return _Proof
    event = sent.get("event")
    kind = event.get("type") if isinstance(event, dict) else None
    return _EVENTS.get(kind, _Envelope) if isinstance(kind, str) else _Envelope


def _too_deep(payload: object) -> bool:
    """Whether it is nested deeper than DEPTH; looked at level by level, since recursion is what has to be spared."""
    level = [payload]
    for _ in range(DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True
