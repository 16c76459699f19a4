"""Files that people hand in, fetched from Slack within bounds."""

from urllib.parse import urlsplit

import requests
from slack_sdk import WebClient

from audit.errors import Refused
from handlers.edge import asked

_SLACK, _FILES = "slack.com", "files.slack.com"
_GONE = "Slack didn't hand that file over. Please choose it again."


def fetched(client: WebClient, file_id: str, most: int) -> tuple[str, bytes]:
    """(name, contents) of a file in Slack; Refused if it isn't there, or has more than `most` bytes."""
    answer = asked(lambda: client.files_info(file=file_id))
    if isinstance(answer, str):
        raise Refused(answer)
    file = answer["file"]
    address = str(file.get("url_private_download", ""))
    if not _slacks(client, address):
        raise Refused(_GONE)
    headers = {"Authorization": f"Bearer {client.token}"}
    with requests.get(address, headers=headers, timeout=client.timeout, allow_redirects=False, stream=True) as got:
        if not got.ok or got.is_redirect or "text/html" in got.headers.get("Content-Type", ""):
            raise Refused(_GONE)
        data = got.raw.read(most + 1, decode_content=True)
    if len(data) > most:
        raise Refused(f"That file is larger than {most // 1_000_000} MB, which is the most that is read.")
    return str(file.get("name") or "workbook.xlsx"), data


def _slacks(client: WebClient, address: str) -> bool:
    """Whether an address is where Slack keeps files: our token goes nowhere else."""
    at, base = urlsplit(address), urlsplit(client.base_url)
    if base.hostname == _SLACK or str(base.hostname).endswith(f".{_SLACK}"):
        return at.scheme == "https" and at.hostname == _FILES
    return (at.scheme, at.netloc) == (base.scheme, base.netloc)
