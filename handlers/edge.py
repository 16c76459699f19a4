"""The edge to Slack: who is asking, and errors turned into words for them."""

import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import TypedDict

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from audit import access, trail
from audit.access import Actor
from audit.errors import Asking, NotAllowed, Refused
from audit.forms import Again
from handlers.payloads import USER_CHANGED
from storage.engine import Busy, Sessions
from views import answering, asking, home, parts
from views.forms import said_of_nobody
from views.parts import View
from views.previews import unmarked
from views.refusals import PASSING, refusal

log = structlog.get_logger()

NOT_SAVED = (
    "The database could not be reached, so nothing was saved. Your text is still here: go back and send it again in"
    " a minute."
)
UNAVAILABLE = (Busy, OperationalError, InterfaceError, PoolTimeout)
NOT_SHOWN = "Slack could not be reached to show the answer. Please look at Home to see how things stand, and try again."
NOT_SLACK = (SlackApiError, OSError, HTTPException)
"""What a call to Slack may raise."""
EVERYWHERE = (
    "This app is installed for a whole organisation, and it is made for one workspace: a Slack administrator installs"
    " it in the workspace where the audit channels are, and nowhere else."
)
GONE = "This button no longer works. Please open the list again."

_RECORD = re.compile(r"[A-Za-z0-9]{1,32}")


class Sender(TypedDict, total=False):
    """A person in a payload; people of another workspace come with their own team's id."""

    id: str
    team_id: str
    enterprise_id: str


class Body(TypedDict, total=False):
    """Who did what, and where an answer can go; handlers.payloads has checked that it looks like this."""

    type: str
    user: Sender
    team: Sender
    team_id: str
    user_id: str
    is_enterprise_install: bool | str
    authorizations: list[dict[str, bool]]
    command: str
    trigger_id: str
    event: dict[str, str]
    view: dict[str, object]


@dataclass(frozen=True)
class Shown:
    """A modal as it stood when something in it was clicked, and the record that it is about."""

    view_id: str
    hash: str
    record_id: str


def sender(body: Body) -> tuple[str, str]:
    """(team id, user id) of whoever clicked, typed or looked."""
    if "user" in body:
        user = body["user"]
        return user.get("team_id") or here(body), user["id"]
    return body["team_id"], body["event"]["user"] if "event" in body else body["user_id"]


def here(body: Body) -> str:
    """The workspace in which somebody clicked."""
    return body.get("team", {}).get("id", "")


def actor(session: Session, body: Body) -> Actor:
    """The registered person behind a payload; NotAllowed for anybody else. Refused if the app is everywhere.

    Of an Enterprise organisation's people a click names any one workspace of theirs, while commands and events name the
    one they are in, under which they are registered (docs/decisions/0031).
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
    return replace(who, said=said_of_nobody(body.get("view", {})))


def _organisation_wide(body: Body) -> bool:
    """Whether the app was installed for a whole organisation: each kind of request says that in its own way."""
    of_event = any(each["is_enterprise_install"] for each in body.get("authorizations", []))
    return of_event or body.get("is_enterprise_install") in {True, "true"}


def clicked(action: Mapping[str, object]) -> str:
    """The record that a button stands for; Refused if its value isn't one (somebody made it up)."""
    return record(action.get("value"))


def record(value: object) -> str:
    """The id of one of our records; Refused if it can't be one."""
    if not (isinstance(value, str) and _RECORD.fullmatch(value)):
        raise Refused(GONE)
    return value


def page(action: Mapping[str, object]) -> int:
    """The page that a button turns to, from 0; Refused if its value isn't one."""
    number = clicked(action)
    if not number.isdecimal():
        raise Refused("There is no such page.")
    return int(number)


def shown(body: Body) -> Shown:
    """The modal in which something was clicked; Refused if there was none."""
    view = body.get("view", {})
    if view.get("type") != "modal":
        raise Refused(GONE)
    return Shown(str(view["id"]), str(view["hash"]), record(view["private_metadata"]))


def below(body: Body) -> str | None:
    """The id of the modal under the form that was sent, to be brought up to date before the form closes; or None."""
    previous = body.get("view", {}).get("previous_view_id")
    return str(previous) if previous else None


def closing(ack: Ack, client: WebClient, body: Body, view: View) -> None:
    """Close the form that was sent, `view` standing in the modal under it; without one, it takes the form's place."""
    under = below(body)
    if under is None:
        ack(response_action="update", view=view)
    else:
        client.views_update(view_id=under, view=view)
        ack()


def opening(body: Body, client: WebClient) -> Callable[..., SlackResponse]:
    """How to show one more modal: on top of the one that was clicked in (of three at most), else as the first.

    Call what it returns with `trigger_id` and `view`.
    """
    return client.views_push if body.get("view", {}).get("type") == "modal" else client.views_open


def in_place(body: Body, client: WebClient) -> Callable[..., SlackResponse]:
    """How to show a modal in the place of the one that was clicked in, since what opens from it needs the room above.

    Call what it returns as that of `opening`.
    """
    view = body.get("view", {})
    if view.get("type") != "modal":
        return client.views_open

    def update(*, trigger_id: str, view: View) -> SlackResponse:
        del trigger_id
        return client.views_update(view_id=shown(body).view_id, view=view)

    return update


def asked(call: Callable[[], SlackResponse]) -> SlackResponse | str:
    """Slack's answer; or, where it refuses for a reason that only a person can mend, a sentence that says so."""
    try:
        return call()
    except SlackApiError as error:
        code = str(error.response.get("error") or "") if isinstance(error.response, SlackResponse) else ""
        if not code or code in PASSING:
            raise
        return refusal(code, str(error.response.get("needed") or ""))


def register(app: App, sessions: Sessions) -> None:
    """Turn whatever a handler raises into an answer."""

    @app.error
    def explain(  # noqa: PLR0911  # one a kind of error
        error: Exception, body: Body, ack: Ack, client: WebClient
    ) -> BoltResponse:
        if isinstance(error, NotAllowed):
            error = _recorded(sessions, error, body)
        if isinstance(error, Asking | Again) and (answered := _again(error, body, ack, client)):
            return answered
        if isinstance(error, Refused):
            log.info("refused", kind=type(error).__name__)
            return _answer(body, ack, client, "Not possible", error.sentence, error.fields)
        if body.get("event", {}).get("type") == USER_CHANGED:
            log.error("event_not_taken", exc_info=error)
            return BoltResponse(status=503)  # nobody waits for words, and Slack sends it again
        if isinstance(error, UNAVAILABLE) or (isinstance(error, OSError) and body.get("type") == "view_submission"):
            log.error("database_unavailable", exc_info=error)
            return _answer(body, ack, client, "Not saved", NOT_SAVED, {})
        if isinstance(error, NOT_SLACK):
            log.warning("slack_unavailable", exc_info=error)
            if _outrun(error):
                return ack()
            return _answer(body, ack, client, "Not shown", NOT_SHOWN, {})
        reference = secrets.token_hex(4)
        log.error("bug", reference=reference, exc_info=error)
        sentence = f"Something went wrong on our side, and nothing was changed. Please quote {reference} if you ask us."
        return _answer(body, ack, client, "Sorry", sentence, {})


def _again(error: Asking | Again, body: Body, ack: Ack, client: WebClient) -> BoltResponse | None:
    """The form once more, with what is asked about in it; None if there is nothing to ask, or no room for it."""
    if still := _unanswered(error, body):
        return ack(response_action="errors", errors=still)
    if isinstance(error, Asking):
        return _asked(error, body, ack, client)
    if error.form.questions or not set(error.fields) <= set(_inputs(body)):
        return ack(response_action="update", view=answering.form(error.form))
    return None


def _unanswered(error: Asking | Again, body: Body) -> dict[str, str]:
    """What is said at the questions, where all stand in the form already and it was sent without answering each."""
    questions = error.questions if isinstance(error, Asking) else error.form.questions
    blocks = {each.mark: asking.block_id(each) for each in questions.values()}
    if body.get("type") != "view_submission" or not set(blocks.values()) <= set(_inputs(body)):
        return {}
    said = said_of_nobody(body.get("view", {}))
    return {block_id: asking.ANSWER_FIRST for mark, block_id in blocks.items() if mark not in said}


def _asked(error: Asking, body: Body, ack: Ack, client: WebClient) -> BoltResponse | None:
    """The form as it was sent, with the questions; None if there is none, or no room in it."""
    view = asking.again(body.get("view", {}), error.questions)
    if view is None:
        return None
    log.info("asked")
    if body.get("type") == "view_submission":
        return ack(response_action="update", view=view)
    at = shown(body)
    with suppress(*NOT_SLACK):
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
    return ack()


def _outrun(error: Exception) -> bool:
    """Whether what the person sees is newer than what we would have shown them: they clicked twice."""
    return isinstance(error, SlackApiError) and error.response.get("error") == "hash_conflict"


def _recorded(sessions: Sessions, denial: NotAllowed, body: Body) -> Exception:
    """The denial, once it stands in the trail; or why it couldn't be written there."""
    try:
        with sessions.begin() as session:
            trail.record_denial(session, denial, "/".join(sender(body)))
    except UNAVAILABLE as unavailable:
        return unavailable
    return denial


def _answer(  # noqa: PLR0917  # each is one of bolt's arguments
    body: Body, ack: Ack, client: WebClient, title: str, sentence: str, fields: Mapping[str, str]
) -> BoltResponse:
    """Say it where the person looks: at the field, over the form (whose text stays), or as a private line."""
    if body.get("type") == "view_submission":
        at_fields = {each: fields[unmarked(each)[0]] for each in _inputs(body) if unmarked(each)[0] in fields}
        if not at_fields and _stacked_up(body):  # no room above it: at the first question then, so that the text stays
            at_fields = dict.fromkeys(_inputs(body)[:1], sentence)
        if at_fields:
            return ack(response_action="errors", errors=at_fields)
        shown_how = "update" if _stacked_up(body) else "push"
        return ack(response_action=shown_how, view=parts.notice(title, sentence))
    if "command" in body:
        return ack(text=sentence)
    with suppress(*NOT_SLACK):
        _show(body, client, title, sentence)
    return ack()


def _inputs(body: Body) -> tuple[str, ...]:
    """The block ids of a form's inputs, from top to bottom."""
    state = body.get("view", {}).get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return tuple(values) if isinstance(values, dict) else ()


def _stacked_up(body: Body) -> bool:
    """Whether it is the third modal of a stack, on which Slack puts no more."""
    view = body.get("view", {})
    return view.get("previous_view_id") not in {None, "", view.get("root_view_id")}


def _show(body: Body, client: WebClient, title: str, sentence: str) -> None:
    """A notice on top of what is open, or as the person's Home."""
    view = body.get("view", {})
    if "event" in body:
        client.views_publish(user_id=sender(body)[1], view=home.sorry(sentence))
    elif _stacked_up(body) and not view.get("callback_id"):  # a form keeps what was typed in it instead
        client.views_update(view_id=str(view["id"]), view=parts.notice(title, sentence))
    else:
        opening(body, client)(trigger_id=body["trigger_id"], view=parts.notice(title, sentence))
