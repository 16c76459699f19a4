"""Post, change and render messages."""

from sandbox.slack import displayed, stored
from sandbox.slack.checks import BLOCKS_TOO_LONG, problems
from sandbox.slack.errors import SlackError, refused
from sandbox.slack.files import absent_pictures, file_json
from sandbox.slack.model import Message
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.workspace import Workspace

MOST_TEXT = 40_000


def checked(workspace: Workspace, given: str, blocks: list[Obj] | None) -> None:
    """Raise SlackError for a text or blocks that Slack refuses in a message."""
    if len(given) > MOST_TEXT:
        raise SlackError("msg_too_long")
    found = problems(blocks or [], "message")
    sentences = [one for one in found if one != BLOCKS_TOO_LONG]
    sentences += absent_pictures(workspace, blocks or [], "/blocks")
    sentences += workspace.unsupported(blocks or [], "/blocks")
    if sentences:
        raise refused("invalid_blocks", sentences, errors=True)
    if found:
        raise SlackError(BLOCKS_TOO_LONG)


def new(workspace: Workspace, channel: str, given: str, blocks: list[Obj] | None, **fields: object) -> Message:
    """Add a message of the app to the channel, in the form Slack keeps it; `fields`: further fields of Message."""
    kept = stored.message_text(given or stored.preview(blocks or []))
    shown = stored.blocks(blocks) if blocks else stored.rich_text(kept) if kept else []
    app = workspace.app
    message = Message(channel, workspace.next_ts(channel), app.bot_user_id, kept, shown, by_app=True)
    for name, value in fields.items():
        setattr(message, name, value)
    return add(workspace, message)


def add(workspace: Workspace, message: Message) -> Message:
    """Append a message to its channel, and mark the channel as read by the person who wrote it."""
    workspace.messages.setdefault(message.channel, []).append(message)
    channel = workspace.channels.get(message.channel)
    if channel is not None and not message.by_app:
        channel.last_read[message.user] = message.ts
    return message


def change(workspace: Workspace, message: Message, given: str | None, blocks: list[Obj] | None) -> None:
    """Replace a message's text and blocks; None leaves them."""
    if given is not None:
        message.text = stored.message_text(given)
    if blocks is not None or given is not None:
        fresh = stored.blocks(blocks) if blocks else stored.rich_text(message.text)
        displayed.replaced(workspace, message, fresh)
        message.blocks = fresh
    message.edited = {"user": workspace.app.bot_id, "ts": f"{int(workspace.clock())}.000000"}


def remove(workspace: Workspace, message: Message) -> None:
    """Remove a message."""
    workspace.messages[message.channel].remove(message)


def replies(workspace: Workspace, message: Message) -> list[Message]:
    """The replies in a message's thread, oldest first."""
    found = workspace.messages.get(message.channel, [])
    return [one for one in found if one.thread_ts == message.ts and one.ts != message.ts]


def rendered(workspace: Workspace, message: Message, *, metadata: bool = False) -> Obj:
    """A message as in the API and in payloads; `metadata`: with its metadata."""
    user = workspace.users.get(message.user)
    team = user.team_id if user else workspace.team.id
    shown: Obj = {"user": message.user, "type": "message", "ts": message.ts}
    if message.by_app:
        shown |= {"bot_id": workspace.app.bot_id, "app_id": workspace.app.app_id}
    shown |= {"text": message.text, "team": team}
    if message.by_app:
        shown["bot_profile"] = bot_profile(workspace)
    if message.username:
        shown |= {"subtype": "bot_message", "username": message.username}
    for name in ("subtype", "edited", "blocks", "attachments", "reactions"):
        if getattr(message, name):
            shown[name] = getattr(message, name)
    if message.files:
        shown["files"] = [file_json(workspace, workspace.files[one]) for one in message.files if one in workspace.files]
        shown["upload"] = False
    if message.ephemeral_to:
        shown["is_ephemeral"] = True
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    return {**shown, **_thread(workspace, message)}


def _thread(workspace: Workspace, message: Message) -> Obj:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = workspace.message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts, **({"parent_user_id": parent.user} if parent else {})}
    found = replies(workspace, message)
    if not found:
        return {}
    users = sorted({one.user for one in found})
    counted: Obj = {"reply_count": len(found), "reply_users_count": len(users), "latest_reply": found[-1].ts}
    return {"thread_ts": message.ts, **counted, "reply_users": users, "is_locked": False, "subscribed": False}


def bot_profile(workspace: Workspace) -> Obj:
    """The app's profile in a message."""
    app = workspace.app
    icons = {f"image_{size}": f"https://a.slack-edge.com/80588/img/plugins/app/bot_{size}.png" for size in (36, 48)}
    return {
        "id": app.bot_id,
        "deleted": False,
        "name": app.name,
        "updated": app.updated,
        "app_id": app.app_id,
        "icons": {**icons, "image_72": "https://a.slack-edge.com/80588/img/plugins/app/service_72.png"},
        "team_id": workspace.team.id,
    }


def metadata_of(given: object) -> Obj | None:
    """A message's metadata, or None. Raises invalid_metadata_format if it lacks an event's fields."""
    if given is None:
        return None
    found = obj(given)
    if not text(found.get("event_type")) or not isinstance(found.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return found


def visible(workspace: Workspace, channel: str) -> list[Message]:
    """The messages of a channel's history, oldest first: without ephemeral messages and replies in threads."""
    found = workspace.messages.get(channel, [])
    return [one for one in found if not one.ephemeral_to and one.thread_ts in {"", one.ts}]


def blocks_of(given: object) -> list[Obj] | None:
    """The blocks in an argument, or None. Raises invalid_blocks_format or invalid_blocks unless all are objects."""
    if given is None:
        return None
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    if len(objs(given)) != len(given):
        raise refused("invalid_blocks", ["must provide an object [json-pointer:/blocks]"], errors=True)
    return objs(given)
