"""Slack's reaction to the app's answers: to a submission, to a command, to a failure."""

import json
from dataclasses import replace
from typing import Final

from sandbox.slack import modals
from sandbox.slack.api.response_url import say
from sandbox.slack.errors import SlackError
from sandbox.slack.model import ResponseUrl, View
from sandbox.slack.sender import Outcome
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.workspace import Workspace

TROUBLE: Final = "We had some trouble connecting. Try again?"


def submitted(workspace: Workspace, view_id: str, outcome: Outcome) -> Outcome:
    """Act on the answer to a view_submission; `shown` becomes what the person reads if it failed or was refused."""
    with workspace.changing():
        view = workspace.views.get(view_id)
        if view is None:
            return outcome
        view.field_errors, view.trouble = {}, ""
        answer = _json(outcome.body)
        acted = outcome.ok and answer is not None and _act(workspace, view, answer)
        if not acted:
            view.trouble = TROUBLE
            return replace(outcome, shown=TROUBLE)
        return replace(outcome, shown="\n".join(view.field_errors.values()) or None)


def _json(body: str) -> Obj | None:
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _act(workspace: Workspace, view: View, answer: Obj) -> bool:
    wanted = answer.get("response_action")
    if wanted == "errors":
        return _errors(view, obj(answer.get("errors")))
    try:
        if wanted is None:
            modals.closed(workspace, view)
        elif wanted == "clear":
            modals.closed(workspace, view, whole_stack=True)
        elif wanted == "update":
            modals.updated(workspace, view, modals.checked(workspace, answer.get("view"), "modal", view))
        elif wanted == "push":
            modals.pushed(workspace, view.user, modals.checked(workspace, answer.get("view"), "modal"))
        else:
            return False
    except SlackError:
        return False
    return True


def _errors(view: View, errors: Obj) -> bool:
    inputs = {block.get("block_id") for block in objs(view.content.get("blocks")) if block.get("type") == "input"}
    if not errors or not set(errors) <= inputs or not all(isinstance(one, str) for one in errors.values()):
        return False
    view.field_errors = {block_id: text(one) for block_id, one in errors.items()}
    return True


def commanded(workspace: Workspace, name: str, form: dict[str, str], outcome: Outcome) -> Outcome:
    """Show the answer to a slash command, or the error."""
    if not outcome.ok:
        return replace(outcome, shown=f'{name} failed with the error "{outcome.shown}"')
    if not outcome.body.strip():
        return outcome
    given = _json(outcome.body) if outcome.body.lstrip().startswith("{") else None
    given = {"text": outcome.body} if given is None else given
    if not given.get("text") and not given.get("blocks"):
        return outcome
    url = ResponseUrl("", form["channel_id"], form["user_id"], 0.0)
    try:
        with workspace.changing():
            say(workspace, url, given)
    except SlackError as error:
        return replace(outcome, shown=f'{name} failed with the error "{error.name}"')
    return outcome


def acted(workspace: Workspace, view_id: str, outcome: Outcome) -> Outcome:
    """Show on a modal or Home that a block action failed, or remove an earlier failure."""
    with workspace.changing():
        view = workspace.views.get(view_id)
        if view is not None:
            view.trouble = "" if outcome.ok else TROUBLE
    return outcome if outcome.ok else replace(outcome, shown=TROUBLE)


def clicked(outcome: Outcome) -> Outcome:
    """The outcome with the sentence that the person sees beside a message's button if it failed."""
    return outcome if outcome.ok else replace(outcome, shown=f"That didn't work ({outcome.shown}). Try again?")
