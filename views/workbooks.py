"""A workbook (.xlsx): tabs with a header row, and rows of text, numbers and times; nothing is ever a formula."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from audit.calendar import in_london
from views.documents import printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as Written
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet as Worksheet

MOST_CHARACTERS = 16_000
"""The most characters in a cell. Excel takes 32,767 UTF-16 units, and a character may be two; openpyxl cuts a longer
text silently.
"""
MOST_ROWS = 1_000_000
"""The most rows in a tab; Excel takes 1,048,576."""
BROKEN = 40
"""The column width, in characters, from which texts are wrapped."""
Cell = str | int | float | bool | date | datetime | None
"""The value of a cell; times are shown as London time."""


@dataclass(frozen=True)
class WorkbookTab:
    """A tab. `widths`: its columns' widths, in characters. `head` (): a page of text, whose first row is bold."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    widths: tuple[int, ...]


def xlsx(title: str, tabs: Iterable[WorkbookTab]) -> bytes:
    """The workbook file. Rows beyond a tab's limit go on in another tab, a text longer than a cell in rows below."""
    from openpyxl import Workbook  # slow to load, and only those who write a workbook need it

    from audit import workbook_file

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = printable(title), ""
    for tab in tabs:
        rows = [row for each in tab.rows for row in _cut(each)]
        for number, first in enumerate(range(0, max(len(rows), 1), MOST_ROWS), 1):
            name = tab.name if number == 1 else f"{tab.name} {number}"
            _write(book, tab, name, rows[first : first + MOST_ROWS])
    return workbook_file.made(book)


def _cut(row: tuple[Cell, ...]) -> Iterator[tuple[Cell, ...]]:
    """The row, followed by rows that hold what doesn't fit into its cells."""
    while True:
        yield tuple(each[:MOST_CHARACTERS] if isinstance(each, str) else each for each in row)
        row = tuple(each[MOST_CHARACTERS:] if isinstance(each, str) else None for each in row)
        if not any(row):
            return


def _write(book: "Workbook", tab: WorkbookTab, name: str, rows: Sequence[tuple[Cell, ...]]) -> None:
    from openpyxl.utils import get_column_letter

    from audit import workbook_file

    sheet = book.create_sheet(name)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    for number, width in enumerate(tab.widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    if tab.head:
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(tab.head))}{len(rows) + 1}"
    workbook_file.begin(sheet)
    styled = any(width >= BROKEN for width in tab.widths)
    if tab.head:
        sheet.append([_styled(sheet, name, broken=False, bold=True) for name in tab.head])
    for number, row in enumerate(rows):
        if styled:
            cells = zip(row, tab.widths, strict=True)
            bold = not number and not tab.head
            sheet.append([_styled(sheet, value, broken=width >= BROKEN, bold=bold) for value, width in cells])
        else:  # most tables are long and need no wrapping, and styling takes most of the time
            sheet.append([_plain(sheet, value) for value in row])


def _styled(sheet: "Worksheet", value: Cell, *, broken: bool, bold: bool) -> "Written":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    from audit import workbook_file

    made: Written = WriteOnlyCell(sheet, _shown(value))  # type: ignore[arg-type]  # openpyxl takes dates and booleans
    if isinstance(value, str):
        workbook_file.mark_as_text(made)
    made.alignment = Alignment(vertical="top", wrap_text=broken)
    if bold:
        made.font = Font(bold=True)
    return made


def _plain(sheet: "Worksheet", value: Cell) -> "Cell | Written":
    from openpyxl.cell import WriteOnlyCell

    from audit import workbook_file

    shown = _shown(value)
    if not isinstance(shown, str) or not shown.startswith((*workbook_file.FORMULA, "#")):
        return shown
    made: Written = WriteOnlyCell(sheet, shown)
    workbook_file.mark_as_text(made)
    return made


def _shown(value: Cell) -> Cell:
    from audit import workbook_file

    if isinstance(value, datetime):
        return in_london(value).replace(tzinfo=None)
    return workbook_file.literal(printable(value)) if isinstance(value, str) else value
