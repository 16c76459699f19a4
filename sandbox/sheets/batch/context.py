"""What the requests of a batch share: the working copy, the user, and common checks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.sheets import tables
from sandbox.sheets.a1 import Box, GridRange, show
from sandbox.sheets.errors import Refused
from sandbox.sheets.formulas import Evaluator
from sandbox.sheets.model import Sheet, Spreadsheet
from sandbox.sheets.wire import Cell, Obj

MAX_CHARACTERS = 50_000
PROTECTED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


@dataclass
class Batch:
    """A batchUpdate in progress on a copy of the spreadsheet; `owner`: the user may edit protected cells."""

    book: Spreadsheet
    user: str
    owner: bool = False
    _evaluator: Evaluator | None = field(default=None, repr=False)

    @property
    def evaluator(self) -> Evaluator:
        """The values of formulas before the current request."""
        if self._evaluator is None:
            self._evaluator = Evaluator(self.book)
        return self._evaluator

    def changed(self) -> None:
        """Forget the values of formulas, and correct the headers of tables."""
        self._evaluator = None
        tables.settle(self.book)

    def area(self, value: Obj) -> tuple[Sheet, Box]:
        """The sheet and the cells of a GridRange. Raises Refused if it starts outside the grid."""
        area = GridRange.read(value)
        sheet = self.book.by_id(area.sheet_id)
        check_start(sheet, area)
        return sheet, sheet.bounds(area)

    def bounded(self, value: Obj) -> Obj:
        """A GridRange with its open sides closed at the end of the grid."""
        sheet, box = self.area(value)
        return box.on(sheet.id).json()

    def touch(self, sheet: Sheet, box: Box) -> None:
        """Refuse if `box` has a cell of a protected range that the user may not edit."""
        if self.owner:
            return
        for protected in sheet.lists["protectedRanges"]:
            if protected.get("warningOnly") or self.user in protected.get("editors", {}).get("users", []):
                continue
            if GridRange.read(protected.get("range", {})).holds(box.on(sheet.id)) and not self._exempt(protected, box):
                raise Refused(PROTECTED)

    @staticmethod
    def _exempt(protected: Obj, box: Box) -> bool:
        areas = [GridRange.read(one) for one in protected.get("unprotectedRanges", [])]
        return any(
            (a.top or 0) <= box.top
            and box.bottom <= (a.bottom or 1 << 31)
            and (a.left or 0) <= box.left
            and box.right <= (a.right or 1 << 31)
            for a in areas
        )


Handler = Callable[[Batch, Obj], Obj | None]


def check_start(sheet: Sheet, area: GridRange) -> None:
    """Refuse a range that starts beyond the grid."""
    if (area.top or 0) >= sheet.row_count or (area.left or 0) >= sheet.column_count:
        raise Refused(
            f"Range ({show(sheet.title, area)}) exceeds grid limits. "
            f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        )


def check_cell(cell: Cell) -> Cell:
    """The cell. Raises Refused if it has more text than Google accepts."""
    value = cell.get("userEnteredValue", {})
    if len(str(value.get("stringValue", value.get("formulaValue", "")))) > MAX_CHARACTERS:
        raise Refused(f"Your input contains more than the maximum of {MAX_CHARACTERS} characters in a single cell.")
    return cell
