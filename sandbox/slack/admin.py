"""A workspace admin's changes to people and channels, and the events that they send to the app."""

from collections.abc import Callable
from typing import Final

from sandbox.slack import messages, payloads
from sandbox.slack.model import Channel
from sandbox.slack.shapes import Obj, text
from sandbox.slack.workspace import Workspace


def deactivate(workspace: Workspace, user_id: str, *, deleted: bool = True) -> None:
    """Deactivate or reactivate a person, and send the app the event."""
    with workspace.changing():
        user = workspace.users[user_id]
        if user.deleted == deleted:
            return
        user.deleted, user.updated = deleted, int(workspace.clock())
        event = payloads.user_change(workspace, user)
    workspace.sender.event_later(event)


def refuse_dms(workspace: Workspace, user_id: str, error: str = "user_not_visible") -> None:
    """Refuse the app's direct messages to a person with this Slack error; "" accepts them again."""
    with workspace.changing():
        workspace.users[user_id].dm_error = error


def invite(workspace: Workspace, channel_id: str, user_id: str) -> None:
    """Add a person or the app to a channel, and send the app the event."""
    with workspace.changing():
        channel, user = workspace.channels[channel_id], workspace.users[user_id]
        if user_id in channel.members:
            return
        channel.members.append(user_id)
        event = payloads.member_event(workspace, "member_joined_channel", user, channel, channel.creator)
    workspace.sender.event_later(event)


def kick(workspace: Workspace, channel_id: str, user_id: str) -> None:
    """Remove a person or the app from a channel, and send the app the event; for the app itself, that it has left."""
    with workspace.changing():
        channel, user = workspace.channels[channel_id], workspace.users[user_id]
        if user_id not in channel.members:
            return
        channel.members.remove(user_id)
        event = payloads.member_event(workspace, "member_left_channel", user, channel)
        if user_id == workspace.app.bot_user_id:
            event = payloads.channel_event(workspace, f"{_kind(channel)}_left", channel)
    workspace.sender.event_later(event)


def _kind(channel: Channel) -> str:
    """The channel's kind in the names of events."""
    return "group" if channel.is_private else "channel"


def change_channel(workspace: Workspace, channel_id: str, change: Callable[[Obj], None], event: str) -> None:
    """Change a channel's fields. The app gets the event of that name, if one is given and the app is a member."""
    with workspace.changing():
        channel = workspace.channels[channel_id]
        change(vars(channel))
        change_event = payloads.channel_event(workspace, f"{_kind(channel)}_{event}", channel) if event else None
        heard = workspace.app.bot_user_id in channel.members
    if change_event is not None and heard:
        workspace.sender.event_later(change_event)


def rename(workspace: Workspace, channel_id: str, name: str) -> None:
    """Rename a channel, and send the app the event."""
    change_channel(workspace, channel_id, lambda fields: fields.update(name=name), "rename")


def uninstall(workspace: Workspace) -> None:
    """Uninstall the app, which makes its token invalid, and send it the event."""
    with workspace.changing():
        workspace.app.active = False
        event: Obj = {"type": "app_uninstalled", "event_ts": f"{workspace.clock():.6f}"}
    workspace.sender.event_later(event)


def install_again(workspace: Workspace) -> None:
    """Install the app again, with the same token."""
    with workspace.changing():
        workspace.app.active = True


def delete_message(workspace: Workspace, channel_id: str, ts: str) -> None:
    """Delete any person's message, as an admin or a retention policy does. Raises KeyError if there is none."""
    with workspace.changing():
        message = workspace.message(channel_id, ts)
        if message is None:
            raise KeyError(ts)
        messages.remove(workspace, message)


def share(workspace: Workspace, channel_id: str, team_id: str) -> None:
    """Share a channel with another workspace ("": no longer), and send the app the event."""
    with workspace.changing():
        channel = workspace.channels[channel_id]
        with_whom = {"connected_team_id": team_id}
        if not team_id:
            with_whom = {"previously_connected_team_id": next(iter(channel.connected_team_ids), "")}
        channel.connected_team_ids = [team_id] if team_id else []
        channel.is_ext_shared = bool(team_id)
        event = payloads.channel_event(
            workspace, "channel_shared" if team_id else "channel_unshared", channel, **with_whom
        )
    workspace.sender.event_later(event)


def change_id(workspace: Workspace, channel_id: str, new_id: str) -> None:
    """Give a channel a new id for good, and send the app the event.

    Slack does this to a private channel when somebody begins to share it with another organisation.
    """
    with workspace.changing():
        channel = workspace.channels.pop(channel_id)
        channel.id, workspace.channels[new_id] = new_id, channel
        workspace.messages[new_id] = workspace.messages.pop(channel_id, [])
        for message in workspace.messages[new_id]:
            message.channel = new_id
        for file in workspace.files.values():
            file.channels = [new_id if each == channel_id else each for each in file.channels]
            file.shares = {new_id if each == channel_id else each: ts for each, ts in file.shares.items()}
        ids: Obj = {"old_channel_id": channel_id, "new_channel_id": new_id}
        event: Obj = {"type": "channel_id_changed", **ids, "event_ts": f"{workspace.clock():.6f}"}
    workspace.sender.event_later(event)


CHANNEL_CHANGES: Final[dict[str, Obj]] = {
    "archive": {"is_archived": True},
    "unarchive": {"is_archived": False},
    "make_public": {"is_private": False},
    "make_private": {"is_private": True},
    "read_only": {"read_only": True},
    "writable": {"read_only": False},
}


def to_person(workspace: Workspace, user_id: str, doing: str, given: Obj) -> None:
    """Make one change by its name: deactivate, reactivate, refuse_dms (error), take_dms. Raises KeyError."""
    if doing in {"deactivate", "reactivate"}:
        deactivate(workspace, user_id, deleted=doing == "deactivate")
    elif doing == "refuse_dms":
        refuse_dms(workspace, user_id, text(given.get("error")) or "user_not_visible")
    elif doing == "take_dms":
        refuse_dms(workspace, user_id, "")
    else:
        raise KeyError(doing)


def to_channel(workspace: Workspace, channel_id: str, doing: str, given: Obj) -> None:
    """Make one change by its name. Raises KeyError if the name isn't known.

    The names are those of CHANNEL_CHANGES, and invite, kick (user), share (team), delete_message (ts), rename (name),
    change_id (id).
    """
    if doing in CHANNEL_CHANGES:
        event = doing if doing in {"archive", "unarchive"} else ""
        change_channel(workspace, channel_id, lambda fields: fields.update(CHANNEL_CHANGES[doing]), event)
    elif doing == "rename":
        rename(workspace, channel_id, text(given.get("name")))
    elif doing == "share":
        share(workspace, channel_id, text(given.get("team")))
    elif doing == "change_id":
        change_id(workspace, channel_id, text(given.get("id")))
    elif doing == "delete_message":
        delete_message(workspace, channel_id, text(given.get("ts")))
    elif doing in {"invite", "kick"}:
        user = text(given.get("user")) or workspace.app.bot_user_id
        (invite if doing == "invite" else kick)(workspace, channel_id, user)
    else:
        raise KeyError(doing)
