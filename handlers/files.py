"""Files that people upload: downloaded from Slack within bounds, and read, which may take longer than Slack waits."""

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from time import monotonic, sleep
from typing import TypeVar, cast
from urllib.parse import urlsplit

import structlog
from slack_bolt import Ack
from slack_sdk import WebClient

from audit.errors import Refused
from handlers import afterwards, errors
from handlers.budget import unhurried
from handlers.call import Call
from handlers.edge import NOT_SLACK, ask_slack, sender
from views import parts
from views.parts import Block, View

FilesRead = TypeVar("FilesRead")
GoOn = Callable[[Call, FilesRead], View | None]
"""The rest of a handler, called with the content of the files."""

READ_WITHIN = 2.0
"""Seconds after a form's arrival in which its files must be read; the rest of Slack's three is for what follows."""
ANSWER_SHOWN_BY = 3.5
"""Seconds after a form's arrival by which Slack has shown its answer or given up, so that a later view stays."""
DOWNLOAD_WITHIN = 60.0
"""The most seconds for a download, so that a slow one doesn't keep a reader from other files."""
READING = parts.notice(
    "Reading the file",
    "This takes a little longer just now. The result will appear here.\n\n"
    "If nothing has appeared in two minutes, close this and upload the file again: nothing is done twice.",
)
NOT_TAKEN = "The file that you uploaded"
"""The notification of a refusal that comes as a message, because its modal was closed."""
DONE = parts.notice("Done", "That is done. Close this to see it.")

_READERS = ThreadPoolExecutor(4, "reading")
"""Reads the files of four forms at a time; further forms wait, and are answered with READING like slow ones."""

log = structlog.get_logger()

_SLACK, _FILES = "slack.com", "files.slack.com"
_PLAIN = re.compile(r"https?://[A-Za-z0-9._-]+(:[0-9]+)?/[!-\[\]-~]*")
_AT_ONCE = 65_536
_GONE = "Slack didn't hand that file over. Please choose it again."


def answer_after_reading(call: Call, read: Callable[[Call], FilesRead], go_on: GoOn[FilesRead]) -> View | None:
    """The answer to a form with files: `go_on` with the result of `read`.

    If reading takes too long, the answer is READING, and a view with the result replaces it later.
    """
    patient = replace(call, client=unhurried(call.client))
    reading = _READERS.submit(read, patient)
    wait([reading], max(0.0, call.came + READ_WITHIN - monotonic()))
    if reading.done():
        return go_on(call, reading.result())
    afterwards.do(partial(_go_on_later, patient, reading, go_on))
    return READING


def _go_on_later(call: Call, reading: Future[FilesRead], go_on: GoOn[FilesRead]) -> None:
    wait([reading])
    sleep(max(0.0, call.came + ANSWER_SHOWN_BY - monotonic()))
    failed = False
    try:
        view = go_on(call, reading.result()) or DONE
    except Exception as error:  # noqa: BLE001  # it is explained like any form's error, but the typed values are gone
        body = call.body | {"view": {**call.view, "blocks": [], "state": {}}}
        answer = errors.explained(error, body, Ack(), call.client, call.sessions)  # type: ignore[no-untyped-call]  # bolt's
        view, failed = json.loads(answer.body)["view"], True
    try:
        call.client.views_update(view_id=str(call.view["id"]), view=view)
    except NOT_SLACK as error:  # the modal was closed, for example
        log.warning("not_shown_later", exc_info=error)
        if failed:
            blocks = cast("Sequence[Block]", view["blocks"])
            call.client.chat_postMessage(channel=sender(call.body)[1], text=NOT_TAKEN, blocks=blocks)


def fetched(client: WebClient, file_id: str, most: int) -> tuple[str, bytes]:
    """Download a file: (name, content). Refused if Slack doesn't hand it over, or if it has more than `most` bytes."""
    import requests  # slow to load and rarely needed, so a web process starts without it
    from urllib3.exceptions import HTTPError

    answer = ask_slack(lambda: client.files_info(file=file_id))
    if isinstance(answer, str):
        raise Refused(answer)
    file = answer["file"]
    address = str(file.get("url_private_download", ""))
    if not is_slack_address(client, address):
        raise Refused(_GONE)
    headers, data, until = {"Authorization": f"Bearer {client.token}"}, b"", monotonic() + DOWNLOAD_WITHIN
    try:
        with requests.get(address, headers=headers, timeout=client.timeout, allow_redirects=False, stream=True) as got:
            if not got.ok or got.is_redirect or "text/html" in got.headers.get("Content-Type", ""):
                raise Refused(_GONE)
            while len(data) <= most and (part := got.raw.read1(_AT_ONCE, decode_content=True)):
                data += part
                if monotonic() > until:
                    raise Refused("Slack took too long to hand that file over. Please try again later.")
    except (requests.RequestException, HTTPError):
        raise Refused(_GONE) from None
    if len(data) > most:
        raise Refused(f"That file is larger than {most // 1_000_000} MB, which is the most that is read.")
    return str(file.get("name") or "workbook.xlsx"), data


def is_slack_address(client: WebClient, address: str) -> bool:
    """Whether an address is on Slack's file host; the bot's token is sent nowhere else.

    False for an address if URL parsers might disagree about where its host name ends.
    """
    if not _PLAIN.fullmatch(address):
        return False
    at, base = urlsplit(address), urlsplit(client.base_url)
    if base.hostname == _SLACK or str(base.hostname).endswith(f".{_SLACK}"):
        return (at.scheme, at.netloc) == ("https", _FILES)
    return (at.scheme, at.netloc) == (base.scheme, base.netloc)
