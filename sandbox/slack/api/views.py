"""The views methods: open, push and update modals, publish a Home."""

from typing import Final

from sandbox.slack import modals
from sandbox.slack.api.args import Args
from sandbox.slack.api.method import TIER_4, Method
from sandbox.slack.errors import SlackError, refused
from sandbox.slack.model import View
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace


def _view(args: Args) -> object:
    given = args.json("view")
    if given is None:
        raise refused("invalid_arguments", ["missing required field: view"])
    return given


def _trigger(args: Args) -> str:
    return args.text("trigger_id") or args.need("interactivity_pointer", "invalid_arguments")


def _answer(workspace: Workspace, view: View) -> Obj:
    return {"ok": True, "view": modals.rendered(workspace, view)}


def open_view(workspace: Workspace, args: Args) -> Obj:
    """views.open: a new stack for the person whose action made the trigger."""
    content = modals.checked(workspace, _view(args), "modal")
    trigger = modals.exchanged(workspace, _trigger(args))
    if trigger.view_id in workspace.stacks.get(trigger.user, []):
        callback = workspace.views[trigger.view_id].content["callback_id"] or trigger.view_id
        workspace.misuses.append(f"views.open on top of the modal {callback}, where views.push was meant")
    return _answer(workspace, modals.opened(workspace, trigger.user, content))


def push(workspace: Workspace, args: Args) -> Obj:
    """views.push: onto the stack of the modal in which the trigger was made."""
    content = modals.checked(workspace, _view(args), "modal")
    trigger = modals.exchanged(workspace, _trigger(args))
    if trigger.view_id not in workspace.stacks.get(trigger.user, []):
        sentence = "must match the `type` of the root view whose stack we're pushing onto [json-pointer:/view/type]"
        raise refused("invalid_arguments", [sentence])
    return _answer(workspace, modals.pushed(workspace, trigger.user, content))


def update(workspace: Workspace, args: Args) -> Obj:
    """views.update, by view_id or external_id; with `hash`, only if the view hasn't changed since."""
    given = _view(args)
    view_id, external = args.text("view_id"), args.text("external_id")
    if not view_id and not external:
        raise refused("invalid_arguments", ["must provide either `view_id` or `external_id`"])
    living = list(workspace.views.values())
    view = next((one for one in living if one.id == view_id or (external and _external(one) == external)), None)
    if view is None:
        raise SlackError("not_found")
    if args.text("hash") and args.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    content = modals.checked(workspace, given, "home" if view.type == "home" else "modal", view)
    return _answer(workspace, modals.updated(workspace, view, content))


def _external(view: View) -> object:
    return view.content.get("external_id")


def publish(workspace: Workspace, args: Args) -> Obj:
    """views.publish: a person's Home."""
    user = workspace.users.get(args.need("user_id"))
    if user is None or user.deleted:
        raise SlackError("user_not_found")
    view = modals.published(workspace, user.id, _view(args), args.text("hash") or None)
    return _answer(workspace, view)


METHODS: Final = {
    "views.open": Method(open_view, (), TIER_4),
    "views.push": Method(push, (), TIER_4),
    "views.update": Method(update, (), TIER_4),
    "views.publish": Method(publish, (), TIER_4),
}
