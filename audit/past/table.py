"""A table read from a file of any kind: each line's cells by column, and every line at fault."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.bounds import MOST_BYTES, composed, twice
from audit.errors import Refused
from audit.identifiers import find
from audit.pasted import Bad, comparable_name

MOST_NAMED = 50


@dataclass(frozen=True)
class Sheet:
    """The content of a CSV file, or of the sheet called `name` in a workbook: its first line, and those below.

    `rows`: (line number from 1, stripped cells). `bad`: the lines that can't be read.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]
    bad: Sequence[Bad] = ()

    @property
    def columns(self) -> list[str]:
        """The column names in the form in which they are compared (audit.pasted.comparable_name)."""
        return [comparable_name(cell) for cell in self.header]

    @property
    def called(self) -> str:
        """The first words of a sentence about the sheet's header."""
        return f"Sheet “{self.name}”: the first line" if self.name else "The first line"


@dataclass(frozen=True)
class TableLine:
    """A line of the table: the number (from 1) at which it begins in the file, and its cells by column."""

    number: int
    cells: Mapping[str, str]
    sheet: str = ""


@dataclass(frozen=True)
class ReadLines:
    """The lines that could be read, and those that couldn't."""

    lines: tuple[TableLine, ...]
    bad: tuple[Bad, ...]


def lines_by_column(sheet: Sheet, required: Sequence[str], optional: Sequence[str]) -> ReadLines:
    """A sheet's lines by column, in whatever order the columns are; Refused if one is missing, repeated or unknown."""
    columns = sheet.columns
    _require_columns(sheet, required, optional)
    lines: list[TableLine] = []
    faulty = list(sheet.bad)
    for number, cells in sheet.rows:
        if len(cells) != len(columns):
            faulty.append(Bad(number, f"it has {len(cells)} cells where the header has {len(columns)}", sheet.name))
        else:
            lines.append(TableLine(number, dict(zip(columns, cells, strict=True)), sheet.name))
    if not lines and not faulty:
        raise Refused(f"{f'Sheet “{sheet.name}”' if sheet.name else 'The file'} has a header and nothing under it.")
    return ReadLines(tuple(lines), tuple(faulty))


def require_size(data: bytes) -> None:
    """Refuse a file that is too large to be read."""
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Please import it in parts.")


def _require_columns(sheet: Sheet, required: Sequence[str], optional: Sequence[str]) -> None:
    columns, known = sheet.columns, [*required, *optional]
    missing = [name for name in required if name not in columns]
    doubled = twice(columns)
    strange = [name for name in columns if name not in known]
    wrong = [
        *([f"it lacks {', '.join(missing)}"] if missing else []),
        *([f"it names {', '.join(map(quoted, doubled))} twice"] if doubled else []),
        *([f"it has {', '.join(map(quoted, strange[:5]))}, which isn't known"] if strange and not doubled else []),
    ]
    if wrong:
        may = f" It may also hold: {', '.join(optional)}." if optional else ""
        raise Refused(
            f"{sheet.called} must name the columns, and {'; '.join(wrong)}. It needs: {', '.join(required)}.{may}"
        )


def quoted(name: str) -> str:
    """A column's name, quoted for a fault's sentence; never an identifier."""
    if not name:
        return "an empty column"
    return f"“{name[:20]}”" if name.isprintable() and not find.find(name) else "a column whose name isn't text"


def one_line(cell: str) -> str:
    """A cell's text in one line, in composed Unicode; line breaks become spaces."""
    return " ".join(composed(cell).split())


def refuse(bad: Sequence[Bad]) -> None:
    """Refuse with a line for each bad line (at most the first 50), if there are any."""
    if bad:
        raise Refused("\n".join(_said(sorted(bad, key=lambda each: (each.sheet, each.number)))))


def _said(bad: Sequence[Bad]) -> Iterator[str]:
    number = len({each.place for each in bad})
    yield f"Nothing was stored: {'1 line is' if number == 1 else f'{number:,} lines are'} at fault."
    yield from (f"  {each.place}: {each.reason}" for each in bad[:MOST_NAMED])
    if len(bad) > MOST_NAMED:
        yield f"  and {len(bad) - MOST_NAMED:,} more, named once these are corrected"
