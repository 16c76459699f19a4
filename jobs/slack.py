"""Posting to Slack from the worker: errors sorted into Later and Never, and a way to find what was posted before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from jobs.attempts import Later, Never
from views.parts import Block, Content

EVENT = "roundtable_message"
"""The type of the metadata by which a posted message names its row in the ledger."""

HINTS = {
    "channel_not_found": "Slack doesn't find the channel, or the app isn't in it: invite the app to it.",
    "not_in_channel": "The app isn't in the channel: invite it.",
    "is_archived": "The channel is archived: unarchive it, or choose another.",
    "user_not_found": "Slack doesn't know this person any more.",
    "user_disabled": "This person's Slack account has been deactivated.",
    "cannot_dm_bot": "This is a bot, not a person.",
    "user_not_visible": "Slack doesn't let the app write to this person.",
    "messages_tab_disabled": "The app's Messages tab is switched off in its settings.",
    "restricted_action": "A workspace setting keeps the app from posting in this channel.",
    "ekm_access_denied": "A workspace setting keeps the app from posting now.",
    "msg_blocks_too_long": "The message is too long for Slack.",
    "msg_too_long": "The message is too long for Slack.",
    "invalid_blocks": "Slack doesn't accept the message's form.",
}
"""Slack's errors that only a person can mend, and how."""

T = TypeVar("T")


@dataclass(frozen=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class Poster:
    """Slack, as the worker uses it: one attempt a call, since the ledger decides when to try again."""

    def __init__(self, token: str, api_url: str) -> None:
        self._client = WebClient(token=token, base_url=api_url, timeout=30, retry_handlers=[])

    def direct_channel(self, user_id: str) -> str:
        """The DM with a person."""
        channel = _asking(lambda: self._client.conversations_open(users=user_id))["channel"]
        return str(channel["id"])

    def require_private(self, channel: str) -> None:
        """Never, with a sentence, if others than the channel's own members of this workspace could read there."""
        found = _asking(lambda: self._client.conversations_info(channel=channel))["channel"]
        if found.get("is_archived"):
            raise Never(HINTS["is_archived"])
        if not (found.get("is_private") or found.get("is_im")):
            raise Never(f"#{found.get('name', channel)} is public: summaries and tallies go to private channels only.")
        if found.get("is_ext_shared") or found.get("is_pending_ext_shared"):
            raise Never(
                f"#{found.get('name', channel)} is shared with another organisation, so nothing is posted there."
            )

    def post(self, channel: str, content: Content, message_id: str) -> Posted:
        """Post; the message carries `message_id`, by which `find` knows it again."""
        metadata = {"event_type": EVENT, "event_payload": {"message_id": message_id}}
        answer = self._richly(
            content,
            lambda blocks: self._client.chat_postMessage(
                channel=channel,
                text=content.text,
                blocks=blocks,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def update(self, posted: Posted, content: Content, message_id: str) -> None:
        """Replace what stands there."""
        metadata = {"event_type": EVENT, "event_payload": {"message_id": message_id}}
        self._richly(
            content,
            lambda blocks: self._client.chat_update(
                channel=posted.channel, ts=posted.ts, text=content.text, blocks=blocks, metadata=metadata
            ),
        )

    def find(self, channel: str, message_id: str, since: datetime) -> Posted | None:
        """The message that carries `message_id`, if it was posted after all."""
        cursor, oldest = "", str((since - timedelta(minutes=1)).timestamp())
        while True:
            page = _asking(
                lambda: self._client.conversations_history(
                    channel=channel,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=200,
                    cursor=cursor or None,  # noqa: B023  # called at once
                )
            )
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if metadata.get("event_payload", {}).get("message_id") == message_id:
                    return Posted(channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None

    def _richly(self, content: Content, send: Callable[[list[Block]], SlackResponse]) -> SlackResponse:
        """Send with the rich blocks; where this workspace's Slack refuses them, with the plain ones."""
        if content.plain is None:
            return _asking(lambda: send(content.blocks))
        plain = content.plain
        try:
            return send(content.blocks)
        except SlackApiError as error:
            if error.response.get("error") != "invalid_blocks":
                raise _sorted(error) from error
        except (OSError, HTTPException) as error:
            raise _unreachable() from error
        return _asking(lambda: send(plain))


def _asking(call: Callable[[], SlackResponse]) -> SlackResponse:
    try:
        return call()
    except SlackApiError as error:
        raise _sorted(error) from error
    except (OSError, HTTPException) as error:
        raise _unreachable() from error


def _unreachable() -> Later:
    return Later("Slack could not be reached.")


def _sorted(error: SlackApiError) -> Later | Never:
    """Slack's answer as Later or Never."""
    headers = getattr(error.response, "headers", None) or {}
    wait = headers.get("Retry-After") or headers.get("retry-after")
    code = _code(error)
    if code in HINTS:
        return Never(HINTS[code])
    return Later(f"Slack answered “{code}”.", float(wait) if wait and wait.isdecimal() else None)


def _code(error: SlackApiError) -> str:
    """Slack's own error name; of anything else (a proxy's page, say) only the status."""
    answer = error.response
    found = answer.get("error") if isinstance(answer, SlackResponse | dict) else None
    return found if isinstance(found, str) and found.isidentifier() else f"status {getattr(answer, 'status_code', '?')}"
