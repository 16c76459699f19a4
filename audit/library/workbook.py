"""A workbook's sheets as rows of text, read within bounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from audit.bounds import shown, twice
from audit.errors import Refused
from audit.past.workbook import require_harmless

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 100
_MOST_SAID = 12


@dataclass(frozen=True)
class Fault:
    """What keeps a workbook from being an audit tool, and where."""

    sheet: str
    row: int
    reason: str

    def __str__(self) -> str:
        return f"sheet {self.sheet}, row {self.row}: {self.reason}"


class NoTool(Refused):
    """The workbook isn't an audit tool; `faults` says why, each with its place."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        said = [f"• {fault}" for fault in faults[:_MOST_SAID]]
        more = [f"and {len(faults) - _MOST_SAID} more."] if len(faults) > _MOST_SAID else []
        super().__init__("\n".join(["This workbook can't be used as an audit tool. Nothing was stored.", *said, *more]))


@dataclass(frozen=True)
class Row:
    """A row that holds something, by its number in the sheet (the header's is 1): column -> text, empty cells left out.

    `cells` has the columns' names in small letters, spaces single.
    """

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What stands in a column; "" if nothing does."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name in small letters, its columns, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read(data: bytes) -> dict[str, Sheet]:
    """The sheets of an .xlsx workbook by their names in small letters; Refused says what can't be read, or is too much.

    Numbers are their text, TRUE and FALSE are "yes" and "no"; of formulas their last values. Hidden sheets count.
    """
    _require_bounded(data)
    from openpyxl import load_workbook  # slow to load; only who reads a workbook needs it

    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = [_sheet(name.strip().lower(), [*_rows(name, book[name])]) for name in book.sheetnames]
        finally:
            book.close()
    except Refused:
        raise
    except Exception:  # noqa: BLE001  # openpyxl raises whatever its parsers do; all of it says the same of the file
        raise Refused("The workbook can't be read: it is damaged, or isn't one that Excel could open.") from None
    if doubled := twice(sheet.name for sheet in sheets):
        raise Refused(f"Two sheets are both called “{shown(doubled[0])}”.")
    return {sheet.name: sheet for sheet in sheets}


def _require_bounded(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Refused(f"The workbook is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is read.")
    require_harmless(data)


def _rows(name: str, sheet: object) -> Iterator[list[str]]:
    """Every row's cells, up to the bounds."""
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1)  # type: ignore[attr-defined]  # openpyxl's read-only sheet
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for cell in row]
        if any(cells[MOST_COLUMNS:]):
            raise Refused(f"Sheet {shown(name)} has more than {MOST_COLUMNS} columns.")
        if number > MOST_ROWS and any(cells):
            raise Refused(f"Sheet {shown(name)} has more than {MOST_ROWS:,} rows.")
        yield cells[:MOST_COLUMNS]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell).replace("\u00a0", " ").strip()


def _sheet(name: str, rows: list[list[str]]) -> Sheet:
    header = [" ".join(column.lower().split()) for column in rows[0]] if rows else []
    if doubled := twice(column for column in header if column):
        raise Refused(f"Sheet {shown(name)}, row 1: two columns are both called “{shown(doubled[0])}”.")
    unnamed = next(
        (number for number, row in enumerate(rows[1:], 2) for column, cell in enumerate(row)
         if cell and (column >= len(header) or not header[column])), 0,
    )  # fmt: skip
    if unnamed:
        raise Refused(f"Sheet {shown(name)}, row {unnamed}: something stands in a column that has no name in row 1.")
    made = (
        Row(number, {column: cell for column, cell in zip(header, row, strict=False) if column and cell})
        for number, row in enumerate(rows[1:], 2)
    )
    return Sheet(name, tuple(column for column in header if column), tuple(row for row in made if row.cells))
