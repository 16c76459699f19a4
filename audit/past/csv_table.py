"""A table that somebody saved from a spreadsheet as CSV: its lines and cells, and every line that can't be read."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.bounds import MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_LINES, twice
from audit.errors import Refused
from audit.identifiers import find
from audit.pasted import Bad, plain

MOST_NAMED = 50
HOW_TO_SAVE = "In Excel, save it as “CSV UTF-8 (Comma delimited)”; in Google Sheets, download it as CSV."
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_END = re.compile(rb"\r\n|\r|\n")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Line:
    """A line of the table: the number at which it begins in the file (from 1), and its cells by their columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The lines that could be read, and those that couldn't."""

    lines: tuple[Line, ...]
    bad: tuple[Bad, ...]


def table(data: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """The table in a CSV file, divided by commas, semicolons or tabs, its columns in any order.

    Empty lines are passed over; line breaks within a cell are spaces. Refused where the file can't be read as a whole.
    """
    text = _text(data)
    header, rows, torn = _records(text, _cut(text, {*required, *optional}))
    columns = _columns(header, required, optional)
    lines: list[Line] = []
    bad = list(torn)
    for number, cells in rows:
        fault = _fault(cells, columns)
        if fault:
            bad.append(Bad(number, fault))
        else:
            lines.append(Line(number, dict(zip(columns, map(_one_line, cells), strict=True))))
    if not lines and not bad:
        raise Refused("The file has a header and nothing under it.")
    return Table(tuple(lines), tuple(bad))


def refuse(bad: Sequence[Bad]) -> None:
    """Refused with each bad line on a line of its own (the first 50 of many); nothing if there is none."""
    if not bad:
        return
    ordered = sorted(bad, key=lambda each: each.number)
    said = [f"  line {each.number}: {each.reason}" for each in ordered[:MOST_NAMED]]
    more = [f"  and {len(bad) - MOST_NAMED:,} more, named once these are mended"] if len(bad) > MOST_NAMED else []
    at_fault = "1 line is" if len(bad) == 1 else f"{len(bad):,} lines are"
    raise Refused("\n".join([f"Nothing was stored: {at_fault} at fault.", *said, *more]))


def _text(data: bytes) -> str:
    if data.startswith(_WORKBOOK):
        raise Refused(f"This file is a workbook, not CSV. {HOW_TO_SAVE}")
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Please import it in parts.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"Line {_line_at(data, error.start)} of the file isn't UTF-8 text. {HOW_TO_SAVE}") from None
    if "\0" in text:
        at = _line_at(data, data.index(0))
        raise Refused(f"Line {at} of the file holds NUL bytes, so it isn't UTF-8 text. {HOW_TO_SAVE}")
    if "\ufffd" in text:
        at = _line_at(data, data.index("\ufffd".encode()))
        raise Refused(f"Line {at} of the file holds “\ufffd”: a character was lost when it was saved. {HOW_TO_SAVE}")
    if not text.strip():
        raise Refused("The file is empty.")
    return text


def _line_at(data: bytes, place: int) -> int:
    return len(_END.findall(data[:place])) + 1


def _cut(text: str, names: set[str]) -> str:
    """What divides the cells: of comma, semicolon and tab that which makes most column names of the first line."""
    first = next(line for line in text.splitlines() if line.strip())
    if max(map(first.count, ",;\t")) >= MOST_COLUMNS:
        raise Refused(f"The file has more than {MOST_COLUMNS} columns. {HOW_TO_SAVE}")
    return max(",;\t", key=lambda cut: sum(plain(cell.strip(' "')) in names for cell in first.split(cut)))


def _bounded(text: str, cut: str) -> Iterator[str]:
    """The lines of the file, none of them with more cells than a line may have."""
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if line.count(cut) >= MOST_COLUMNS:
            raise Refused(f"Line {number} of the file has more than {MOST_COLUMNS} cells.")
        yield line


def _records(text: str, cut: str) -> tuple[list[str], list[tuple[int, list[str]]], list[Bad]]:
    """The header, the records with the line at which each begins, and where quotation marks don't fit together."""
    reader = csv.reader(_bounded(text, cut), delimiter=cut, skipinitialspace=True, strict=True)
    found: list[tuple[int, list[str]]] = []
    torn: list[Bad] = []
    begins, count = 1, 0
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                found.append((begins, record))
            begins, count = reader.line_num + 1, count + len(record)
            if begins > MOST_LINES + 2 or count > MOST_CELLS:
                most = f"{MOST_LINES:,} lines" if count <= MOST_CELLS else f"{MOST_CELLS:,} cells"
                raise Refused(f"The file has more than {most}. Please import it in parts.")
    except csv.Error as error:
        why = "a cell is far too long" if "field larger" in str(error) else "its quotation marks don't fit together"
        torn = [Bad(begins, f"{why}; nothing after it was read")]
    if not found:
        raise Refused(f"The first line can't be read: {torn[0].reason}." if torn else "There are no words in the file.")
    return found[0][1], found[1:], torn


def _columns(header: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The columns in the order of the file; Refused for one that is missing, doubled or unknown."""
    columns = [plain(cell) for cell in header]
    known = [*required, *optional]
    missing = [name for name in required if name not in columns]
    doubled = twice(columns)
    strange = [name for name in columns if name not in known]
    wrong = [
        *([f"it lacks {', '.join(missing)}"] if missing else []),
        *([f"it names {', '.join(map(_quoted, doubled))} twice"] if doubled else []),
        *([f"it has {', '.join(map(_quoted, strange[:5]))}, which isn't known"] if strange and not doubled else []),
    ]
    if wrong:
        may = f" It may also hold: {', '.join(optional)}." if optional else ""
        raise Refused(
            f"The first line must name the columns, and {'; '.join(wrong)}. It needs: {', '.join(required)}.{may}"
        )
    return columns


def _quoted(name: str) -> str:
    if not name:
        return "an empty column"
    return f"“{name[:20]}”" if name.isprintable() and not find.find(name) else "a column whose name isn't text"


def _one_line(cell: str) -> str:
    """What a cell says; a line break within it is a space."""
    return " ".join(cell.split())


def _fault(cells: Sequence[str], columns: Sequence[str]) -> str | None:
    """Why a line can't be taken: it doesn't fit under the header, or holds a formula."""
    if len(cells) != len(columns):
        return f"it has {len(cells)} cells where the header has {len(columns)}"
    formulas = list(_formulas(cells, columns))
    if not formulas:
        return None
    begin = "begins" if len(formulas) == 1 else "begin"
    return f"{' and '.join(formulas)} {begin} as a formula does: paste the value instead, or leave it empty"


def _formulas(cells: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    for column, cell in zip(columns, cells, strict=True):
        if cell.startswith(_FORMULA) or cell.strip().startswith(_FORMULA):
            yield f"the cell under {column}"
