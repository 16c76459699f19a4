"""Read a workbook's sheets as rows of text, within limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from audit.bounds import safe_name, twice
from audit.errors import Refused
from audit.past import table, xlsx_table

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
_MOST_SAID = 12


@dataclass(frozen=True)
class Fault:
    """A reason why a workbook can't be an audit tool, and its place."""

    sheet: str
    row: int
    reason: str

    def __str__(self) -> str:
        return f"sheet {self.sheet}, row {self.row}: {self.reason}"


class NoTool(Refused):
    """The workbook can't be an audit tool. `faults`: the reasons, with their places."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        rows = [f"• {fault}" for fault in faults[:_MOST_SAID]]
        more = [f"and {len(faults) - _MOST_SAID} more."] if len(faults) > _MOST_SAID else []
        super().__init__("\n".join(["This workbook can't be used as an audit tool. Nothing was stored.", *rows, *more]))


@dataclass(frozen=True)
class WorkbookRow:
    """A row with content. `number`: from 1, the header's. `cells`: column -> text, without empty cells.

    Columns' names are in lower case, with single spaces.
    """

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A column's text; "" if it is empty."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class WorkbookSheet:
    """A sheet of a workbook: its name in lower case, its columns and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[WorkbookRow, ...]


class Workbook(NamedTuple):
    """A workbook's sheets, hidden ones included, by name in lower case, and cells that can't be read (`unread`).

    `others`: faults that the standard's own reader finds, since other people open the workbook with it.
    """

    sheets: dict[str, WorkbookSheet]
    unread: list[Fault]
    others: list[Fault]


def read(data: bytes) -> Workbook:
    """A workbook's content, with TRUE and FALSE in lower case. Refused if it can't be opened or exceeds a limit."""
    if len(data) > MOST_BYTES:
        raise Refused(f"The workbook is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is read.")
    sheets = xlsx_table.sheets(data, hidden=True, most=MOST_ROWS)
    made = [_sheet(sheet) for sheet in sheets]
    if doubled := twice(sheet.name for sheet in made):
        raise Refused(f"Two sheets are both called “{safe_name(doubled[0])}”.")
    faults = [Fault(sheet.name.lower(), bad.number, bad.reason) for sheet in sheets for bad in sheet.bad]
    return Workbook({sheet.name: sheet for sheet in made}, faults, as_others_read_it(data))


def as_others_read_it(data: bytes) -> list[Fault]:
    """The faults that pyxform, the standard's own reader, finds."""
    from pyxform.errors import PyXFormError  # slow to load, and seldom needed
    from pyxform.xls2xform import convert

    try:
        convert(xlsform=data, file_type=".xlsx")
    except PyXFormError as error:
        row = re.search(r"\[row : (\d+)\]", str(error))
        return [Fault("survey", int(row[1]) if row else 1, f"XLSForm's own reader says: {str(error)[:300]}")]
    except Exception:  # noqa: BLE001  # it lets through whatever a workbook's cells raise in it
        return [Fault("survey", 1, "XLSForm's own reader can't read the workbook")]
    return []


def _sheet(sheet: table.Sheet) -> WorkbookSheet:
    header = [" ".join(column.lower().split()) for column in sheet.header]
    if doubled := twice(column for column in header if column):
        raise Refused(f"Sheet {safe_name(sheet.name)}, row 1: two columns are both called “{safe_name(doubled[0])}”.")
    for number, cells in sheet.rows:
        if any(cell and not column for column, cell in zip_longest(header, cells, fillvalue="")):
            raise Refused(
                f"Sheet {safe_name(sheet.name)}, row {number}: there is something in a column that has no name in "
                "row 1."
            )
    made = (
        WorkbookRow(number, {column: cell for column, cell in zip(header, cells, strict=False) if cell})
        for number, cells in sheet.rows
    )
    return WorkbookSheet(
        sheet.name.lower(), tuple(column for column in header if column), tuple(row for row in made if row.cells)
    )
