"""A sheet whose time is over: every tab that Roundtable drew goes, and the one that is left asks for its deletion."""

import secrets

from sheets import fence, found, requests
from sheets.batches import body, encoded
from sheets.client import Client, refuse_other_cycle
from sheets.found import TAB_MARK, Book
from sheets.requests import Request

KEY = "removed"
TITLE = "Removed"
SHEET_ID = 731_000_100
OURS = range(731_000_001, SHEET_ID)
"""The ids of the tabs that are drawn."""
SAID = (
    "This showed an audit whose time is over. Roundtable has removed what it drew here.",
    "Please delete this spreadsheet. Until then Google keeps its earlier versions, in which everything can be read.",
    "Roundtable can't remove those: they are under File, Version history.",
    "Tabs that Roundtable didn't draw are as they were.",
)


def clear(client: Client, spreadsheet_id: str, cycle_id: str) -> None:
    """Remove all that was drawn there, and copies of those tabs; a sheet that is cleared stays as it is."""
    book = found.read(client.read(spreadsheet_id))
    refuse_other_cycle([book.cycle_id] if book.cycle_id else [], cycle_id)
    drawn = [grid.sheet_id for grid in book.grids if grid.sheet_id in OURS or grid.mark not in (None, KEY)]
    if drawn:
        client.write(spreadsheet_id, body([encoded(each) for each in _changes(book, drawn)]))


def _changes(book: Book, drawn: list[int]) -> list[Request]:
    """In one write, with a turn of its own, so that none that began before can draw anything after it."""
    turn = fence.after(fence.read(book.turns), "cells", f"c{secrets.token_hex(4)}")
    there = any(grid.sheet_id == SHEET_ID for grid in book.grids)
    return [*fence.take(turn), *([] if there else _told(book)), *(_delete(each) for each in drawn)]


def _told(book: Book) -> list[Request]:
    taken = {title.casefold() for title in book.titles}
    title = TITLE if TITLE.casefold() not in taken else f"{TITLE} {secrets.token_hex(2)}"
    size = {"rowCount": len(SAID), "columnCount": 1}
    properties = {"sheetId": SHEET_ID, "title": title, "index": 0, "gridProperties": size}
    return [
        {"addSheet": {"properties": properties}},
        requests.mark(TAB_MARK, KEY, {"sheetId": SHEET_ID}),
        requests.write(SHEET_ID, 0, 0, [[sentence] for sentence in SAID]),
        requests.width(SHEET_ID, 0, 1, 900),
    ]


def _delete(sheet_id: int) -> Request:
    return {"deleteSheet": {"sheetId": sheet_id}}
