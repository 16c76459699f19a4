"""A file's content as text, as if it had been pasted from a spreadsheet."""

from audit import apart
from audit.errors import Refused
from audit.past import csv_table, xlsx_table
from audit.pasted import Bad, refuse

MOST_LINES = 2_000
"""Rows read from a workbook: more than any list that people paste."""


def lines(data: bytes, field: str) -> str:
    """The text of a CSV file, or of a workbook's first sheet with its cells separated by tabs.

    Refused at `field` if the file can't be read. A workbook's empty rows become empty lines, so that line numbers are
    row numbers.
    """
    try:
        return _of_workbook(data, field) if xlsx_table.is_one(data) else csv_table.text(data)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=field) from None


def _of_workbook(data: bytes, field: str) -> str:
    sheet = apart.run_apart(xlsx_table.sheets, data, "The workbook", most=MOST_LINES)[0]
    refuse([Bad(each.number, each.reason) for each in sheet.bad], field)
    first = min((number for number, _ in sheet.rows), default=2) - 1
    rows = {min(1, first): sheet.header, **dict(sheet.rows)}
    return "\n".join("\t".join(_one_line(cell) for cell in rows.get(number, ())) for number in range(1, max(rows) + 1))


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
