"""Files that people hand in, fetched from Slack within bounds."""

import re
from urllib.parse import urlsplit

from slack_sdk import WebClient

from audit.errors import Refused
from handlers.edge import ask_slack

_SLACK, _FILES = "slack.com", "files.slack.com"
_PLAIN = re.compile(r"https?://[A-Za-z0-9._-]+(:[0-9]+)?/[!-\[\]-~]*")
_GONE = "Slack didn't hand that file over. Please choose it again."


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
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        with requests.get(address, headers=headers, timeout=client.timeout, allow_redirects=False, stream=True) as got:
            if not got.ok or got.is_redirect or "text/html" in got.headers.get("Content-Type", ""):
                raise Refused(_GONE)
            data = got.raw.read(most + 1, decode_content=True)
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
