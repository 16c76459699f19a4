"""A few kilobytes that would unpack into millions of cells are refused before an object is made of each."""

from collections.abc import Callable

import pytest

from audit.bounds import ELEMENTS_A_LINE, MOST_ACROSS, MOST_SHEETS, ROWS_A_LINE
from audit.errors import Refused
from audit.past.as_pasted import MOST_LINES, lines
from audit.past.xlsx_table import sheets
from tests.past.test_xlsx_table import GOOD, book, repacked, saved


def with_rows(data: bytes, rows: bytes) -> bytes:
    """The workbook with these further rows in each of its sheets."""
    return repacked(data, lambda _, part: part.replace(b"</sheetData>", rows + b"</sheetData>"))


def recoded(data: bytes, codec: str) -> bytes:
    """The workbook with its sheets in another encoding."""
    said = f'<?xml version="1.0" encoding="{codec}"?>'
    return repacked(
        data,
        lambda name, part: (said + part.decode()).encode(codec) if name.startswith("xl/worksheets/") else part,
    )


THREE = saved(book(East=[["Case"], ["C1"]], North=[["Case"]], Central=[["Case"]]))
WIDE = with_rows(GOOD, b"<row>" + b"<c/>" * (MOST_ACROSS + 1) + b"</row>")
BOMBS: dict[str, tuple[bytes, str]] = {
    "a row of empty cells": (WIDE, "a row of more than 16,384 cells"),
    "such a row in another encoding": (recoded(WIDE, "utf-16"), "a row of more than 16,384 cells"),
    "such a row in an encoding that few can read": (recoded(WIDE, "cp037"), "something in it is damaged"),
    "cells far to the right": (
        with_rows(GOOD, b"".join(b'<row><c r="XFD%d"/></row>' % number for number in range(3, 260))),
        "more than 4,000,000 cells, empty ones counted",
    ),
    "empty rows of several sheets": (
        with_rows(THREE, b'<row r="%d"/>' % (ROWS_A_LINE * MOST_LINES // 2)),
        "more than 20,000 rows, empty ones counted",
    ),
    "sheets": (
        repacked(GOOD, lambda _, part: part.replace(b"<sheets>", b"<sheets>" + b"<sheet/>" * MOST_SHEETS)),
        "more than 100 sheets",
    ),
    "texts that no cell shows": (
        repacked(
            GOOD, lambda _, part: part,
            **{"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * ELEMENTS_A_LINE * MOST_LINES + b"</sst>"},
        ),
        "far more in it than 2,000 lines need",
    ),
    "empty rows": (with_rows(GOOD, b"<row/>" * ELEMENTS_A_LINE * MOST_LINES), "far more in it than 2,000 lines need"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize(
    "read", [lambda data: sheets(data, most=MOST_LINES), lambda data: lines(data, "file")], ids=["a tool", "a list"]
)
def test_fault_29_a_bomb_gets_a_sentence(data: bytes, sentence: str, read: Callable[[bytes], object]) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)
    assert sentence in refusal.value.sentence


def test_what_a_spreadsheet_program_leaves_behind_is_read() -> None:
    """Formatted cells as far as a sheet goes to the right, a few of them; rows without anything below."""
    left = b"<row>" + b'<c s="1"/>' * MOST_ACROSS + b"</row>" + b"<row/>" * 1_000
    [found] = sheets(with_rows(GOOD, left), most=MOST_LINES)
    assert list(found.rows) == [(2, ["C1", "good"])]
