"""A table that was saved from a spreadsheet as CSV."""

import csv
import re
from collections.abc import Iterator, Sequence

from audit.bounds import MOST_CELLS, MOST_COLUMNS, MOST_LINES
from audit.errors import Refused
from audit.past.table import Sheet, one_line, require_size
from audit.pasted import Bad, comparable_name

HOW_TO_SAVE = "In Excel, save it as “CSV UTF-8 (Comma delimited)”; in Google Sheets, download it as CSV."
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_END = re.compile(rb"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOTHING = "-"
"""What people write into a cell instead of leaving it empty."""


def sheet(data: bytes, names: set[str]) -> Sheet:
    """The table in a CSV file, separated by commas, semicolons or tabs. `names`: the columns it may have.

    Empty lines are skipped; line breaks within a cell become spaces. Refused if the file can't be read as a whole.
    """
    decoded = text(data)
    records, bad = _records(decoded, _cut(decoded, names))
    if not records:
        raise Refused(f"The first line can't be read: {bad[0].reason}." if bad else "There are no words in the file.")
    (_, header), *under_it = records
    rows: list[tuple[int, Sequence[str]]] = []
    for number, cells in under_it:
        formulas = list(_formulas(header, cells)) if len(cells) == len(header) else []
        if formulas:
            begin = "begins" if len(formulas) == 1 else "begin"
            why = f"{' and '.join(formulas)} {begin} as a formula does: paste the value instead, or leave it empty"
            bad.append(Bad(number, why))
        else:
            rows.append((number, [one_line(cell) for cell in cells]))
    return Sheet("", header, rows, bad)


def text(data: bytes) -> str:
    """The decoded text of a CSV file; Refused if it isn't UTF-8, is empty or too large."""
    if data.startswith(_WORKBOOK):
        raise Refused(f"This file is a workbook, not CSV. {HOW_TO_SAVE}")
    require_size(data)
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"Line {_line_at(data, error.start)} of the file isn't UTF-8 text. {HOW_TO_SAVE}") from None
    if "\0" in decoded:
        at = _line_at(data, data.index(0))
        raise Refused(f"Line {at} of the file holds NUL bytes, so it isn't UTF-8 text. {HOW_TO_SAVE}")
    if "\ufffd" in decoded:
        at = _line_at(data, data.index("\ufffd".encode()))
        raise Refused(f"Line {at} of the file holds “\ufffd”: a character was lost when it was saved. {HOW_TO_SAVE}")
    if not decoded.strip():
        raise Refused("The file is empty.")
    return decoded


def _line_at(data: bytes, place: int) -> int:
    return sum(1 for _ in _END.finditer(data, 0, place)) + 1


def _cut(text: str, names: set[str]) -> str:
    """The separator: the one of comma, semicolon and tab that yields most known column names in the first line."""
    first = next(line for line in _lines(text) if line.strip())
    if max(map(first.count, ",;\t")) >= MOST_COLUMNS:
        raise Refused(f"The file has more than {MOST_COLUMNS} columns. {HOW_TO_SAVE}")
    return max(",;\t", key=lambda cut: sum(comparable_name(cell.strip(' "')) in names for cell in first.split(cut)))


def _lines(text: str) -> Iterator[str]:
    """The file's lines, one at a time: splitting all at once would take ten times the file's size in memory."""
    return (found.group() for found in _LINE.finditer(text))


def _bounded(text: str, cut: str) -> Iterator[str]:
    """The file's lines; Refused at one with more cells than a line may have."""
    for number, line in enumerate(_lines(text), 1):
        if line.count(cut) >= MOST_COLUMNS:
            raise Refused(f"Line {number} of the file has more than {MOST_COLUMNS} cells.")
        yield line


def _records(text: str, cut: str) -> tuple[list[tuple[int, list[str]]], list[Bad]]:
    """The records, each with the line at which it begins, and the fault that stopped the reading, if any."""
    reader = csv.reader(_bounded(text, cut), delimiter=cut, skipinitialspace=True, strict=True)
    records: list[tuple[int, list[str]]] = []
    begins, count = 1, 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                records.append((begins, record))
            begins, count = reader.line_num + 1, count + len(record)
            if begins > MOST_LINES + 2 or count > MOST_CELLS:
                most = f"{MOST_LINES:,} lines" if count <= MOST_CELLS else f"{MOST_CELLS:,} cells"
                raise Refused(f"The file has more than {most}. Please import it in parts.")
    except csv.Error as error:
        why = "a cell is far too long" if "field larger" in str(error) else "its quotation marks don't match"
        return records, [Bad(begins, f"{why}; nothing after it was read")]
    return records, []


def _formulas(header: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    for column, cell in zip(header, cells, strict=True):
        if cell.strip() != _NOTHING and (cell.startswith(_FORMULA) or cell.strip().startswith(_FORMULA)):
            yield f"the cell under {comparable_name(column)}"
