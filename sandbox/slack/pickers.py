"""The choices in Slack's own menus of people, conversations and channels, by the app's filters."""

from collections.abc import Iterable

from sandbox.slack.answers import CannotDo
from sandbox.slack.model import Channel, User
from sandbox.slack.shapes import Obj, obj, strings, text
from sandbox.slack.workspace import Workspace


def people(workspace: Workspace, user_id: str) -> list[User]:
    """The users that a users_select offers this person: active ones of their team, and others who share a channel.

    Like Slack it also offers apps; a chosen app comes back like any other user.
    """
    with workspace.lock:
        mine = [one.members for one in workspace.channels.values() if user_id in one.members]
        team = workspace.users[user_id].team_id
        found = [
            one
            for one in workspace.users.values()
            if not one.deleted and (one.team_id == team or any(one.id in members for members in mine))
        ]
        return sorted(found, key=lambda one: (one.is_bot, one.real_name))


def conversations(workspace: Workspace, user_id: str, element: Obj) -> list[Channel]:
    """The conversations that a conversations_select or channels_select offers this person, by its `filter`."""
    public_only = "channels_select" in text(element.get("type"))
    given = obj(element.get("filter"))
    kinds = {"public"} if public_only else set(strings(given.get("include"))) or {"im", "mpim", "private", "public"}
    with workspace.lock:
        found = [one for one in workspace.channels.values() if _seen(workspace, user_id, one) and _kind(one) in kinds]
    if given.get("exclude_external_shared_channels"):
        found = [one for one in found if not one.is_ext_shared]
    if given.get("exclude_bot_users"):
        found = [one for one in found if not one.is_im]  # all direct messages of the stand-in are with the app
    return sorted(found, key=lambda one: (one.is_im, one.name))


def _seen(workspace: Workspace, user_id: str, channel: Channel) -> bool:
    return not channel.is_archived and workspace.may_see(user_id, channel)


def _kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private" if channel.is_private else "public"


def check(workspace: Workspace, user_id: str, element: Obj, state: Obj) -> None:
    """Raise CannotDo if the person's choice isn't offered by the menu."""
    kind = text(element.get("type"))
    if "users_select" in kind:
        offered: Iterable[str] = (one.id for one in people(workspace, user_id))
        chosen = strings(state.get("selected_users")) or [text(state.get("selected_user"))]
    elif "conversations_select" in kind or "channels_select" in kind:
        offered = (one.id for one in conversations(workspace, user_id, element))
        several = state.get("selected_conversations") or state.get("selected_channels")
        chosen = strings(several) or [text(state.get("selected_conversation")) or text(state.get("selected_channel"))]
    else:
        return
    absent = sorted({one for one in chosen if one} - set(offered))
    if absent:
        raise CannotDo(f"{element.get('action_id')} doesn't offer {', '.join(absent)}")
