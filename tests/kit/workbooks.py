"""Workbooks as a board would make them."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

from audit.library import from_xlsform, workbook_rows
from audit.library.from_xlsform import Read

Cells = Sequence[object]
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "appearance", "counts as", "agencies")


def workbook(**sheets: Sequence[Cells]) -> bytes:
    """An .xlsx file with these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def tool(*survey: Cells, choices: Sequence[Cells] = (), settings: Sequence[Cells] = ()) -> bytes:
    """An XLSForm: survey rows under SURVEY's columns, choices (list, name, label), and all rows of the settings."""
    return workbook(
        survey=[SURVEY, *survey],
        choices=[("list_name", "name", "label"), *choices],
        **({"settings": settings} if settings else {}),
    )


def read(data: bytes, name: str = "x.xlsx", language: int = 0) -> Read:
    """The audit tool in a workbook, read in this process, since the file is ours."""
    return from_xlsform.in_sheets(workbook_rows.read(data), name, language)
