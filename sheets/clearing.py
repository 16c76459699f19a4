"""Clears a sheet whose retention period is over or that is taken back: every tab drawn by Roundtable is deleted.

One tab remains, which says so. If the retention period is over, the spreadsheet stays marked as the audit's; if it is
taken back, it may be lent again.
"""

import secrets
from collections.abc import Sequence

from sheets import fence, found_sheet, requests
from sheets.batches import body, encoded
from sheets.found_sheet import REMOVED, SHEET_MARK, TAB_MARK, Book
from sheets.google_client import GoogleClient, refuse_other
from sheets.requests import Request

TITLE = "Removed"
SHEET_ID = 731_000_100
OURS = range(731_000_001, SHEET_ID)
"""The sheetIds of drawn tabs, except where one was taken: those tabs are known by their marks."""
SAID = (
    "This showed an audit whose retention period has ended. Roundtable has removed what it wrote here.",
    "Please delete this spreadsheet. Until then Google keeps its earlier versions, in which everything can be read.",
    "Roundtable can't remove those: they are under File, Version history.",
    "Tabs that Roundtable didn't make are as they were.",
)
TAKEN_BACK = (
    "Roundtable no longer updates this spreadsheet, and has removed what it wrote here.",
    "Google keeps the earlier versions, in which everything can be read, until this spreadsheet is deleted.",
    "They are under File, Version history. If nobody should read them, delete the spreadsheet.",
    "Tabs that Roundtable didn't make are as they were.",
)


def clear(client: GoogleClient, spreadsheet_id: str, sheet_id: str, *, for_good: bool) -> None:
    """Delete every drawn tab in a spreadsheet, and copies of these tabs. A spreadsheet already cleared stays as it is.

    `for_good`: the sheet's retention period is over; otherwise it is taken back.
    """
    book = found_sheet.read(client.read(spreadsheet_id))
    refuse_other([book.bound_to] if book.bound_to else [], sheet_id)
    drawn = [grid.sheet_id for grid in book.grids if grid.sheet_id in OURS or grid.mark not in (None, REMOVED)]
    freed = [requests.unmark_all(SHEET_MARK)] if book.bound_to and not for_good else []
    if drawn or freed:
        changes = _changes(book, drawn, SAID if for_good else TAKEN_BACK)
        client.write(spreadsheet_id, body([encoded(each) for each in [*changes, *freed]]))


def _changes(book: Book, drawn: list[int], said: Sequence[str]) -> list[Request]:
    """The requests of one write that takes a turn, so that no redraw that began earlier can draw anything after it."""
    turn = fence.after(fence.read(book.turns), "cells", f"c{secrets.token_hex(4)}")
    tab_exists = any(grid.sheet_id == SHEET_ID for grid in book.grids)
    return [
        *fence.take(turn),
        *([] if tab_exists else _told(book, said)),
        *(requests.delete_tab(each) for each in drawn),
    ]


def _told(book: Book, said: Sequence[str]) -> list[Request]:
    taken = {title.casefold() for title in book.titles}
    title = TITLE if TITLE.casefold() not in taken else f"{TITLE} {secrets.token_hex(2)}"
    size = {"rowCount": len(said), "columnCount": 1}
    properties = {"sheetId": SHEET_ID, "title": title, "index": 0, "gridProperties": size}
    return [
        {"addSheet": {"properties": properties}},
        requests.mark(TAB_MARK, REMOVED, {"sheetId": SHEET_ID}),
        requests.write(SHEET_ID, 0, 0, [[sentence] for sentence in said]),
        requests.width(SHEET_ID, 0, 1, 900),
    ]
