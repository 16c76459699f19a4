"""The chat methods: post, update and delete messages, and link to them."""

from typing import Final

from sandbox.slack import messages
from sandbox.slack.api.args import Args
from sandbox.slack.api.conversations import direct_with
from sandbox.slack.api.method import TIER_3, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Message
from sandbox.slack.shapes import Obj, objs
from sandbox.slack.workspace import Workspace

_UNLIMITED: Final = 100_000
"""A limit per minute that is never reached, for methods that Slack limits in another way."""


def _into(workspace: Workspace, args: Args) -> Channel:
    wanted = args.need("channel", "channel_not_found")
    user = workspace.users.get(wanted)
    if user is not None and user.deleted:
        channel = workspace.direct(wanted)  # Slack accepts messages to deactivated people without an error
    elif user is not None:
        channel = direct_with(workspace, wanted)
    else:
        named = [one.id for one in workspace.channels.values() if one.name and f"#{one.name}" == wanted]
        channel = workspace.channel(named[0] if named else wanted)
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_im and workspace.users[channel.user].dm_error:
        raise SlackError(workspace.users[channel.user].dm_error)
    anywhere = channel.kind == "channels" and "chat:write.public" in (workspace.app.scopes or [])
    if workspace.app.bot_user_id not in channel.members and not anywhere:
        raise SlackError("not_in_channel")
    if channel.read_only:
        raise SlackError("restricted_action")
    return channel


def _content(workspace: Workspace, args: Args) -> tuple[str, list[Obj] | None, list[Obj]]:
    blocks = messages.blocks_of(args.json("blocks", "invalid_blocks_format"))
    attachments = objs(args.json("attachments", "invalid_attachments"))
    given = args.text("text")
    if not given and not blocks and not attachments:
        raise SlackError("no_text")
    messages.checked(workspace, given, blocks)
    return given, blocks, attachments


def post_message(workspace: Workspace, args: Args) -> Obj:
    """chat.postMessage: the channel, the ts, and the message as kept."""
    channel = _into(workspace, args)
    given, blocks, attachments = _content(workspace, args)
    metadata = messages.metadata_of(args.json("metadata", "invalid_metadata_format"))
    thread = args.text("thread_ts")
    if thread and workspace.message(channel.id, thread) is None:
        thread = ""
    extra: dict[str, object] = {"metadata": metadata, "thread_ts": thread, "attachments": attachments}
    if args.text("username"):
        extra["username"] = args.text("username")
    message = messages.new(workspace, channel.id, given, blocks, **extra)
    shown = messages.rendered(workspace, message, metadata=True)
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": shown}


def post_ephemeral(workspace: Workspace, args: Args) -> Obj:
    """chat.postEphemeral: a message that only `user` sees."""
    channel = _into(workspace, args)
    user = args.need("user", "user_not_in_channel")
    if user not in workspace.users or user not in channel.members:
        raise SlackError("user_not_in_channel")
    given, blocks, attachments = _content(workspace, args)
    message = messages.new(workspace, channel.id, given, blocks, ephemeral_to=user, attachments=attachments)
    return {"ok": True, "message_ts": message.ts}


def _own(workspace: Workspace, args: Args, error: str) -> Message:
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, args.need("ts", "message_not_found"))
    if message is None or message.ephemeral_to:
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(error)
    if channel.is_archived:
        raise SlackError("is_archived")
    return message


def update(workspace: Workspace, args: Args) -> Obj:
    """chat.update: replaces text and blocks; metadata stays unless given."""
    message = _own(workspace, args, "cant_update_message")
    given = args.text("text") if "text" in args.values else None
    blocks = messages.blocks_of(args.json("blocks", "invalid_blocks_format"))
    if given is None and blocks is None and "attachments" not in args.values:
        raise SlackError("no_text")
    messages.checked(workspace, given or "", blocks)
    metadata = messages.metadata_of(args.json("metadata", "invalid_metadata_format"))
    messages.change(workspace, message, given, blocks)
    if metadata is not None:
        message.metadata = metadata
    if "attachments" in args.values:
        message.attachments = objs(args.json("attachments", "invalid_attachments"))
    shown = messages.rendered(workspace, message, metadata=True)
    del shown["ts"]  # Slack has it beside the message only
    return {"ok": True, "channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(workspace: Workspace, args: Args) -> Obj:
    """chat.delete, for the app's own messages only."""
    message = _own(workspace, args, "cant_delete_message")
    messages.remove(workspace, message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, args: Args) -> Obj:
    """chat.getPermalink."""
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, args.need("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    address = f"https://{workspace.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"ok": True, "channel": channel.id, "permalink": address}


METHODS: Final = {
    "chat.postMessage": Method(post_message, ("chat:write",), _UNLIMITED),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), 100),
    "chat.update": Method(update, ("chat:write",), TIER_3),
    "chat.delete": Method(delete, ("chat:write",), TIER_3),
    "chat.getPermalink": Method(get_permalink, (), _UNLIMITED),
}
