"""The calls of a redraw to its spreadsheet, counted."""

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
    """Reads and writes one spreadsheet, and counts these calls; `sent`: the bytes of what was written."""

    client: GoogleClient
    spreadsheet_id: str
    reads: int = 0
    writes: int = 0
    sent: int = 0

    def whole(self) -> Book:
        """All that stands there."""
        self.reads += 1
        return found_sheet.read(self.client.read(self.spreadsheet_id))

    def parts(self, ranges: Sequence[RangeJson], fields: str) -> Book | None:
        """What stands in these ranges; None if the spreadsheet doesn't have them any more."""
        self.reads += 1
        try:
            return found_sheet.read(self.client.read_parts(self.spreadsheet_id, ranges, fields))
        except SheetsRefused:
            return None

    def read_numbers(self, ranges: Sequence[RangeJson]) -> SpreadsheetJson:
        """How the numbers in these ranges are shown."""
        self.reads += 1
        return self.client.read_parts(self.spreadsheet_id, ranges, numbers.FIELDS)

    def places(self, memory: Memory, tabs: Sequence[Tab]) -> Places | None:
        """Where the rows of these tabs stand, by their keys alone."""
        self.reads += 1
        try:
            columns = self.client.read_columns(self.spreadsheet_id, partial_look.key_columns(memory, tabs))
        except SheetsRefused:
            return None
        return partial_look.places(memory, tabs, columns)

    def write(self, body: bytes) -> SpreadsheetJson:
        """Send one batch; what stands then in the ranges that it asks for."""
        self.writes += 1
        self.sent += len(body)
        return self.client.write(self.spreadsheet_id, body)
