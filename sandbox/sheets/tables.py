"""Google's tables: their ranges, the names of their columns, and their effect on header cells.

Documented, or reported by people who asked Google: no header cell is empty or a formula; its text is the column's name;
making a column boolean turns texts into FALSE; typed columns refuse data validation (the stand-in assumes: number
formats, too). That cells in tables can't be merged is known from the browser. Where nothing is documented, the stand-in
does the worst for the product: a number in a header becomes its text, and of two columns with the same name one gets a
number.
"""

from collections.abc import Iterator
from itertools import count
from typing import Protocol

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.formulas import Evaluator
from sandbox.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from sandbox.sheets.render import formatted_value
from sandbox.sheets.wire import Obj

TYPED = "This operation is not allowed on cells in typed columns."
_WHOLE = 1 << 30


class Shift(Protocol):
    """A shift of rows or columns, as in batch/shifting.py."""

    def index(self, at: int) -> int | None:
        """The new index of a row or column, None if it is deleted."""
        ...

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The new range, None if nothing of it is left."""
        ...


def box_of(sheet: Sheet, table: Obj) -> Box:
    """The cells of a table, its header included."""
    return sheet.bounds(GridRange.read(table["range"]))


def across(sheet: Sheet, box: Box) -> Iterator[Obj]:
    """The tables that have a cell in `box`."""
    return (one for one in sheet.lists["tables"] if GridRange.read(one["range"]).holds(box.on(sheet.id)))


def is_typed(sheet: Sheet, box: Box) -> bool:
    """Whether `box` has a cell of a typed column below the header."""
    for table in across(sheet, box):
        inner = box_of(sheet, table)
        typed = {inner.left + one.get("columnIndex", 0) for one in table["columnProperties"] if "columnType" in one}
        if box.bottom > inner.top + 1 and typed & {*box.columns}:
            return True
    return False


def columns_of(sheet: Sheet, table: Obj) -> dict[int, Obj]:
    """The properties of a table's columns, by the sheet's column index."""
    left = box_of(sheet, table).left
    return {left + one.get("columnIndex", 0): one for one in table["columnProperties"]}


def listed(columns: dict[int, Obj], box: Box) -> list[Obj]:
    """A table's columns as Google returns them: all of them, with indexes from the table's first column."""
    made = []
    for place, column in enumerate(box.columns):
        known = {name: value for name, value in columns.get(column, {}).items() if name != "columnIndex"}
        made.append(({"columnIndex": place} if place else {}) | known)
    return made


def carry(sheet: Sheet, dimension: str, by: Shift) -> None:
    """Move tables with rows and columns that shift; remove a table of which nothing is left."""
    low, high = ("startRowIndex", "endRowIndex") if dimension == ROWS else ("startColumnIndex", "endColumnIndex")
    kept = []
    for table in sheet.lists["tables"]:
        columns = columns_of(sheet, table)
        span = by.span(table["range"].get(low, 0), table["range"].get(high, _WHOLE))
        if span is None:
            continue
        if dimension == COLUMNS:
            moved = {at: by.index(at) for at in columns}
            if set(moved) == set(moved.values()):  # dragged within the table
                span = min(moved), max(moved) + 1
            columns = {at: one for before, one in columns.items() if (at := moved[before]) is not None}
        fresh = table["range"] | {low: span[0], high: span[1]}
        width = Box(0, 1, fresh.get("startColumnIndex", 0), fresh["endColumnIndex"])
        kept.append(table | {"range": fresh, "columnProperties": listed(columns, width)})
    sheet.lists["tables"] = kept


def settle(book: Spreadsheet) -> None:
    """Correct tables' headers after a change, as Google does: none stays empty or a formula, each names its column."""
    for sheet in book.sheets:
        if sheet.lists["tables"]:
            sheet.lists["tables"] = [_settled(book, sheet, table) for table in sheet.lists["tables"]]


def _settled(book: Spreadsheet, sheet: Sheet, table: Obj) -> Obj:
    box, evaluator = box_of(sheet, table), Evaluator(book)
    columns = columns_of(sheet, table)
    texts = [_text(evaluator, sheet, box.top, column) for column in box.columns]
    names: list[str] = []
    for place, (column, text) in enumerate(zip(box.columns, texts, strict=True), 1):
        tries = (f"{text} {number}" if text else f"Column {number}" for number in count(2 if text else place))
        name = text if text and text not in names else next(one for one in tries if one not in (*texts, *names))
        cell = sheet.cell(box.top, column)
        if cell.get("userEnteredValue") != {"stringValue": name}:
            sheet.put(box.top, column, cell | {"userEnteredValue": {"stringValue": name}})
        names.append(name)
        columns[column] = columns.get(column, {}) | {"columnName": name}
    return table | {"columnProperties": listed(columns, box)}


def _text(evaluator: Evaluator, sheet: Sheet, row: int, column: int) -> str:
    """The text of a header cell, "" if it is empty or a formula."""
    cell = sheet.cell(row, column)
    entered = cell.get("userEnteredValue", {})
    if not entered or "formulaValue" in entered:
        return ""
    return formatted_value(evaluator.effective(sheet, row, column), cell)


def untick(sheet: Sheet, table: Obj) -> None:
    """Turn texts and empty cells of a table's boolean columns into FALSE."""
    box = box_of(sheet, table)
    for column, one in columns_of(sheet, table).items():
        for row in range(box.top + 1, box.bottom) if one.get("columnType") == "BOOLEAN" else ():
            cell = sheet.cell(row, column)
            if "stringValue" in cell.get("userEnteredValue", {"stringValue": ""}):
                sheet.put(row, column, cell | {"userEnteredValue": {"boolValue": False}})
