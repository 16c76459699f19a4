"""A spreadsheet as read, once it is known that no other deployment draws in it."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from sheets import fence, new_tab
from sheets.errors import SheetsRefused
from sheets.fence import SheetTurn
from sheets.found_sheet import Book
from sheets.google_client import refuse_other
from sheets.tabs import Tab

_ANOTHER = (
    "Another installation of Roundtable updates this audit in the same spreadsheet. Stop that one, then bind it again "
    "or run sheet rebuild: this one takes over."
)


@dataclass(frozen=True)
class Drawer:
    """The process that draws in a spreadsheet.

    `name`: its name. `known`: the processes that share its database, None to take any sheet over. A sheet last drawn by
    a process that isn't known belongs to another deployment.
    """

    name: str = "unnamed"
    known: Container[str] | None = None


@dataclass(frozen=True)
class FoundForDrawing:
    """The spreadsheet as found, the tabs to draw in it, and its last turn."""

    book: Book
    tabs: tuple[Tab, ...]
    turn: SheetTurn | None

    def tab_of(self, request: bytes) -> tuple[str, str] | None:
        """The (key, title) of the tab that an encoded request is about; None if it is none of `tabs`."""
        named = re.search(rb'"sheetId":(\d+)', request)
        sheet_id = int(named[1]) if named else -1
        for tab in self.tabs:
            grid = self.book.grid(tab)
            if sheet_id == grid.sheet_id if grid else sheet_id in new_tab.ids(tab):
                return tab.key, grid.title if grid else tab.title
        return None


def checked(book: Book, tabs: Sequence[Tab], sheet_id: str, drawer: Drawer) -> FoundForDrawing:
    """The spreadsheet ready for drawing; SheetsRefused if it shows another sheet, or another deployment draws in it."""
    refuse_other([book.bound_to] if book.bound_to else [], sheet_id)
    turn = fence.read(book.turns)
    if turn and drawer.known is not None and turn.drawer not in drawer.known:
        raise SheetsRefused(_ANOTHER)
    return FoundForDrawing(book, tuple(tabs), turn)
