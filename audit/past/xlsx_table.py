"""A workbook (.xlsx) as spreadsheet programs save it: its sheets, read after a check that the file is harmless."""

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from audit.bounds import (
    ELEMENTS_A_LINE,
    MOST_ACROSS,
    MOST_BYTES,
    MOST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ELEMENTS,
    MOST_ENTRIES,
    MOST_LINES,
    MOST_PASSED,
    MOST_ROWS,
    MOST_SHEETS,
    MOST_UNZIPPED,
    PACKED,
    ROWS_A_LINE,
)
from audit.errors import Refused
from audit.identifiers import find
from audit.past.table import Sheet, one_line, require_size
from audit.pasted import Bad, Unreadable

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_ARCHIVE, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENTRY = b"PK\x01\x02"
"""The signature of each file's entry in a ZIP archive's central directory."""
_MACROS = ("vbaproject", "/macrosheets/")
_ERRORS = ("#N/A", "#REF", "#VALUE", "#NAME", "#DIV/0", "#NUM", "#NULL")
_Cell = tuple[bool, object]
"""(whether the cell holds a formula, the value that is displayed)."""
_XML = (".xml", ".rels")
_COPY = "Copy what is needed into a new one."
HOW_TO_SAVE = "In Excel, save it as “Excel Workbook (.xlsx)”; in Google Sheets, download it as Microsoft Excel."


def is_one(data: bytes) -> bool:
    """Whether a file is a workbook of any kind, and not text."""
    return data.startswith((_ARCHIVE, _OLD))


def sheets(data: bytes, *, named: Collection[str] = (), most: int = MOST_LINES) -> tuple[Sheet, ...]:
    """The sheets of a workbook, without those that are empty or hidden.

    `named`: names in lower case. If given, only sheets of these names are read, hidden ones included, with the line
    breaks in their cells; other sheets come empty. `most`: lines allowed. Refused if the file isn't a workbook,
    contains a macro or exceeds a limit.
    """
    _require_harmless(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that openpyxl can't write back: it only reads here
            _Elements(most).count(data)
            read = tuple(_sheets(data, _Room(most), named))
    except Refused:
        raise
    except Exception:  # noqa: BLE001  # openpyxl lets through any exception of its parts
        raise Refused(f"The workbook can't be read: something in it is damaged. {HOW_TO_SAVE}") from None
    if not read:
        raise Refused("There are no words in the workbook's sheets.")
    return read


def _require_harmless(data: bytes) -> None:
    """Refuse a file that must not be unpacked, before it is."""
    if data.startswith(_OLD):
        raise Refused(f"This is a workbook of the old kind (.xls), or one with a password. {HOW_TO_SAVE}")
    require_size(data)
    if data.count(_ENTRY) > MOST_ENTRIES:
        raise Refused(f"The workbook is made of more than {MOST_ENTRIES:,} files, which is the most that is unpacked.")
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OSError):
        entries = []
    if not entries or any(entry.compress_type not in PACKED for entry in entries):
        raise Refused(f"The workbook can't be opened: the file is damaged. {HOW_TO_SAVE}")
    if sum(entry.file_size for entry in entries) > MOST_UNZIPPED:
        raise Refused(f"Unpacked, the workbook is larger than {MOST_UNZIPPED // 1_000_000} MB: import it in parts.")
    names = [entry.filename.casefold() for entry in entries]
    if any(mark in name for name in names for mark in _MACROS):
        raise Refused(f"The workbook holds a macro (a program), which isn't accepted. {HOW_TO_SAVE}")
    if "xl/workbook.xml" not in names:
        raise Refused(f"This file is no .xlsx workbook. {HOW_TO_SAVE}")


class _Elements:
    """Counts the XML elements in all files of a workbook, since openpyxl creates an object for each."""

    def __init__(self, most: int) -> None:
        """`most`: the number of lines that the workbook may have."""
        self._most, self._sheets, self._across = most, MOST_SHEETS, 0
        self._left = min(MOST_ELEMENTS, ELEMENTS_A_LINE * most)

    def count(self, data: bytes) -> None:
        """Refuse a workbook with more elements than its lines need; ExpatError if its XML can't be parsed.

        Other files, such as pictures, aren't counted.
        """
        with ZipFile(BytesIO(data)) as archive:
            for entry in archive.infolist():
                parser = expat.ParserCreate(namespace_separator=" ")
                parser.StartElementHandler = self._begun
                other = () if entry.filename.lower().endswith(_XML) else (expat.ExpatError,)
                with archive.open(entry) as part, suppress(*other):
                    parser.ParseFile(part)

    def _begun(self, name: str, _: object) -> None:
        kind = name.rpartition(" ")[2]
        self._left -= 1
        if kind == "row":
            self._across = 0
        elif kind == "c":
            self._across += 1
        elif kind == "sheet":
            self._sheets -= 1
        if self._across > MOST_ACROSS:
            raise Refused(f"The workbook has a row of more than {MOST_ACROSS:,} cells. {_COPY}")
        if self._sheets < 0:
            raise Refused(f"The workbook has more than {MOST_SHEETS} sheets. {_COPY}")
        if self._left < 0:
            raise Refused(f"The workbook has far more in it than {self._most:,} lines need. {_COPY}")


def _sheets(data: bytes, room: "_Room", named: Collection[str]) -> Iterator[Sheet]:
    from openpyxl import load_workbook  # slow to load, and most commands need none

    formulas = load_workbook(BytesIO(data), read_only=True, keep_links=False)
    values = load_workbook(BytesIO(data), read_only=True, keep_links=False, data_only=True)
    for number, (asked, shown) in enumerate(zip(formulas.worksheets, values.worksheets, strict=True), 1):
        if asked.sheet_state != "visible" and not named:
            continue
        name = one_line(asked.title)
        name = name if name and name.isprintable() and not find.find(name) else str(number)
        if named and name.lower() not in named:
            yield Sheet(name, (), ())
            continue
        records, bad = _records(name, _rows(asked, shown, room), room, _in_lines if named else one_line)
        if records or bad:
            (_, header), *rows = records or [(1, [])]
            yield Sheet(name, header, [(at, [*cells, *[""] * (len(header) - len(cells))]) for at, cells in rows], bad)


class _Room:
    """The amounts of a workbook that may still be read."""

    def __init__(self, most: int) -> None:
        self.most, self.lines, self.cells, self.characters = most, most + 1, MOST_CELLS, MOST_BYTES
        self.most_rows = self.rows = min(MOST_ROWS, ROWS_A_LINE * most)
        self.passed = MOST_PASSED

    def pass_by(self, row: Sequence[object]) -> None:
        """Take off a row that is looked at, even an empty one; Refused once the limit is exceeded."""
        self.rows -= 1
        self.passed -= len(row)
        if self.rows < 0 or self.passed < 0:
            most = f"{self.most_rows:,} rows" if self.rows < 0 else f"{MOST_PASSED:,} cells"
            raise Refused(f"The workbook has more than {most}, empty ones counted. {_COPY}")

    def take(self, row: Sequence[_Cell]) -> None:
        """Take off a row that is read; Refused once a limit is exceeded."""
        self.lines -= 1
        self.cells -= len(row)
        self.characters -= sum(len(shown) for _, shown in row if isinstance(shown, str))
        most = f"{self.most:,} lines" if self.lines < 0 else f"{MOST_CELLS:,} cells" if self.cells < 0 else ""
        if most or self.characters < 0:
            most = most or f"{MOST_BYTES // 1_000_000} million characters"
            raise Refused(f"The workbook has more than {most}, which is the most that is read at once.")


def _rows(asked: "ReadOnlyWorksheet", shown: "ReadOnlyWorksheet", room: _Room) -> Iterator[tuple[int, list[_Cell]]]:
    """A sheet's rows that aren't empty, each with its number (from 1) and its cells."""
    for sheet in (asked, shown):
        sheet.reset_dimensions()  # the size that a file states may be wrong
    both = zip(asked.rows, shown.rows, strict=True)
    for number, (as_asked, as_shown) in enumerate(both, 1):
        room.pass_by(as_asked)
        row: list[_Cell] = [
            (one.data_type == "f", _value(other)) for one, other in zip(as_asked, as_shown, strict=True)
        ]
        while row and (row[-1] == (False, None) or (isinstance(row[-1][1], str) and not row[-1][1].strip())):
            row.pop()
        if row:
            yield number, row


def _value(cell: "Cell | MergedCell | ReadOnlyCell | EmptyCell") -> object:
    """A cell's value; a percentage as it is shown (50%, not 0.5)."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{value * 100:.10g}%"
    return value


def _in_lines(cell: str) -> str:
    """A cell's text, with each line stripped of spaces around it."""
    return "\n".join(map(one_line, cell.splitlines())).strip()


def _records(
    name: str, rows: Iterator[tuple[int, list[_Cell]]], room: _Room, written: Callable[[str], str]
) -> tuple[list[tuple[int, list[str]]], list[Bad]]:
    records: list[tuple[int, list[str]]] = []
    faulty: list[Bad] = []
    for number, row in rows:
        if len(row) > MOST_COLUMNS:
            raise Refused(f"Sheet “{name}”, row {number} has more than {MOST_COLUMNS} cells.")
        room.take(row)
        try:
            records.append((number, [_text(column, *cell, written) for column, cell in enumerate(row, 1)]))
        except Unreadable as why:
            if not records:
                raise Refused(f"Sheet “{name}”: the first line must name the columns, and {why}.") from None
            faulty.append(Bad(number, str(why), name))
    return records, faulty


def _text(column: int, formula: bool, value: object, written: Callable[[str], str]) -> str:  # noqa: FBT001  # a cell's two sides
    """A cell's text as CSV would have it; Unreadable if it is neither text nor a number."""
    where = f"the cell in column {_letters(column)}"
    if value is None:
        if formula:
            raise Unreadable(f"{where} holds a formula that was never worked out: put its value there instead")
        return ""
    if isinstance(value, date | time | timedelta):
        raise Unreadable(f"{where} holds a date: format it as text, and write what it should say")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    said = written(str(value))
    if len(said) > MOST_CELL:
        raise Unreadable(f"{where} is far too long")
    if said.startswith("#") and said.rstrip("!?").upper() in _ERRORS:
        raise Unreadable(f"{where} holds an error ({said})")
    return said


def _letters(column: int) -> str:
    """A column's name: A to Z, then AA and so on; there are at most a hundred columns."""
    before, place = divmod(column - 1, 26)
    return f"{chr(64 + before) if before else ''}{chr(65 + place)}"
