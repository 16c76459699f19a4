"""A workbook's file, made in memory.

openpyxl by itself puts each tab as plain text into a temporary file, where it stays if the process is killed. What it
keeps to itself is used here, and nowhere else. It is slow to load: only what writes a workbook loads this.
"""
# ruff: noqa: SLF001

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter


def begin(tab: WriteOnlyWorksheet) -> None:
    """Have a tab to which rows are only added kept in memory: once it is laid out, and before its first row."""
    writer = WorksheetWriter(tab, BytesIO())
    writer.write_top()
    tab._writer = writer  # type: ignore[attr-defined]  # openpyxl's


def made(book: Workbook) -> bytes:
    """The .xlsx file of a workbook with at least one tab, each of which has begun if rows are only added to it."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _InMemory(book, archive).write_data()
    return file.getvalue()


class _InMemory(ExcelWriter):
    """openpyxl's, but for where a tab is written before it is packed."""

    _archive: ZipFile

    def write_worksheet(self, ws: Worksheet) -> None:
        tab: Any = ws  # typed without what is used of it
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
