"""Posting to Slack from the worker, and finding what was posted before."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import requests
from slack_sdk.web import SlackResponse

from audit.delivery.channels import SlackChannel
from audit.people.people import Profile
from jobs.attempts import TokenRefused, TryLater
from jobs.slack_answers import ask, ask_unless, unreachable
from jobs.slack_client import SlackClient
from views.cycle.charts import placed
from views.delivery import channels
from views.parts import Block, Content, View, shorten
from views.people import people
from views.slack_refusals import EVERYWHERE

EVENT = "roundtable_message"
"""The type of the metadata by which a posted message is matched to its ledger row."""

_FORM = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_arguments"})
"""Slack's errors for a message whose blocks it doesn't accept."""
_NO_FILE = frozenset({"file_not_found", "file_deleted"})

MOMENT = 5.0
"""Seconds until a picture or document is tried again."""


@dataclass(frozen=True)
class Posted:
    """Where a message is in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True)
class UploadPlace:
    """Where Slack wants a file's content, and the id that the file will have."""

    url: str
    file_id: str


@dataclass(frozen=True)
class PicturesReady:
    """The pictures that can be shown: key -> file id. `young`: Slack may still be processing one of them."""

    files: Mapping[str, str]
    young: bool = False


EnsurePictures = Callable[[list[Block]], PicturesReady]
"""Ensures that the pictures in these blocks are in Slack."""


class Poster:
    """Slack for the worker: one attempt per call, since the ledger decides when to try again."""

    def __init__(self, token: str, api_url: str) -> None:
        self._client = SlackClient(token=token, base_url=api_url, timeout=30, retry_handlers=[])
        self._team = ""  # id of the app's workspace, once Slack has returned it

    def direct_channel(self, user_id: str) -> str:
        """The id of the DM with a person."""
        channel = ask(lambda: self._client.conversations_open(users=user_id))["channel"]
        return str(channel["id"])

    def look(self, channel: str) -> SlackChannel:
        """The channel as it is now; NeedsPerson, with a sentence, if the app can't see it."""
        return channels.slack_channel(ask(lambda: self._client.conversations_info(channel=channel))["channel"])

    def asked(self, method: str, nobody: Collection[str] = (), **about: str) -> SlackResponse | None:
        """Slack's answer about somebody; None for an error in `nobody`.

        The request is a POST, so that its URL, which proxies log, doesn't say whom it is about.
        """
        return ask_unless(nobody, lambda: self._client.api_call(method, data=about))

    def show(self, view_id: str, view: View) -> None:
        """Update a modal; NeedsPerson if it was closed."""
        ask(lambda: self._client.views_update(view_id=view_id, view=view))

    def account(self, user_id: str) -> Profile:
        """A person's profile in Slack now; NeedsPerson, with a sentence, if the app can't see them."""
        user = ask(lambda: self._client.users_info(user=user_id))["user"]
        return people.profile({"id": user_id, **user}, self._team)

    def check(self) -> None:
        """Raise TokenRefused if Slack refuses the token, or if it is the token of a whole organisation."""
        answer = ask(self._client.auth_test)
        self._team = str(answer.get("team_id") or "")
        if answer.get("is_enterprise_install"):
            raise TokenRefused(EVERYWHERE)

    def post(self, channel: str, content: Content, mark: str, hang: EnsurePictures) -> Posted:
        """Post a message with the metadata `mark`, by which `find` recognises it."""
        metadata = {"event_type": EVENT, "event_payload": {"mark": mark}}
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
            hang,
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def update(self, posted: Posted, content: Content, mark: str, hang: EnsurePictures) -> None:
        """Replace a message's content; Gone if the message isn't there."""
        metadata = {"event_type": EVENT, "event_payload": {"mark": mark}}
        self._richly(
            content,
            lambda blocks: self._client.chat_update(
                channel=posted.channel, ts=posted.ts, text=content.text, blocks=blocks, metadata=metadata
            ),
            hang,
        )

    def take_away(self, posted: Posted) -> None:
        """Delete a message of the app's own."""
        ask(lambda: self._client.chat_delete(channel=posted.channel, ts=posted.ts))

    def find(self, channel: str, mark: str, since: datetime) -> Posted | None:
        """The message with the metadata `mark` if it was posted, or None."""

        def carries(message: dict[str, Any]) -> bool:
            return bool((message.get("metadata") or {}).get("event_payload", {}).get("mark") == mark)

        return self._look_for(channel, since, carries)

    def _look_for(self, channel: str, since: datetime, wanted: Callable[[dict[str, Any]], bool]) -> Posted | None:
        """The first message in the channel that is `wanted`, posted after or up to a minute before `since`."""
        cursor, oldest = "", str((since - timedelta(minutes=1)).timestamp())
        while True:
            page = ask(
                lambda: self._client.conversations_history(
                    channel=channel,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=200,
                    cursor=cursor or None,  # noqa: B023  # called at once
                )
            )
            for message in page["messages"]:
                if wanted(message):
                    return Posted(channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None

    def place(self, name: str, size: int, alt: str = "") -> UploadPlace:
        """Ask where to put a file of `size` bytes. NeedsPerson: Slack accepts none from this app."""
        words = shorten(alt, 1000) or None
        answer = ask(lambda: self._client.files_getUploadURLExternal(filename=name, length=size, alt_txt=words))
        return UploadPlace(str(answer["upload_url"]), str(answer["file_id"]))

    def put(self, place: UploadPlace, data: bytes, title: str) -> None:
        """Upload a file and complete it. It is shared with nobody, and never gets a public URL."""
        self.fill(place, data)
        ask(lambda: self._client.files_completeUploadExternal(files=[{"id": place.file_id, "title": title}]))

    def fill(self, place: UploadPlace, data: bytes) -> None:
        """Upload a file's content. Nobody sees it yet."""
        try:
            status = requests.post(place.url, data=data, timeout=30, allow_redirects=False).status_code
        except OSError as error:
            raise unreachable() from error
        if status != HTTPStatus.OK:
            raise TryLater(f"Slack answered “status {status}” to an upload.")

    def share(self, file_id: str, title: str, channel: str, comment: str) -> None:
        """Complete a file and share it in a channel with a comment, which posts a message."""
        ask(
            lambda: self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": title}], channel_id=channel, initial_comment=comment
            )
        )

    def shared(self, channel: str, file_id: str, since: datetime) -> Posted | None:
        """The message that shares a file, according to the file or (as that may lag) the channel; None if neither."""
        file = ask(lambda: self._client.files_info(file=file_id))["file"]
        for of_kind in (file.get("shares") or {}).values():
            for share in of_kind.get(channel, ()):
                return Posted(channel, str(share["ts"]))
        return self._look_for(channel, since, lambda one: any(each["id"] == file_id for each in one.get("files", ())))

    def has(self, file_id: str) -> bool:
        """Whether a file is still in Slack."""
        return ask_unless(_NO_FILE, lambda: self._client.files_info(file=file_id)) is not None

    def delete(self, file_id: str) -> None:
        """Delete one of the app's own files. NeedsPerson: it isn't there (any more), or Slack refuses."""
        ask(lambda: self._client.files_delete(file=file_id))

    def _richly(
        self, content: Content, send: Callable[[list[Block]], SlackResponse], hang: EnsurePictures
    ) -> SlackResponse:
        """Send the rich blocks; if Slack refuses them in this workspace, plain ones, and at last without pictures.

        TryLater while Slack may still be processing a picture.
        """
        ways = [content.blocks, *([content.plain] if content.plain is not None else [])]
        for blocks in ways:
            hung = hang(blocks)
            shown = placed(blocks, hung.files)
            if blocks is ways[-1] and not hung.files:
                return ask(lambda: send(shown))  # noqa: B023  # called at once
            answer = ask_unless(_FORM, lambda: send(shown))  # noqa: B023  # likewise
            if answer is not None:
                return answer
            if hung.files and hung.young:
                raise TryLater("Slack is still looking at a picture.", MOMENT)
        return ask(lambda: send(placed(ways[-1], {})))
