"""The edge to Slack: who is asking, in which modal; and the errors of calls to Slack."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import TypedDict

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy.orm import Session

from audit import access
from audit.access import Actor
from audit.errors import NotAllowed, Refused
from views.forms import confirmed_marks
from views.parts import View
from views.slack_refusals import EVERYWHERE, TOKEN_REFUSED, error_code, passes, refusal, word

NOT_SLACK = (SlackApiError, OSError, HTTPException)
"""The exceptions that a call to Slack may raise."""
GONE = "This button no longer works. Please open the list again."

_RECORD = re.compile(r"[A-Za-z0-9_]{1,32}")


class Sender(TypedDict, total=False):
    """A person in a payload; for people of another workspace it has their own team's id."""

    id: str
    team_id: str
    enterprise_id: str


class Body(TypedDict, total=False):
    """A payload: who did what, and where an answer can go; handlers.payloads has validated it."""

    type: str
    user: Sender
    team: Sender
    team_id: str
    user_id: str
    is_enterprise_install: bool | str
    authorizations: list[dict[str, bool]]
    command: str
    text: str
    channel: dict[str, str]
    trigger_id: str
    event: dict[str, str]
    view: dict[str, object]
    actions: list[dict[str, object]]


@dataclass(frozen=True)
class ShownModal:
    """A modal as it was when something in it was clicked, and the record that it is about."""

    view_id: str
    hash: str
    record_id: str


def sender(body: Body) -> tuple[str, str]:
    """(team id, user id) of the person who clicked, typed or opened Home."""
    if "user" in body:
        user = body["user"]
        return user.get("team_id") or here(body), user["id"]
    return body["team_id"], body["event"]["user"] if "event" in body else body["user_id"]


def here(body: Body) -> str:
    """The id of the workspace in which somebody clicked; "" for commands and events, which name it elsewhere."""
    return body.get("team", {}).get("id", "")


def actor(session: Session, body: Body) -> Actor:
    """The registered person behind a payload. NotAllowed for anybody else; Refused for an organisation-wide app.

    For people of an Enterprise organisation, a click names any of their workspaces, while commands and events name the
    one that they are in, under which they are registered (docs/decisions/0031).
    """
    if _organisation_wide(body):
        raise Refused(EVERYWHERE)
    team_id, user_id = sender(body)
    try:
        who = access.actor(session, team_id, user_id)
    except NotAllowed:
        if not body.get("team", {}).get("enterprise_id") or here(body) == team_id:
            raise
        who = access.actor(session, here(body), user_id)
    return replace(who, said=confirmed_marks(body.get("view", {})))


def _organisation_wide(body: Body) -> bool:
    """Whether the app was installed for a whole organisation; each kind of request has a different field for it."""
    of_event = any(each["is_enterprise_install"] for each in body.get("authorizations", []))
    return of_event or body.get("is_enterprise_install") in {True, "true"}


def record(value: object) -> str:
    """The id of one of our records. Refused if `value` can't be one."""
    if not (isinstance(value, str) and _RECORD.fullmatch(value)):
        raise Refused(GONE)
    return value


def number(mark: str) -> int:
    """The version in a form's mark; 0, which no version has, if the mark isn't a number."""
    return int(mark) if mark.isdecimal() and mark.isascii() and len(mark) < 9 else 0  # noqa: PLR2004  # digits


def shown_modal(body: Body) -> ShownModal:
    """The modal in which something was clicked. Refused if the click was elsewhere."""
    view = body.get("view", {})
    if view.get("type") != "modal":
        raise Refused(GONE)
    return ShownModal(str(view["id"]), str(view["hash"]), record(view["private_metadata"]))


def open_modal(body: Body, client: WebClient, view: View) -> None:
    """Open a modal: on top of the modal that was clicked in (Slack allows three), otherwise as the first."""
    show = client.views_push if body.get("view", {}).get("type") == "modal" else client.views_open
    show(trigger_id=body["trigger_id"], view=view)


def ask_slack(call: Callable[[], SlackResponse]) -> SlackResponse | str:
    """Slack's answer, or a sentence about a refusal that only a person can put right.

    Refused if Slack doesn't accept the app's token, which says nothing about the question. Passing errors are raised.
    """
    try:
        return call()
    except SlackApiError as error:
        code = error_code(error.response)
        if passes(code):
            raise
        if code in TOKEN_REFUSED:
            raise Refused(refusal(code)) from error
        return refusal(code, word(error.response, "needed"))
