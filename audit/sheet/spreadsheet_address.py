"""Spreadsheets' addresses: made for a link, and read from what somebody typed."""

import re

from audit.errors import Refused

_ID = re.compile(r"[A-Za-z0-9_-]+")
_SPREADSHEET = r"[A-Za-z0-9_-]{20,128}"
_ADDRESS = re.compile(
    rf"https://docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/({_SPREADSHEET})(?:[/?#].*)?|({_SPREADSHEET})"
)


def link(spreadsheet_id: str | None) -> str | None:
    """The address of a spreadsheet in a browser; None without an id, or if it isn't one."""
    there = spreadsheet_id and _ID.fullmatch(spreadsheet_id)
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}" if there else None


def id_in(address: str) -> str | None:
    """The spreadsheet's id in an address (or given alone); None if it is neither."""
    found = _ADDRESS.fullmatch(address.strip().strip("<>"))
    return found[1] or found[2] if found else None


def require_id(address: str) -> str:
    """The spreadsheet's id in a typed address; Refused at `address`."""
    spreadsheet_id = id_in(address)
    if spreadsheet_id is None:
        raise Refused(
            "That isn't the address of a Google Sheet. Please copy it from the browser while the sheet is open.",
            field="address",
        )
    return spreadsheet_id
