"""Requests for the text of cells: find and replace, trim, split into columns, paste delimited data."""

import csv
import io
import re

from sandbox.sheets.a1 import Box
from sandbox.sheets.batch.cells import hidden
from sandbox.sheets.batch.context import Batch, Handler, check_cell
from sandbox.sheets.entering import enter, entered
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import ROWS, Sheet
from sandbox.sheets.wire import Obj

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


def find_replace(batch: Batch, request: Obj) -> Obj:
    """FindReplaceRequest."""
    places = _searched(batch, request)
    flags = 0 if request.get("matchCase") else re.IGNORECASE
    pattern = request.get("find", "")
    if not pattern:
        raise Refused("The find value must be specified.")
    wanted = re.compile(pattern if request.get("searchByRegex") else re.escape(pattern), flags)
    replacement = request.get("replacement", "")
    by = re.sub(r"\$(\d)", r"\\\1", replacement) if request.get("searchByRegex") else replacement.replace("\\", r"\\")
    counts = {"valuesChanged": 0, "formulasChanged": 0, "occurrencesChanged": 0}
    rows: set[tuple[int, int]] = set()
    for sheet, box in places:
        for row, column, cell in list(sheet.filled(box)):
            formula = "formulaValue" in cell.get("userEnteredValue", {})
            before = entered(cell)
            if before is None or (formula and not request.get("includeFormulas")):
                continue
            if request.get("matchEntireCell") and wanted.fullmatch(before) is None:
                continue
            after, times = wanted.subn(by, before)
            if times:
                batch.touch(sheet, Box(row, row + 1, column, column + 1))
                sheet.put(row, column, check_cell(enter(cell, after, str(batch.book.properties["locale"]))))
                counts["formulasChanged" if formula else "valuesChanged"] += 1
                counts["occurrencesChanged"] += times
                rows.add((sheet.id, row))
    found = counts | {"rowsChanged": len(rows), "sheetsChanged": len({sheet for sheet, _ in rows})}
    return {"findReplace": {name: count for name, count in found.items() if count}}


def _searched(batch: Batch, request: Obj) -> list[tuple[Sheet, Box]]:
    if request.get("allSheets"):
        return [(sheet, sheet.bounds()) for sheet in batch.book.sheets]
    if "range" in request:
        return [batch.area(request["range"])]
    sheet = batch.book.by_id(request.get("sheetId", 0))
    return [(sheet, sheet.bounds())]


def trim_whitespace(batch: Batch, request: Obj) -> Obj:
    """TrimWhitespaceRequest."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    changed = 0
    for row, column, cell in list(sheet.filled(box)):
        before = cell.get("userEnteredValue", {}).get("stringValue")
        after = re.sub(r"[ \t\u00a0]+", " ", before).strip() if before else before
        if after != before:
            sheet.put(row, column, cell | {"userEnteredValue": {"stringValue": after} if after else {}})
            changed += 1
    return {"trimWhitespace": {"cellsChangedCount": changed} if changed else {}}


def text_to_columns(batch: Batch, request: Obj) -> None:
    """TextToColumnsRequest."""
    sheet, box = batch.area(request.get("source", {}))
    if len(box.columns) != 1:
        raise Refused("The source range must span exactly one column.")
    kind = request.get("delimiterType", "AUTODETECT")
    delimiter = request.get("delimiter", "") if kind == "CUSTOM" else _DELIMITERS.get(kind, "")
    for row, column, cell in list(sheet.filled(box)):
        before = entered(cell)
        if before is None:
            continue
        mark = delimiter or next((one for one in _DELIMITERS.values() if one in before), ",")
        for across, part in enumerate(before.split(mark)):
            _type(batch, sheet, row, column + across, part.strip())


def paste_data(batch: Batch, request: Obj) -> None:
    """PasteDataRequest: delimited text only; adds rows if necessary."""
    at = request.get("coordinate", {})
    sheet = batch.book.by_id(at.get("sheetId", 0))
    if request.get("html"):
        raise Refused("The stand-in does not paste HTML.")
    rows = list(csv.reader(io.StringIO(request.get("data", "")), delimiter=request.get("delimiter") or "\t"))
    top, left = at.get("rowIndex", 0), at.get("columnIndex", 0)
    if top + len(rows) > sheet.row_count:
        sheet.resize(ROWS, top + len(rows))
        batch.book.check_size()
    if left + max(map(len, rows), default=0) > sheet.column_count:
        raise Refused("The pasted data does not fit in the grid.")
    for down, values in enumerate(rows):
        for across, value in enumerate(values):
            _type(batch, sheet, top + down, left + across, value)


def _type(batch: Batch, sheet: Sheet, row: int, column: int, value: str) -> None:
    batch.touch(sheet, Box(row, row + 1, column, column + 1))
    if not hidden(sheet, row, column):
        cell = enter(sheet.cell(row, column), value, str(batch.book.properties["locale"]))
        sheet.put(row, column, check_cell(cell))


HANDLERS: dict[str, Handler] = {
    "findReplace": find_replace,
    "trimWhitespace": trim_whitespace,
    "textToColumns": text_to_columns,
    "pasteData": paste_data,
}
