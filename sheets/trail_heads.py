"""The heads of the trail outside the database: those in the tab Read me of a cycle's sheet."""

from audit.trail_check import HEAD
from sheets import found_sheet
from sheets.google_client import GoogleClient


def heads(client: GoogleClient, spreadsheet_id: str) -> tuple[str, ...]:
    """Every head in the spreadsheet's Read me, as text for audit.trail_check; SheetsError."""
    book = found_sheet.read(client.read(spreadsheet_id))
    cells = (str(cell) for grid in book.grids if grid.mark == "read_me" for row in grid.cells for cell in row)
    return tuple(line for cell in cells for line in cell.splitlines() if HEAD.fullmatch(line))
