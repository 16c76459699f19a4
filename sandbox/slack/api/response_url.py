"""The app's posts to a response_url: at most five, within half an hour."""

import json
from typing import Final

from sandbox.slack import messages
from sandbox.slack.errors import SlackError
from sandbox.slack.model import ResponseUrl
from sandbox.slack.shapes import Obj, obj, text
from sandbox.slack.workspace import Workspace

MOST_USES: Final = 5


def answered(workspace: Workspace, secret: str, body: bytes) -> tuple[int, str]:
    """Slack's status and text in answer to a POST of `body` to a response_url."""
    with workspace.changing():
        url = workspace.response_urls.get(secret)
        if url is None:
            return 404, "no_service"
        if workspace.clock() > url.expires:
            return 404, '{"ok":false,"error":"expired_url"}'
        if url.uses >= MOST_USES:
            return 404, '{"ok":false,"error":"used_url"}'
        try:
            given = json.loads(body)
        except ValueError:
            return 400, "invalid_payload"
        url.uses += 1
        try:
            say(workspace, url, obj(given))
        except SlackError as error:
            return (400 if error.name == "invalid_blocks" else 404), error.name
        return 200, "ok"


def say(workspace: Workspace, url: ResponseUrl, given: Obj) -> None:
    """Do what a post asks for: delete or replace the original, or add a message, ephemeral unless in_channel."""
    original = workspace.message(url.channel, url.message_ts) if url.message_ts else None
    if given.get("delete_original"):
        if original is not None:
            messages.remove(workspace, original)
        return
    blocks, said = messages.blocks_of(given.get("blocks")), text(given.get("text"))
    if not said and not blocks:
        raise SlackError("no_text")
    messages.checked(workspace, said, blocks)
    if given.get("replace_original") and original is not None:
        messages.change(workspace, original, said, blocks)
        return
    to = "" if given.get("response_type") == "in_channel" else url.user
    thread = text(given.get("thread_ts"))
    messages.new(workspace, url.channel, said, blocks, ephemeral_to=to, thread_ts=thread)
