"""What the requests that move and change cells do."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sheets import Look
from sandbox.sheets.errors import Refused
from tests.sandbox_sheets.asking import area, block, columns, rows, tag, tags

Asked = Callable[..., list[dict[str, Any]]]


def test_text_that_begins_like_a_formula_stays_text(asked: Asked, look: Callable[[], Look]) -> None:
    cell = {"userEnteredValue": {"stringValue": "=1+1"}}
    asked({"updateCells": {"start": {}, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    assert look().grid("Sheet1") == [["=1+1"]]


def test_a_range_that_is_written_in_part_is_cleared_in_the_rest(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a", "b"], ["c", "d"]))
    only = [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}]
    asked({"updateCells": {"range": area(0, 2, 0, 2), "rows": only, "fields": "userEnteredValue"}})
    assert look().grid("Sheet1") == [["x"]]
    with pytest.raises(Refused, match="beyond the last requested row of: 0"):
        asked({"updateCells": {"range": area(0, 1, 0, 2), "rows": [*only, *only], "fields": "userEnteredValue"}})


def test_formats_are_set_apart_from_values(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a"]))
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    asked({"repeatCell": {"range": area(0, 1, 0, 1), "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}})
    red = {"userEnteredFormat": {"backgroundColor": {"red": 1 / 3}}}
    asked({"repeatCell": {"range": area(0, 1, 0, 1), "cell": red, "fields": "userEnteredFormat(backgroundColor)"}})
    cell = look().sheet("Sheet1").cell(0, 0)
    assert cell["userEnteredValue"] == {"stringValue": "a"}
    assert cell["userEnteredFormat"] == {
        "textFormat": {"bold": True},
        "backgroundColor": {"red": 0.33333334},
        "backgroundColorStyle": {"rgbColor": {"red": 0.33333334}},
    }
    asked({"repeatCell": {"range": area(0, 1, 0, 1), "cell": {}, "fields": "userEnteredFormat"}})
    assert "userEnteredFormat" not in look().sheet("Sheet1").cell(0, 0)


def test_hidden_rows_move_with_rows_and_stay_in_a_sort(asked: Asked, look: Callable[[], Look]) -> None:
    hide = {
        "range": rows(1, 2),
        "properties": {"hiddenByUser": True, "pixelSize": 40},
        "fields": "hiddenByUser,pixelSize",
    }
    asked(block([2], [1]), {"updateDimensionProperties": hide})
    asked({"sortRange": {"range": area(0, 2, 0, 1), "sortSpecs": [{"dimensionIndex": 0}]}})
    assert look().hidden("Sheet1", "ROWS") == [1]
    asked({"insertDimension": {"range": rows(0, 1)}})
    assert look().hidden("Sheet1", "ROWS") == [2]


def test_formulas_follow_and_break(asked: Asked, look: Callable[[], Look]) -> None:
    asked({"addSheet": {"properties": {"title": "It's", "sheetId": 5}}})
    asked(
        block([1, 2], ["=A1+B1", "=SUM(A$1:B1)"], ["='It''s'!A1", "=NOPE(1)"], ["=1/0", '=HYPERLINK("http://x","t")'])
    )
    assert look().grid("Sheet1") == [["1", "2"], ["3", "3"], ["0", "#NAME?"], ["#DIV/0!", "t"]]
    asked({"insertDimension": {"range": rows(0, 1)}}, {"insertDimension": {"range": columns(1, 2)}})
    formulas = [look().sheet("Sheet1").cell(2, at)["userEnteredValue"]["formulaValue"] for at in (0, 2)]
    assert formulas == ["=A2+C2", "=SUM(A$2:C2)"]
    asked({"deleteDimension": {"range": columns(2, 3)}})
    assert look().sheet("Sheet1").cell(2, 0)["userEnteredValue"]["formulaValue"] == "=A2+#REF!"
    change = {"properties": {"sheetId": 5, "title": "Other"}, "fields": "title"}
    asked({"updateSheetProperties": change})
    assert look().sheet("Sheet1").cell(3, 0)["userEnteredValue"]["formulaValue"] == "=Other!A1"


def test_blocks_of_cells_move(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a", "b"], ["c", "d"]))
    asked({"insertRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}})
    assert look().grid("Sheet1") == [["", "b"], ["a", "d"], ["c", ""]]
    asked({"deleteRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}})
    asked({"copyPaste": {"source": area(0, 1, 0, 2), "destination": area(4, 6, 0, 2), "pasteType": "PASTE_VALUES"}})
    asked({"cutPaste": {"source": area(0, 2, 0, 2), "destination": {"rowIndex": 0, "columnIndex": 2}}})
    assert look().grid("Sheet1")[:2] == [["", "", "a", "b"], ["", "", "c", "d"]]
    assert look().grid("Sheet1")[4:] == [["a", "b", "", ""]] * 2
    turned = {"source": area(0, 2, 2, 4), "destination": area(9, 10, 0, 1), "pasteOrientation": "TRANSPOSE"}
    asked({"copyPaste": turned})
    assert look().grid("Sheet1")[9:] == [["a", "c", "", ""], ["b", "d", "", ""]]


def test_texts_are_found_trimmed_split_pasted(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block([" a  b "], ["x,y"], ["Ax"], ["ax"], ["AX"]))
    found = asked(
        {"trimWhitespace": {"range": area(0, 1, 0, 1)}},
        {"textToColumns": {"source": area(1, 2, 0, 1), "delimiterType": "COMMA"}},
        {"findReplace": {"find": "a", "replacement": "o", "sheetId": 0, "matchCase": True}},
        {"deleteDuplicates": {"range": area(2, 5, 0, 1)}},
        {"pasteData": {"coordinate": {"rowIndex": 5}, "data": "1;2\n3", "delimiter": ";"}},
    )
    assert found[0] == {"trimWhitespace": {"cellsChangedCount": 1}}
    assert found[2]["findReplace"]["occurrencesChanged"] == 2
    assert found[3] == {"deleteDuplicates": {"duplicatesRemovedCount": 1}}
    assert look().grid("Sheet1") == [["o b", ""], ["x", "y"], ["Ax", ""], ["ox", ""], ["", ""], ["1", "2"], ["3", ""]]


def test_merged_cells_hide_what_is_written_behind_them(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a", "b"]), {"mergeCells": {"range": area(0, 1, 0, 2), "mergeType": "MERGE_ALL"}})
    asked(block(["c", "d"]))
    assert look().grid("Sheet1") == [["c"]]
    with pytest.raises(Refused, match="select all cells in a merged range"):
        asked({"unmergeCells": {"range": area(0, 1, 0, 1)}})
    with pytest.raises(Refused, match="merged cells"):
        asked({"sortRange": {"range": area(0, 2, 0, 2), "sortSpecs": [{"dimensionIndex": 0}]}})


def test_grids_shrink_and_freeze(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a", "b"], ["c", "d"]), tag(rows(1, 2), "gone"))
    grid = {
        "properties": {"gridProperties": {"rowCount": 1, "columnCount": 1}},
        "fields": "gridProperties(rowCount,columnCount)",
    }
    asked({"updateSheetProperties": grid})
    assert look().grid("Sheet1") == [["a"]]
    assert tags(look()) == {}
    frozen = {"properties": {"gridProperties": {"frozenRowCount": 1}}, "fields": "gridProperties.frozenRowCount"}
    with pytest.raises(Refused, match="You can't freeze all visible rows on the sheet"):
        asked({"updateSheetProperties": frozen})
    asked({"appendCells": {"sheetId": 0, "rows": [{"values": [{"note": "n"}]}], "fields": "note"}})
    assert look().sheet("Sheet1").row_count == 2
