"""Read a workbook's sheets as rows of text, within limits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from audit.bounds import safe_name, twice
from audit.errors import Refused
from audit.past import table, xlsx_table
from audit.past.table import one_line

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
_MOST_SAID = 12
SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
"""The names of an XLSForm's sheets."""
_FIRST_ROW = {SURVEY: ("type", "name", "label"), CHOICES: ("list_name", "name", "label")}
"""Sheet -> columns, of which its first row must name one at least."""


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
        alike: dict[tuple[str, str], list[Fault]] = {}
        for fault in faults:
            alike.setdefault((fault.sheet, fault.reason), []).append(fault)
        said = [f"• {_said(each)}" for each in alike.values()][:_MOST_SAID]
        more = [f"and {len(alike) - _MOST_SAID} more."] if len(alike) > _MOST_SAID else []
        super().__init__("\n".join(["This workbook can't be used as an audit tool. Nothing was stored.", *said, *more]))


def _said(alike: Sequence[Fault]) -> str:
    """One sentence for a fault that one or more rows have, naming the first row."""
    first, *others = alike
    if not others:
        return str(first)
    return f"sheet {first.sheet}, row {first.row} and {len(others)} more: {first.reason}"


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
    """An XLSForm's sheets, hidden ones included, by name in lower case, and cells that can't be read (`unread`).

    `beside`: the names of other sheets, in lower case. `others`: faults that the standard's own reader finds, since
    other people open the workbook with it.
    """

    sheets: dict[str, WorkbookSheet]
    beside: list[str]
    unread: list[Fault]
    others: list[Fault]


def read(data: bytes) -> Workbook:
    """A workbook's content, with TRUE and FALSE in lower case. Refused if it can't be opened or exceeds a limit."""
    if len(data) > MOST_BYTES:
        raise Refused(f"The workbook is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is read.")
    found = xlsx_table.sheets(data, named=(SURVEY, CHOICES, SETTINGS), most=MOST_ROWS)
    if doubled := twice(sheet.name.lower() for sheet in found):
        raise Refused(f"Two sheets are both called “{safe_name(doubled[0])}”.")
    sheets = {name: _sheet(sheet) for sheet in found if (name := sheet.name.lower()) in {SURVEY, CHOICES, SETTINGS}}
    beside = [name for sheet in found if (name := sheet.name.lower()) not in sheets]
    faults = [Fault(sheet.name.lower(), bad.number, bad.reason) for sheet in found for bad in sheet.bad]
    return Workbook(sheets, beside, faults, as_others_read_it(data))


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
    needed = _FIRST_ROW.get(sheet.name.lower(), ())
    if needed and not {*needed} & {*header}:
        begins = safe_name(next((each for each in sheet.header if each), ""))
        raise Refused(
            f"Sheet {safe_name(sheet.name)}: its first row must name the columns ({', '.join(needed)}), and begins "
            f"with “{begins}”. Put nothing above the columns' names."
        )
    if doubled := twice(column for column in header if column):
        raise Refused(f"Sheet {safe_name(sheet.name)}, row 1: two columns are both called “{safe_name(doubled[0])}”.")
    for number, cells in sheet.rows:
        if any(cell and not column for column, cell in zip_longest(header, cells, fillvalue="")):
            raise Refused(
                f"Sheet {safe_name(sheet.name)}, row {number}: there is something in a column that has no name in "
                "row 1."
            )
    made = (WorkbookRow(number, _cells(header, cells)) for number, cells in sheet.rows)
    return WorkbookSheet(
        sheet.name.lower(), tuple(column for column in header if column), tuple(row for row in made if row.cells)
    )


def _cells(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A row's cells by column. Hints and notes keep their line breaks."""
    found = {column: cell for column, cell in zip(header, cells, strict=False) if cell}
    in_lines = ("hint", "label") if found.get("type") == "note" else ("hint",)
    return {column: cell if column.startswith(in_lines) else one_line(cell) for column, cell in found.items()}
