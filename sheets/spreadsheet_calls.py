"""A redraw's calls to its spreadsheet, counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sheets import found_sheet, numbers, partial_look
from sheets.errors import SheetsRefused
from sheets.found_sheet import Book
from sheets.google_answer import RangeJson, SpreadsheetJson
from sheets.google_client import GoogleClient
from sheets.memory import Memory
from sheets.partial_look import Places
from sheets.tabs import Tab


@dataclass
class SpreadsheetCalls:
    """Reads and writes one spreadsheet, counting the calls; `sent`: total bytes written."""

    client: GoogleClient
    spreadsheet_id: str
    reads: int = 0
    writes: int = 0
    sent: int = 0

    def whole(self) -> Book:
        """The whole spreadsheet."""
        self.reads += 1
        return found_sheet.read(self.client.read(self.spreadsheet_id))

    def parts(self, ranges: Sequence[RangeJson], fields: str) -> Book | None:
        """These ranges; None if the spreadsheet no longer has them."""
        self.reads += 1
        try:
            return found_sheet.read(self.client.read_parts(self.spreadsheet_id, ranges, fields))
        except SheetsRefused:
            return None

    def read_numbers(self, ranges: Sequence[RangeJson]) -> SpreadsheetJson:
        """The formatted numbers in these ranges."""
        self.reads += 1
        return self.client.read_parts(self.spreadsheet_id, ranges, numbers.FIELDS)

    def places(self, memory: Memory, tabs: Sequence[Tab]) -> Places | None:
        """Where the rows of these tabs are, by their key columns; None if that can't be told from the columns alone."""
        self.reads += 1
        try:
            columns = self.client.read_columns(self.spreadsheet_id, partial_look.key_columns(memory, tabs))
        except SheetsRefused:
            return None
        return partial_look.places(memory, tabs, columns)

    def write(self, body: bytes) -> SpreadsheetJson:
        """Send one batch, and return the ranges that it asks for as they are afterwards."""
        self.writes += 1
        self.sent += len(body)
        return self.client.write(self.spreadsheet_id, body)
