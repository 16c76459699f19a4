"""Files that people hand in: fetched from Slack within bounds, and read, which may take longer than Slack waits."""

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
"""The rest of a handler, which has what stands in the files."""

IN_TIME = 2.0
"""Seconds from when a form came, for its files to be read in: the rest of Slack's three is for what follows."""
OVER = 3.5
"""Seconds after which Slack has shown a form's answer, or has given up on it: it replaces nothing any more."""
HANDED_OVER = 60.0
"""Seconds in which Slack must have handed a file over: one that comes byte by byte keeps a reader from the others."""
READING = parts.notice(
    "Reading the file",
    "This takes a little longer just now. What comes of it will be shown here.\n\n"
    "If nothing has come in two minutes, close this and hand the file in again: nothing is done twice.",
)
NOT_TAKEN = "The file that you handed in"
"""What a notification says of a refusal that comes as a message, since its window was closed."""
DONE = parts.notice("Done", "That is done. Close this to see it.")

_READERS = ThreadPoolExecutor(4, "reading")
"""So many forms' files are read at once; another form's wait, and it is answered first like one that takes long."""

log = structlog.get_logger()

_SLACK, _FILES = "slack.com", "files.slack.com"
_PLAIN = re.compile(r"https?://[A-Za-z0-9._-]+(:[0-9]+)?/[!-\[\]-~]*")
_AT_ONCE = 65_536
_GONE = "Slack didn't hand that file over. Please choose it again."


def once_read(call: Call, read: Callable[[Call], FilesRead], go_on: GoOn[FilesRead]) -> View | None:
    """The answer to a form with files: what `go_on` makes of them once `read` has read them.

    If that takes too long, the answer is that they are being read, and what comes of it takes that one's place later.
    """
    patient = replace(call, client=unhurried(call.client))
    reading = _READERS.submit(read, patient)
    wait([reading], max(0.0, call.came + IN_TIME - monotonic()))
    if reading.done():
        return go_on(call, reading.result())
    afterwards.do(partial(_go_on_later, patient, reading, go_on))
    return READING


def _go_on_later(call: Call, reading: Future[FilesRead], go_on: GoOn[FilesRead]) -> None:
    wait([reading])
    sleep(max(0.0, call.came + OVER - monotonic()))
    failed = False
    try:
        view = go_on(call, reading.result()) or DONE
    except Exception as error:  # noqa: BLE001  # it becomes a sentence, as at any form, but what was typed is gone
        body = call.body | {"view": {**call.view, "blocks": [], "state": {}}}
        answer = errors.explained(error, body, Ack(), call.client, call.sessions)  # type: ignore[no-untyped-call]  # bolt's
        view, failed = json.loads(answer.body)["view"], True
    try:
        call.client.views_update(view_id=str(call.view["id"]), view=view)
    except NOT_SLACK as error:  # somebody closed it, for one
        log.warning("not_shown_later", exc_info=error)
        if failed:
            blocks = cast("Sequence[Block]", view["blocks"])
            call.client.chat_postMessage(channel=sender(call.body)[1], text=NOT_TAKEN, blocks=blocks)


def fetched(client: WebClient, file_id: str, most: int) -> tuple[str, bytes]:
    """(name, contents) of a file in Slack; Refused if it isn't there, or has more than `most` bytes."""
    import requests  # slow to load, so that a web process starts without it: few hand in a file
    from urllib3.exceptions import HTTPError

    answer = ask_slack(lambda: client.files_info(file=file_id))
    if isinstance(answer, str):
        raise Refused(answer)
    file = answer["file"]
    address = str(file.get("url_private_download", ""))
    if not slacks(client, address):
        raise Refused(_GONE)
    headers, data, until = {"Authorization": f"Bearer {client.token}"}, b"", monotonic() + HANDED_OVER
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


def slacks(client: WebClient, address: str) -> bool:
    """Whether an address is where Slack keeps files: the bot's token is sent nowhere else.

    An address with anything that one reader takes for the end of the host's name, and another doesn't, is none.
    """
    if not _PLAIN.fullmatch(address):
        return False
    at, base = urlsplit(address), urlsplit(client.base_url)
    if base.hostname == _SLACK or str(base.hostname).endswith(f".{_SLACK}"):
        return (at.scheme, at.netloc) == ("https", _FILES)
    return (at.scheme, at.netloc) == (base.scheme, base.netloc)
