"""The sheet as an Excel workbook: just what the sheet shows, in text that stays text, for whoever may see it."""

import base64
import tempfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import from_excel

from sandbox.sheets import Look
from sandbox.slack.shapes import Obj, obj
from sheets import workbook
from sheets.workbook import CELL_LIMIT
from tests.kit import counted, pressing
from tests.kit.looking import entries
from tests.kit.managing import cycle
from tests.kit.play import Play
from tests.kit.sheet_talk import COORDINATOR, asked, told
from tests.sheet.boards import answers, board, full, judged
from tests.sheet.conftest import Sheet

RISKY = ("=1+1", "+44 is how it began", "-1", "@SUM(A1)", "#N/A", '=HYPERLINK("http://x")', "1234", "TRUE")  # fmt: skip


Rows = list[list[object]]


def cells(book: Workbook) -> dict[str, Rows]:
    """What each tab of a workbook shows; formulas would show as such."""
    return {sheet.title: [trimmed([cell.value for cell in row]) for row in sheet.iter_rows()] for sheet in book}


def shown(look: Look) -> dict[str, Rows]:
    """What each tab of a sheet shows, without the two hidden columns; an empty cell is None."""
    return {
        tab.title: [
            trimmed([_value(tab.cell(row, column)) for column in range(2, tab.column_count)])
            for row in range(len(look.grid(tab.title)))
        ]
        for tab in look.book.sheets
    }


def trimmed(row: list[object]) -> list[object]:
    """Without the empty cells at its end."""
    return row[: max((place for place, value in enumerate(row, 1) if value is not None), default=0)]


def _value(cell: Obj) -> object:
    """What a cell holds, days and times as Excel has them too."""
    value = next(iter(obj(cell.get("userEnteredValue")).values()), None)
    kind = obj(obj(cell.get("userEnteredFormat")).get("numberFormat")).get("type")
    return from_excel(value) if kind and isinstance(value, int | float) else value


def readable(rows: Rows) -> Rows:
    """Without what is true of a sheet only, or of a file only."""
    apart = ("What this is", "Last sync", "Generation", "Pending", "Who can open it", "As of", "Trail")
    return [row for row in rows if row[0] not in apart]


def test_cell_by_cell_it_is_what_the_sheet_shows(sheet: Sheet) -> None:
    written = {f"T2-EAST-01 {short}": answers(voice=text, learning=text, went_well=text)
               for short, text in zip(("CSC", "Education", "Health"), RISKY, strict=False)}  # fmt: skip
    first = board(4, 3, written)
    described = replace(first.cycle, title="@SUM(A1)", theme=RISKY[0], origin="'+44", period="-1")
    for whole in (replace(first, cycle=described), judged(full(6, 3), "T2-EAST-01"), counted.board()):
        key = sheet.drive.create_spreadsheet("One", share_with=(sheet.client.address,))
        Sheet(sheet.client, sheet.drive, key).draw(whole)
        drawn = shown(sheet.drive.spreadsheet(key))
        del drawn["Sheet1"]
        file = load_workbook(BytesIO(workbook.written(workbook.tabs(whole, ()))))
        found = cells(file)
        assert list(found) == list(drawn)
        for title, rows in found.items():
            assert (title, readable(rows)) == (title, readable(drawn[title]))
        assert not [cell for one in file.worksheets for row in one.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("text", RISKY)
def test_text_stays_text_also_once_somebody_edits_the_cell(text: str) -> None:
    drawn = workbook.tabs(board(1, 1, {"T2-EAST-01 CSC": answers(voice=text)}), ())
    [cell] = [cell for row in load_workbook(BytesIO(workbook.written(drawn)))["Returns"].iter_rows() for cell in row
              if cell.value == text]  # fmt: skip
    assert (cell.data_type, cell.quotePrefix) == ("s", text[0] in "=+-@")


def test_text_that_excel_would_take_for_a_character_s_number_stays() -> None:
    drawn = workbook.tabs(board(1, 1, {"T2-EAST-01 CSC": answers(voice="_x003D_1+1")}), ())
    with ZipFile(BytesIO(workbook.written(drawn))) as parts:
        assert any(b">_x005F_x003D_1+1<" in parts.read(name) for name in parts.namelist())


def test_what_excel_can_t_hold_in_a_cell_says_where_the_rest_is() -> None:
    drawn = workbook.tabs(board(1, 1, {"T2-EAST-01 CSC": answers(voice="é😀" * 15_000)}), ())
    found = [str(cell.value) for row in load_workbook(BytesIO(workbook.written(drawn)))["Returns"].iter_rows()
             for cell in row if "😀" in str(cell.value)]  # fmt: skip
    assert len(found[0].encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert found[0].endswith("the whole text is in Slack]")


def test_colours_and_the_chart_come_along_and_nothing_was_in_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    drawn = workbook.tabs(full(6, 3), ())
    book = load_workbook(BytesIO(workbook.written(drawn)))
    rules = [rule for area in book["Status"].conditional_formatting for rule in area.rules]
    assert '"Inadequate"' in [formula for rule in rules for formula in rule.formula]
    assert book["Returns"].freeze_panes == "C2"
    with ZipFile(BytesIO(workbook.written(drawn))) as parts:
        assert len([name for name in parts.namelist() if "charts/chart" in name]) == 2


def test_a_coordinator_gets_it_by_direct_message_and_the_server_as_a_file(drawn: Play, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    assert "holds what the sheet of audit 2 shows, in 7 tabs" in asked(drawn, "sheet", "export", "2", str(path))
    assert (path.stat().st_mode & 0o777, [one.name for one in tmp_path.glob("*sheet*")]) == (0o600, ["sheet.xlsx"])
    before = path.read_bytes()
    with pytest.raises(Exception, match="already exists"):
        asked(drawn, "sheet", "export", "2", str(path))
    with pytest.raises(Exception, match="can't be written: No such file or directory"):
        asked(drawn, "sheet", "export", "2", str(tmp_path / "nowhere" / "sheet.xlsx"))
    assert path.read_bytes() == before

    for _ in range(2):  # pressed twice
        assert pressing.asked(drawn, COORDINATOR, "sheet.export", cycle(drawn).id).ok
    drawn.settled()
    [message] = told(drawn, "as an Excel workbook")
    [file] = [one for one in drawn.workspace.files.values() if one.name.endswith(".xlsx")]
    assert (file.name, file.id in str(message)) == ("audit-2-sheet-2026-03-04.xlsx", True)
    by_message = cells(load_workbook(BytesIO(base64.b64decode(file.data))))
    on_disk = cells(load_workbook(path))
    assert readable(by_message["Read me"]) == readable(on_disk["Read me"])
    assert {title: rows for title, rows in by_message.items() if title != "Read me"} == {
        title: rows for title, rows in on_disk.items() if title != "Read me"
    }
    recorded = [(entry.actor, entry.detail) for entry in entries(drawn.sessions, "sheet.export")]
    assert recorded[0] == ("Roundtable", "with reflections")
    assert recorded[-1] == ("Coordinator", "with reflections")
    drawn.move_clock(drawn.settings.clock.now() + timedelta(minutes=1))
    assert pressing.asked(drawn, COORDINATOR, "sheet.export", cycle(drawn).id).ok
    drawn.settled()
    assert len(told(drawn, "as an Excel workbook")) == 2
