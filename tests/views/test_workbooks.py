"""A workbook has literal text whatever it says, all of a long one, and times as London has them."""

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

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


@pytest.mark.parametrize("widths", [(10,), (60,)], ids=["plain", "wrapped"])
def test_text_that_excel_would_take_for_a_character_s_number_stays(widths: tuple[int, ...]) -> None:
    made = xlsx("T", [WorkbookTab("T", ("text",), [("_x003D_1+1",)], widths)])
    with ZipFile(BytesIO(made)) as parts:
        assert any(b">_x005F_x003D_1+1<" in parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("widths", [(10,), (60,)], ids=["plain", "wrapped"])
def test_text_is_no_formula_without_a_character_that_a_cell_can_t_hold(widths: tuple[int, ...]) -> None:
    made = xlsx("T", [WorkbookTab("T", ("text",), [("\x0b=1+1",)], widths)])
    cell = openpyxl.load_workbook(BytesIO(made))["T"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
