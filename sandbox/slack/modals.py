"""Views: a person's stack of at most three modals, and their Home."""

from typing import Final

from sandbox.slack import displayed, stored
from sandbox.slack.answers import starting
from sandbox.slack.checks import VIEW_TOO_LARGE, Surface, problems
from sandbox.slack.errors import SlackError, refused
from sandbox.slack.files import absent_pictures
from sandbox.slack.model import Trigger, View
from sandbox.slack.shapes import Obj, copied, new_id, new_word, obj, objs, text
from sandbox.slack.workspace import Workspace

MOST_STACKED: Final = 3
_TITLE_OF_HOME: Final[Obj] = {"type": "plain_text", "text": "View Title", "emoji": True}


def checked(workspace: Workspace, given: object, surface: Surface, own: View | None = None) -> Obj:
    """The view in the form Slack keeps it. Raises invalid_arguments, view_too_large or duplicate_external_id."""
    found = problems(given, surface)
    sentences = [one for one in found if one != VIEW_TOO_LARGE]
    if sentences:
        raise refused("invalid_arguments", sentences)
    if found:
        raise SlackError(VIEW_TOO_LARGE)
    sent = obj(given)
    missing = absent_pictures(workspace, objs(sent.get("blocks")), "/view/blocks")
    missing += workspace.unsupported(objs(sent.get("blocks")), "/view/blocks")
    if missing:
        raise refused("invalid_arguments", missing)
    external = text(sent.get("external_id"))
    if external and any(view.content["external_id"] == external for view in _living(workspace, but=own)):
        raise SlackError("duplicate_external_id")
    close = sent.get("close")
    if surface == "home":
        title: object = _TITLE_OF_HOME
    else:
        title = stored.filled(obj(sent.get("title")))
    return {
        "type": surface,
        "blocks": stored.blocks(copied(objs(sent.get("blocks")))),
        "private_metadata": text(sent.get("private_metadata")),
        "callback_id": text(sent.get("callback_id")),
        "title": title,
        "clear_on_close": bool(sent.get("clear_on_close")),
        "notify_on_close": bool(sent.get("notify_on_close")),
        "close": stored.filled(obj(close)) if close else None,
        "submit": stored.filled(obj(sent["submit"])) if sent.get("submit") else None,
        "external_id": external,
    }


def _living(workspace: Workspace, but: View | None) -> list[View]:
    return [view for view in workspace.views.values() if but is None or view.id != but.id]


def new_hash(workspace: Workspace) -> str:
    """A hash for a view, new at every change."""
    return f"{int(workspace.clock())}.{new_word(8)}"


def opened(workspace: Workspace, user: str, content: Obj) -> View:
    """Start a new stack with this modal; modals that were open are discarded."""
    for view_id in workspace.stacks.get(user, []):
        workspace.views.pop(view_id, None)
    view = _made(workspace, user, content)
    workspace.stacks[user] = [view.id]
    return view


def pushed(workspace: Workspace, user: str, content: Obj) -> View:
    """Put a modal on top of the person's stack. Raises push_limit_reached, or not_found if the stack is empty."""
    stack = workspace.stacks.get(user, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    view = _made(workspace, user, content)
    view.root_view_id = stack[0]
    view.previous_view_id = stack[-1]
    stack.append(view.id)
    return view


def _made(workspace: Workspace, user: str, content: Obj) -> View:
    view_id = new_id("V")
    team = workspace.users[user].team_id
    view = View(view_id, user, text(content["type"]), content, new_hash(workspace), view_id, team)
    view.values = starting(objs(content["blocks"]))
    workspace.views[view_id] = view
    return view


def updated(workspace: Workspace, view: View, content: Obj) -> View:
    """Replace a view's content; entered values are kept where block_id, action_id and type stay the same."""
    view.values = starting(objs(content["blocks"]), view.values)
    displayed.replaced(workspace, view, objs(content["blocks"]))
    view.content = content
    view.hash = new_hash(workspace)
    view.field_errors = {}
    view.trouble = ""
    return view


def published(workspace: Workspace, user: str, given: object, expected: str | None) -> View:
    """Replace the person's Home. Raises hash_conflict if `expected` isn't the present hash."""
    present = workspace.views.get(workspace.homes.get(user, ""))
    if expected and (present is None or present.hash != expected):
        raise SlackError("hash_conflict")
    content = checked(workspace, given, "home", present)
    if present is not None:
        return updated(workspace, present, content)
    view = _made(workspace, user, content)
    workspace.homes[user] = view.id
    return view


def closed(workspace: Workspace, view: View, *, whole_stack: bool = False) -> list[View]:
    """Close a modal and those above it, or the whole stack; returns the closed ones, top first."""
    stack = workspace.stacks.get(view.user, [])
    start = 0 if whole_stack else stack.index(view.id)
    gone = [workspace.views.pop(view_id) for view_id in reversed(stack[start:])]
    workspace.stacks[view.user] = stack[:start]
    return gone


def exchanged(workspace: Workspace, trigger_id: str) -> Trigger:
    """Use up a trigger_id. Raises invalid_trigger_id, expired_trigger_id or exchanged_trigger_id."""
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if workspace.clock() > trigger.expires:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def rendered(workspace: Workspace, view: View, *, values: bool = False) -> Obj:
    """A view as in the API; `values`: with the person's entries, as in payloads."""
    shown: Obj = {"id": view.id, "team_id": view.team_id, **view.content}
    shown |= {"state": {"values": copied(view.values) if values else {}}, "hash": view.hash}
    shown |= {"previous_view_id": view.previous_view_id, "root_view_id": view.root_view_id}
    app = workspace.app
    installed: Obj = {"app_id": app.app_id, "app_installed_team_id": workspace.team.id, "bot_id": app.bot_id}
    return {**shown, **installed}
