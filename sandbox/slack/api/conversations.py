"""The conversations methods: channels, their members, and their messages."""

from typing import Final

from sandbox.slack import messages
from sandbox.slack.api.args import Args
from sandbox.slack.api.method import TIER_2, TIER_3, TIER_4, Method, cursor_at, marked, need_channel, need_scope, page
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Message
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace


def channel_json(workspace: Workspace, channel: Channel) -> Obj:
    """A channel object. Workspaces that share it are named only in the field that Slack's own example has."""
    if channel.is_im:
        return _im_json(workspace, channel)
    teams = [workspace.team.id, *channel.connected_team_ids]
    member = workspace.app.bot_user_id in channel.members
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
        "parent_conversation": None,
        "creator": channel.creator,
        "is_ext_shared": channel.is_ext_shared,
        "shared_team_ids": teams,
        "pending_connected_team_ids": [],
        "is_member": member,
        "topic": _remark(channel, channel.topic),
        "purpose": _remark(channel, channel.purpose),
        "previous_names": channel.previous_names,
    }


def _remark(channel: Channel, value: str) -> Obj:
    return {"value": value, "creator": channel.creator if value else "", "last_set": channel.created if value else 0}


def _im_json(workspace: Workspace, channel: Channel) -> Obj:
    user = workspace.users.get(channel.user)
    return {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
        "user": channel.user,
        "is_user_deleted": user is not None and user.deleted,
        "priority": 0,
    }


def direct_with(workspace: Workspace, user_id: str) -> Channel:
    """The app's direct messages with a person. Raises Slack's error if it doesn't allow them."""
    user = workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.dm_error:
        raise SlackError(user.dm_error)
    if user.team_id != workspace.team.id and not workspace.external_dms:
        raise SlackError("user_not_visible")
    return workspace.direct(user_id)


def open_conversation(workspace: Workspace, args: Args) -> Obj:
    """conversations.open, by `users` (only one) or `channel`."""
    before = set(workspace.channels)
    if args.text("channel"):
        channel = workspace.channel(args.text("channel"))
    else:
        users = [one for one in args.text("users").split(",") if one]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            raise SlackError("not_enabled")  # group direct messages aren't modelled
        channel = direct_with(workspace, users[0])
    shown: Obj = channel_json(workspace, channel) if args.flag("return_im") else {"id": channel.id}
    return {"ok": True, "no_op": channel.id in before, "already_open": channel.id in before, "channel": shown}


def info(workspace: Workspace, args: Args) -> Obj:
    """conversations.info, with the number of members if asked for."""
    channel = need_channel(workspace, args, "read")
    shown = channel_json(workspace, channel)
    if args.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    if workspace.app.bot_user_id in channel.members:
        shown["last_read"] = channel.last_read.get(workspace.app.bot_user_id, "0000000000.000000")
    return {"ok": True, "channel": shown}


_TYPES: Final = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def _listed(workspace: Workspace, args: Args) -> list[Channel]:
    kinds = []
    for name in (args.text("types") or "public_channel").split(","):
        if name.strip() not in _TYPES:
            raise SlackError("invalid_types")
        kinds.append(_TYPES[name.strip()])
        need_scope(workspace, f"{kinds[-1]}:read")
    unwanted = args.flag("exclude_archived")
    found = [one for one in workspace.channels.values() if one.kind in kinds and not (unwanted and one.is_archived)]
    bot = workspace.app.bot_user_id
    return [one for one in found if bot in one.members or one.kind == "channels"]


def list_channels(workspace: Workspace, args: Args) -> Obj:
    """conversations.list: public channels, and private ones that the app is in."""
    found, cursor = page(_listed(workspace, args), args)
    shown = []
    for channel in found:
        members: Obj = {} if channel.is_im else {"num_members": len(channel.members)}
        shown.append({**channel_json(workspace, channel), **members})
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


def of_user(workspace: Workspace, args: Args) -> Obj:
    """users.conversations: the conversations of `user`, by default of the app."""
    who = args.text("user") or workspace.app.bot_user_id
    if who not in workspace.users:
        raise SlackError("user_not_found")
    mine = [one for one in _listed(workspace, args) if who in one.members]
    found, cursor = page(mine, args)
    shown = [channel_json(workspace, channel) for channel in found]
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


def _between(found: list[Message], args: Args) -> list[Message]:
    inclusive = args.flag("inclusive")
    oldest, latest = args.text("oldest"), args.text("latest")
    if oldest:
        found = [one for one in found if _ts(one.ts) > _ts(oldest) or (inclusive and _ts(one.ts) == _ts(oldest))]
    if latest:
        found = [one for one in found if _ts(one.ts) < _ts(latest) or (inclusive and _ts(one.ts) == _ts(latest))]
    return found


def _ts(given: str) -> tuple[int, int]:
    seconds, _, rest = given.partition(".")
    try:
        return int(seconds), int((rest + "000000")[:6])
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def history(workspace: Workspace, args: Args) -> Obj:
    """conversations.history, newest first."""
    channel = _readable(workspace, args)
    found, cursor = _recent(_between(messages.visible(workspace, channel.id), args)[::-1], args)
    metadata = args.flag("include_all_metadata")
    shown = [messages.rendered(workspace, one, metadata=metadata) for one in found]
    answer: Obj = {"ok": True, "messages": shown, "has_more": bool(cursor), "pin_count": 0}
    answer |= {"channel_actions_ts": None, "channel_actions_count": 0}
    return {**answer, **({"response_metadata": {"next_cursor": cursor}} if cursor else {})}


def _recent(newest_first: list[Message], args: Args) -> tuple[list[Message], str]:
    """A page whose cursor is a time, so that a message posted meanwhile doesn't shift it."""
    limit = min(args.number("limit", 100) or 100, 999)
    if limit < 1:
        raise SlackError("invalid_limit")
    if args.text("cursor"):
        mark = marked(args.text("cursor"), "next_ts")
        newest_first = [one for one in newest_first if int(one.ts.replace(".", "")) <= mark]
    rest = newest_first[limit:]
    return newest_first[:limit], cursor_at("next_ts", int(rest[0].ts.replace(".", ""))) if rest else ""


def _readable(workspace: Workspace, args: Args) -> Channel:
    channel = need_channel(workspace, args, "history")
    if workspace.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def replies(workspace: Workspace, args: Args) -> Obj:
    """conversations.replies: the message and its thread, oldest first."""
    channel = _readable(workspace, args)
    parent = workspace.message(channel.id, args.need("ts", "thread_not_found"))
    if parent is None:
        raise SlackError("thread_not_found")
    found, cursor = page([parent, *_between(messages.replies(workspace, parent), args)], args)
    metadata = args.flag("include_all_metadata")
    shown = [messages.rendered(workspace, one, metadata=metadata) for one in found]
    answer: Obj = {"ok": True, "messages": shown, "has_more": bool(cursor)}
    return {**answer, **({"response_metadata": {"next_cursor": cursor}} if cursor else {})}


def members(workspace: Workspace, args: Args) -> Obj:
    """conversations.members."""
    channel = need_channel(workspace, args, "read")
    found, cursor = page(channel.members, args)
    return {"ok": True, "members": found, "response_metadata": {"next_cursor": cursor}}


def join(workspace: Workspace, args: Args) -> Obj:
    """conversations.join, for public channels only."""
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    bot = workspace.app.bot_user_id
    if bot in channel.members:
        beside: Obj = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"ok": True, "channel": channel_json(workspace, channel), **beside}
    channel.members.append(bot)
    said = Message(channel.id, workspace.next_ts(channel.id), bot, f"<@{bot}> has joined the channel")
    said.subtype = "channel_join"
    messages.add(workspace, said)
    return {"ok": True, "channel": channel_json(workspace, channel)}


_READ: Final = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: Final = {
    "conversations.open": Method(open_conversation, ("im:write", "mpim:write"), TIER_3),
    "conversations.info": Method(info, _READ, TIER_3),
    "conversations.list": Method(list_channels, _READ, TIER_2),
    "conversations.history": Method(history, _HISTORY, TIER_3),
    "conversations.replies": Method(replies, _HISTORY, TIER_3),
    "conversations.members": Method(members, _READ, TIER_4),
    "conversations.join": Method(join, ("channels:join",), TIER_3),
    "users.conversations": Method(of_user, _READ, TIER_3),
}
