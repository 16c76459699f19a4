"""A workbook has literal text whatever it says, all of a long one, and times as London has them."""

import tempfile
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest

from views.workbooks import WorkbookTab, xlsx

ROWS = [
    ("=1+1", 5, None), ("#N/A", True, datetime(2026, 7, 1, 9, tzinfo=UTC)), ("a\x00b\x0b", None, None),
    ("-1", None, None),
]  # fmt: skip


@pytest.mark.parametrize("width", [10, 60])  # a tab that is broken into lines, and one that isn't
@pytest.mark.parametrize("head", [("text", "other", "at"), ()])
def test_what_is_written_is_read_and_was_in_no_other_file(
    width: int, head: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    long = "x\U0001f600" * 20_000
    book = openpyxl.load_workbook(
        BytesIO(xlsx("Title", [WorkbookTab("Tab", head, [*ROWS, (long, 1, None)], (width, 9, 9))]))
    )
    [*rows] = book["Tab"].iter_rows(min_row=2 if head else 1)
    told = [(row[0].value, row[0].data_type, row[0].quotePrefix) for row in rows[:4]]
    assert told == [("=1+1", "s", True), ("#N/A", "s", False), ("ab", "s", False), ("-1", "s", True)]
    assert rows[1][2].value == datetime(2026, 7, 1, 10)  # noqa: DTZ001  # a workbook knows no zones
    assert "".join(str(row[0].value) for row in rows[4:]) == long
    assert [row[1].value for row in rows] == [5, True, None, None, 1, None, None]
    assert all(len(str(row[0].value).encode("utf-16-le")) <= 2 * 32_767 for row in rows)
