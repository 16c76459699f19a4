"""Turn a handler's error into words for the person, where they are looking."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import structlog
from slack_bolt import Ack, App, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from audit import trail
from audit.errors import NeedsConfirmation, NotAllowed, Refused
from audit.returns.form import NotSent
from handlers import afterwards
from handlers.budget import unhurried
from handlers.edge import NOT_SLACK, Body, open_modal, sender, shown_modal
from handlers.payloads import UNASKED
from storage.crypto import WrongKey
from storage.engine import UNAVAILABLE, WROTE, Sessions
from views import asking, parts
from views.confirming import fields, unmarked
from views.forms import confirmed_marks
from views.home import home
from views.returns import form as form_view
from views.slack_refusals import error_code

log = structlog.get_logger()

NOT_SAVED = "The database could not be reached, so nothing was saved."
NOT_ASKED = "Slack could not be reached, so nothing was saved."
STILL_HERE = "Your text is still here: go back and send it again in a minute."
NOT_SHOWN = "Slack could not be reached to show it, and nothing was changed. Please try again."
SAVED = (
    "What you did is saved, but it may not be shown here yet: something went wrong after. Home shows how things stand."
)

_OUTRUN = {"hash_conflict", "exchanged_trigger_id"}
"""Slack's error codes for a view that the person no longer needs (`_superseded`)."""


def register(app: App, sessions: Sessions) -> None:
    """Let `app` answer any error that a handler raises."""

    @app.error
    def explain(error: Exception, body: Body, ack: Ack, client: WebClient) -> BoltResponse:
        return explained(error, body, ack, client, sessions)


def explained(error: Exception, body: Body, ack: Ack, client: WebClient, sessions: Sessions) -> BoltResponse:
    """The answer to an error of a handler, or to a second error while the first is being explained."""
    try:
        return _explained(error, body, ack, client, sessions)
    except Exception as another:  # noqa: BLE001  # it is explained like the first
        return _explained(another, body, ack, client, sessions)


def _explained(error: Exception, body: Body, ack: Ack, client: WebClient, sessions: Sessions) -> BoltResponse:
    wrote = WROTE.get()
    if isinstance(error, NotAllowed):
        error = _recorded(sessions, error, body)
    if isinstance(error, NeedsConfirmation | NotSent) and (answered := _again(error, body, ack, client)):
        return answered
    if body.get("event", {}).get("type") in UNASKED:
        log.error("event_not_taken", exc_info=error)
        return BoltResponse(status=503)  # no person waits for this answer, and Slack sends the event again
    if isinstance(error, Refused):
        log.info("refused", kind=type(error).__name__)
        return _answer(body, ack, client, "Not possible", error.sentence, error.fields)
    if isinstance(error, NOT_SLACK) and _superseded(error):
        return ack()
    title, sentence = _failed(error, body, wrote=wrote)
    if wrote and body.get("type") == "view_submission":  # in place of the form, since it needn't be sent again
        return ack(response_action="update", view=parts.notice(title, sentence))
    return _answer(body, ack, client, title, sentence, {})


def _failed(error: Exception, body: Body, *, wrote: bool) -> tuple[str, str]:
    """(title, sentence) for an unexpected error; `wrote`: something was committed before it, and stays saved."""
    if wrote:
        log.error("saved_not_shown", exc_info=error)
        return "Saved", SAVED
    later = STILL_HERE if _inputs(body) else "Please try again in a minute."
    if isinstance(error, UNAVAILABLE):
        log.error("database_unavailable", exc_info=error)
        return "Not saved", f"{NOT_SAVED} {later}"
    if isinstance(error, NOT_SLACK):
        log.warning("slack_unavailable", exc_info=error)
        sent = body.get("type") == "view_submission"
        return ("Not saved", f"{NOT_ASKED} {later}") if sent else ("Not shown", NOT_SHOWN)
    reference = secrets.token_hex(4)
    if isinstance(error, WrongKey):
        log.error("text_not_opened", reference=reference, key=error.bound_to, exc_info=error)
        return "Sorry", f"{error.sentence} Please tell them so, and quote {reference}."
    log.error("bug", reference=reference, exc_info=error)
    return (
        "Sorry",
        f"Something went wrong on our side, and nothing was changed. Please quote {reference} if you ask us.",
    )


def _again(error: NeedsConfirmation | NotSent, body: Body, ack: Ack, client: WebClient) -> BoltResponse | None:
    """The form again, with questions about what was typed; None if it has none, or no room for them."""
    if still := _unanswered(error, body):
        return ack(response_action="errors", errors=still)
    if isinstance(error, NeedsConfirmation):
        return _asked(error, body, ack, client)
    form = form_view.form(error.form)
    if error.form.questions or not set(error.fields) <= set(_inputs(body)) & fields(form):
        return ack(response_action="update", view=form)
    return None


def _unanswered(error: NeedsConfirmation | NotSent, body: Body) -> dict[str, str]:
    """Block id -> error, for unanswered questions, if the form already has all the questions; otherwise empty."""
    questions = error.questions if isinstance(error, NeedsConfirmation) else error.form.questions
    blocks = {asking.block_id(each): each for each in questions.values()}
    if body.get("type") != "view_submission" or not set(blocks) <= set(_inputs(body)):
        return {}
    ticked = confirmed_marks(body.get("view", {}))
    return {block_id: asking.unanswered(each) for block_id, each in blocks.items() if each.mark not in ticked}


def _asked(error: NeedsConfirmation, body: Body, ack: Ack, client: WebClient) -> BoltResponse | None:
    """The form as it was sent, with the questions; None if the payload has no form, or the form no room."""
    view = asking.with_questions(body.get("view", {}), error.questions)
    if view is None:
        return None
    log.info("asked")
    if body.get("type") == "view_submission":
        return ack(response_action="update", view=view)
    at = shown_modal(body)
    with suppress(*NOT_SLACK):
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
    return ack()


def _superseded(error: Exception) -> bool:
    """Whether the person already sees a newer view, or the view for the same click.

    They clicked twice, the request was delivered twice, or Slack's answer to showing the view was lost.
    """
    return isinstance(error, SlackApiError) and error_code(error.response) in _OUTRUN


def _recorded(sessions: Sessions, denial: NotAllowed, body: Body) -> Exception:
    """The denial, once it is in the trail; or the database error that prevented that."""
    try:
        with sessions.begin() as session:
            trail.record_denial(session, denial, "/".join(sender(body)))
    except UNAVAILABLE as unavailable:
        return unavailable
    return denial


def _answer(  # noqa: PLR0917  # each is one of bolt's arguments
    body: Body, ack: Ack, client: WebClient, title: str, sentence: str, fields: Mapping[str, str]
) -> BoltResponse:
    """Show the sentence at its field, above the form (whose text stays), or as a private message.

    If Slack can't show a view (no time left, or an expired trigger), a message is sent after the request is answered.
    """
    if body.get("type") == "view_submission":
        at_fields = {each: fields[unmarked(each)[0]] for each in _inputs(body) if unmarked(each)[0] in fields}
        if not at_fields and _stack_full(body):  # no room above it: at the first input, so that the text stays
            at_fields = dict.fromkeys(_inputs(body)[:1], sentence)
        if at_fields:
            return ack(response_action="errors", errors=at_fields)
        shown_how = "update" if _stack_full(body) else "push"
        at_none = () if _inputs(body) else fields.values()
        return ack(response_action=shown_how, view=parts.notice(title, "\n".join(dict.fromkeys([sentence, *at_none]))))
    if "command" in body:
        return ack(text=sentence)
    try:
        _show(body, client, title, sentence)
    except NOT_SLACK as error:
        if not _superseded(error):
            afterwards.do(partial(_tell, body, unhurried(client), sentence))
    return ack()


def _tell(body: Body, client: WebClient, sentence: str) -> None:
    """Send a message that only the person sees: in the channel where they clicked, or as a direct message."""
    channel, user_id = body.get("channel", {}).get("id"), sender(body)[1]
    text, blocks = parts.escape(sentence), parts.verbatim(sentence)
    try:
        if channel is not None:
            client.chat_postEphemeral(channel=channel, user=user_id, text=text, blocks=blocks)
        else:
            client.chat_postMessage(channel=user_id, text=text, blocks=blocks)
    except NOT_SLACK as error:
        log.warning("not_told", exc_info=error)


def _inputs(body: Body) -> tuple[str, ...]:
    """The block ids of a form's inputs, from top to bottom."""
    state = body.get("view", {}).get("state")
    values = state.get("values") if isinstance(state, dict) else None
    return tuple(values) if isinstance(values, dict) else ()


def _stack_full(body: Body) -> bool:
    """Whether this is the third modal of a stack, on which Slack allows no further one."""
    view = body.get("view", {})
    return view.get("previous_view_id") not in {None, "", view.get("root_view_id")}


def _show(body: Body, client: WebClient, title: str, sentence: str) -> None:
    """Show a notice on top of what is open, or as the person's Home."""
    view = body.get("view", {})
    if "event" in body:
        client.views_publish(user_id=sender(body)[1], view=home.unavailable(sentence))
    elif _stack_full(body) and not view.get("callback_id"):  # a form isn't replaced, so that it keeps what was typed
        client.views_update(view_id=str(view["id"]), view=parts.notice(title, sentence))
    else:
        open_modal(body, client, parts.notice(title, sentence))
