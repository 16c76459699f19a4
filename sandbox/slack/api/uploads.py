"""The files methods and the steps of an upload; and reactions.add."""

import base64
from typing import Final

from sandbox.slack import messages
from sandbox.slack.api.args import Args
from sandbox.slack.api.method import TIER_3, TIER_4, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.files import file_json
from sandbox.slack.model import File
from sandbox.slack.shapes import Obj, new_id, new_word, objs, text
from sandbox.slack.workspace import Workspace


def upload_url(workspace: Workspace, args: Args) -> Obj:
    """files.getUploadURLExternal: the URL to POST the content to."""
    name = args.need("filename")
    length = args.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments")
    now, secret = int(workspace.clock()), new_word(32)
    file = File(new_id("F"), name, name, length, workspace.app.bot_user_id, now, secret, args.text("alt_txt"))
    workspace.files[file.id] = file
    return {"ok": True, "upload_url": f"{workspace.address}/upload/v1/{secret}", "file_id": file.id}


def received(workspace: Workspace, secret: str, data: bytes) -> tuple[int, str]:
    """Store the content POSTed to an upload_url; Slack's status and text."""
    with workspace.changing():
        file = next((one for one in workspace.files.values() if one.secret == secret), None)
        if file is None:
            return 404, "Not Found"
        if len(data) != file.size:
            return 500, "Upload size does not match the requested length"
        file.data = base64.b64encode(data).decode()
        return 200, f"OK - {len(data)}"


def complete(workspace: Workspace, args: Args) -> Obj:
    """files.completeUploadExternal: names the files, and shares them in channels if any are given."""
    wanted = objs(args.json("files"))
    found = [workspace.files.get(text(one.get("id"))) for one in wanted]
    files = [one for one in found if one is not None]
    if not wanted or len(files) != len(wanted):
        raise SlackError("file_not_found" if wanted else "invalid_arguments")
    if not all(one.data for one in files):
        raise SlackError("file_not_found")
    for file, named in zip(files, wanted, strict=True):
        file.title = text(named.get("title")) or file.name
        file.complete = True
    targets = args.text("channel_id") or args.text("channels")
    for channel_id in [one for one in targets.split(",") if one]:
        _share(workspace, args, channel_id, files)
    return {"ok": True, "files": [file_json(workspace, one, fresh=True) for one in files]}


def _share(workspace: Workspace, args: Args, channel_id: str, files: list[File]) -> None:
    channel = workspace.channel(channel_id)
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.app.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    blocks = messages.blocks_of(args.json("blocks", "invalid_blocks_format"))
    comment = args.text("initial_comment")
    messages.checked(workspace, comment, blocks)
    extra: dict[str, object] = {"files": [one.id for one in files], "thread_ts": args.text("thread_ts")}
    message = messages.new(workspace, channel.id, comment, blocks, **extra)
    for file in files:
        file.channels.append(channel.id)
        file.shares[channel.id] = message.ts


def _file(workspace: Workspace, args: Args) -> File:
    file = workspace.files.get(args.need("file", "file_not_found"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return file


def info(workspace: Workspace, args: Args) -> Obj:
    """files.info."""
    shown = file_json(workspace, _file(workspace, args))
    return {"ok": True, "file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(workspace: Workspace, args: Args) -> Obj:
    """files.delete."""
    file = _file(workspace, args)
    if file.user != workspace.app.bot_user_id:
        raise SlackError("cant_delete_file")
    del workspace.files[file.id]
    return {"ok": True}


def add_reaction(workspace: Workspace, args: Args) -> Obj:
    """reactions.add."""
    channel = workspace.channel(args.need("channel", "channel_not_found"))
    message = workspace.message(channel.id, args.need("timestamp", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    name, bot = args.need("name", "invalid_name").strip(":"), workspace.app.bot_user_id
    if any(one.get("name") == name for one in message.reactions):
        raise SlackError("already_reacted")
    message.reactions.append({"name": name, "users": [bot], "count": 1})
    return {"ok": True}


METHODS: Final = {
    "files.getUploadURLExternal": Method(upload_url, ("files:write",), TIER_4),
    "files.completeUploadExternal": Method(complete, ("files:write",), TIER_4),
    "files.info": Method(info, ("files:read",), TIER_4),
    "files.delete": Method(delete, ("files:write",), TIER_3),
    "reactions.add": Method(add_reaction, ("reactions:write",), TIER_3),
}
