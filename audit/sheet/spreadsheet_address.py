"""The address of a spreadsheet: as a link, and as what somebody typed."""

import re

from audit.errors import Refused

_ID = re.compile(r"[A-Za-z0-9_-]+")
_SPREADSHEET = r"[A-Za-z0-9_-]{20,128}"
_ADDRESS = re.compile(
    rf"https://docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/({_SPREADSHEET})(?:[/?#].*)?|({_SPREADSHEET})"
)


def link(spreadsheet_id: str | None) -> str | None:
    """Where a spreadsheet is opened in a browser; None if there is none, or its id is no id."""
    there = spreadsheet_id and _ID.fullmatch(spreadsheet_id)
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}" if there else None


def id_in(address: str) -> str | None:
    """The id in a spreadsheet's address (or given alone), if that is what it is."""
    found = _ADDRESS.fullmatch(address.strip().strip("<>"))
    return found[1] or found[2] if found else None


def require_id(address: str) -> str:
    """The id in an address that somebody has typed; Refused at `address`."""
    spreadsheet_id = id_in(address)
    if spreadsheet_id is None:
        raise Refused(
            "That isn't the address of a Google Sheet. Please copy it from the browser while the sheet is open.",
            field="address",
        )
    return spreadsheet_id
