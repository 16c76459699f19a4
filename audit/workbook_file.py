"""Make a workbook's file in memory.

openpyxl's own way writes each sheet as plain text into a temporary file, which stays behind if the process is killed.
Its private members are used in this module only. openpyxl is slow to load, so import this only to write a workbook.
"""
# ruff: noqa: SLF001

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

FORMULA = ("=", "+", "-", "@", "\t")
"""Characters that make Excel read a cell as a formula once it is edited, unless it is marked as text."""
_CODE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""An underscore that Excel would read as the beginning of a character's code; "_x005F_" takes its place."""


def literal(text: str) -> str:
    """A text as a cell must hold it for Excel to show that very text."""
    return _CODE.sub("_x005F_", text)


def mark_as_text(cell: Cell | MergedCell) -> None:
    """Mark a cell with a text: it never becomes a formula, nor an error."""
    cell.data_type = "s"
    cell.quotePrefix = str(cell.value).startswith(FORMULA)


def begin(tab: WriteOnlyWorksheet) -> None:
    """Keep a write-only sheet in memory. Call this once its layout is set, and before its first row."""
    writer = WorksheetWriter(tab, BytesIO())
    writer.write_top()
    tab._writer = writer  # type: ignore[attr-defined]  # openpyxl's


def made(book: Workbook) -> bytes:
    """The .xlsx file of a workbook with at least one sheet. `begin` must have been called for write-only sheets."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _InMemory(book, archive).write_data()
    return file.getvalue()


class _InMemory(ExcelWriter):
    """openpyxl's writer, except that it writes a sheet in memory before packing it."""

    _archive: ZipFile

    def write_worksheet(self, ws: Worksheet) -> None:
        tab: Any = ws  # openpyxl's types don't have the members used here
        tab._drawing = SpreadsheetDrawing()
        tab._drawing.charts = tab._charts
        if self.workbook.write_only:
            tab.close()
            writer = tab._writer
        else:
            writer = WorksheetWriter(ws, BytesIO())
            writer.write()
        tab._rels = writer._rels
        self._archive.writestr(tab.path[1:], writer.read())
        self.manifest.append(tab)
