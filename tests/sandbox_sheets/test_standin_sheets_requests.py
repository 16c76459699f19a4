"""What each family of batchUpdate requests does to cells, and to everything that hangs on them."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sheets import BOT, Drive, Look
from sandbox.sheets.errors import Refused
from tests.sandbox_sheets.discovery import problems

Asked = Callable[..., list[dict[str, Any]]]


def block(*rows: list[str | float]) -> dict[str, Any]:
    def value(one: str | float) -> dict[str, Any]:
        kind = "numberValue" if isinstance(one, int | float) else "formulaValue" if one[:1] == "=" else "stringValue"
        return {"userEnteredValue": {kind: one}}

    cells = [{"values": [value(one) for one in row]} for row in rows]
    return {"updateCells": {"start": {}, "rows": cells, "fields": "userEnteredValue"}}


def rows(start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def columns(start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}


def area(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


def tag(where: dict[str, Any], value: str) -> dict[str, Any]:
    location = {"dimensionRange": where}
    made = {"metadataKey": "k", "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


@pytest.fixture
def look(drive: Drive, key: str) -> Callable[[], Look]:
    return lambda: drive.spreadsheet(key)


def tags(look: Look) -> dict[str, int]:
    return {
        one["metadataValue"]: one["location"]["dimensionRange"]["startIndex"] for one in look.book.metadata.values()
    }


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


def hangings() -> list[dict[str, Any]]:
    """One of everything that hangs on A2:C4."""
    where = area(1, 4, 0, 3)
    source = {"sourceRange": {"sources": [area(1, 4, 1, 2)]}}
    chart = {"basicChart": {"chartType": "COLUMN", "stackedType": "STACKED", "series": [{"series": source}]}}
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": "x"}]}
    rule = {"ranges": [where], "booleanRule": {"condition": condition, "format": {"backgroundColor": {"red": 1}}}}
    return [
        {"addProtectedRange": {"protectedRange": {"range": where, "warningOnly": True}}},
        {"addFilterView": {"filter": {"title": "v", "range": where, "criteria": {"1": {"hiddenValues": ["x"]}}}}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"addChart": {"chart": {"spec": chart, "position": {"overlayPosition": {"anchorCell": {"rowIndex": 6}}}}}},
        {"addBanding": {"bandedRange": {"range": where, "rowProperties": {"firstBandColor": {"red": 1}}}}},
        {"addNamedRange": {"namedRange": {"name": "n", "range": where}}},
        {"mergeCells": {"range": area(1, 3, 2, 3), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": where}}},
    ]


def test_what_hangs_on_cells_goes_along_and_answers_fit_googles_schema(asked: Asked, look: Callable[[], Look]) -> None:
    for reply in asked(*hangings()):
        assert problems("Response", reply) == []

    def extents() -> list[tuple[int, int, int, int]]:
        sheet = look().sheet("Sheet1")
        found = [
            sheet.lists["protectedRanges"][0]["range"],
            sheet.lists["filterViews"][0]["range"],
            sheet.lists["conditionalFormats"][0]["ranges"][0],
            sheet.lists["bandedRanges"][0]["range"],
            look().book.named_ranges[0]["range"],
            (sheet.basic_filter or {})["range"],
        ]
        return [tuple(one[name] for name in area(0, 0, 0, 0)) for one in found]  # type: ignore[misc]

    asked({"insertDimension": {"range": rows(0, 2)}}, {"insertDimension": {"range": columns(1, 2)}})
    assert set(extents()) == {(3, 6, 0, 4)}
    sheet = look().sheet("Sheet1")
    assert sheet.lists["merges"] == [area(3, 5, 3, 4)]
    assert sheet.lists["filterViews"][0]["criteria"].keys() == {"2"}
    chart = sheet.lists["charts"][0]
    assert chart["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 8
    assert chart["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"] == [area(3, 6, 2, 3)]
    asked({"deleteDimension": {"range": rows(4, 5)}})
    assert set(extents()) == {(3, 5, 0, 4)}
    assert look().sheet("Sheet1").lists["merges"] == []
    asked({"deleteDimension": {"range": rows(0, 10)}})
    assert all(not values for name, values in look().sheet("Sheet1").lists.items() if name != "charts")
    assert look().sheet("Sheet1").basic_filter is None
    assert look().book.named_ranges == []


def test_metadata_follows_rows_and_columns_but_not_a_sort(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["b"], ["c"], ["a"]), tag(rows(0, 1), "r0"), tag(rows(2, 3), "r2"), tag(columns(1, 2), "c1"))
    asked({"sortRange": {"range": area(0, 3, 0, 1), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}})
    assert look().grid("Sheet1") == [["a"], ["b"], ["c"]]
    assert tags(look()) == {"r0": 0, "r2": 2, "c1": 1}
    asked({"moveDimension": {"source": rows(2, 3), "destinationIndex": 0}})
    assert look().grid("Sheet1") == [["c"], ["a"], ["b"]]
    assert tags(look()) == {"r0": 1, "r2": 0, "c1": 1}
    asked({"insertDimension": {"range": columns(0, 3)}}, {"deleteDimension": {"range": rows(1, 2)}})
    assert tags(look()) == {"r2": 0, "c1": 4}
    asked({"moveDimension": {"source": columns(3, 4), "destinationIndex": 10}})
    assert tags(look())["c1"] == 3


def test_metadata_is_found_changed_and_deleted(asked: Asked, look: Callable[[], Look]) -> None:
    asked(tag(rows(0, 1), "one"), tag(rows(1, 2), "two"))
    wanted = {"developerMetadataLookup": {"metadataKey": "k", "metadataValue": "one"}}
    changed = {"developerMetadata": {"metadataValue": "1"}, "dataFilters": [wanted], "fields": "metadataValue"}
    asked({"updateDeveloperMetadata": changed})
    assert set(tags(look())) == {"1", "two"}
    asked({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"locationType": "ROW"}}}})
    assert tags(look()) == {}
    with pytest.raises(Refused, match="single row or column"):
        asked(tag(rows(0, 2), "wide"))


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


def test_conditional_formats_colour_cells(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["good", 1], ["inadequate", 5], ["", 9]))

    def rule(kind: str, value: str, red: float, column: int) -> dict[str, Any]:
        condition = {"type": kind} | ({"values": [{"userEnteredValue": value}]} if value else {})
        look_ = {"backgroundColor": {"red": red}}
        made = {"ranges": [area(0, 3, column, column + 1)], "booleanRule": {"condition": condition, "format": look_}}
        return {"addConditionalFormatRule": {"rule": made, "index": 0}}

    asked(rule("TEXT_EQ", "good", 0.25, 0), rule("NUMBER_GREATER", "4", 0.5, 1), rule("BLANK", "", 0.75, 0))
    assert [look().colour("Sheet1", row, 0) for row in range(3)] == [(0.25, 0, 0), None, (0.75, 0, 0)]
    assert [look().colour("Sheet1", row, 1) for row in range(3)] == [None, (0.5, 0, 0), (0.5, 0, 0)]
    asked(rule("CUSTOM_FORMULA", '=$A1="inadequate"', 1, 1))
    assert look().colour("Sheet1", 1, 1) == (1, 0, 0)
    old = asked({"updateConditionalFormatRule": {"index": 0, "newIndex": 3, "sheetId": 0}})[0]
    assert old["updateConditionalFormatRule"]["newIndex"] == 3
    assert look().colour("Sheet1", 1, 1) == (0.5, 0, 0)
    asked({"deleteConditionalFormatRule": {"index": 0, "sheetId": 0}})
    with pytest.raises(Refused, match="No conditional format on sheet: 0 at index: 9"):
        asked({"deleteConditionalFormatRule": {"index": 9, "sheetId": 0}})


def test_charts_know_their_series(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["grade", "East", "North"], ["good", 2, 3], ["other", 1, 0]))

    def data(column: int) -> dict[str, Any]:
        return {"sourceRange": {"sources": [area(0, 3, column, column + 1)]}}

    series = [{"series": data(column), "targetAxis": "LEFT_AXIS"} for column in (1, 2)]
    basic = {"chartType": "COLUMN", "headerCount": 1, "domains": [{"domain": data(0)}], "series": series}
    position = {"overlayPosition": {"anchorCell": {"columnIndex": 5}}}
    made = asked({"addChart": {"chart": {"chartId": 77, "spec": {"basicChart": basic}, "position": position}}})
    assert made[0]["addChart"]["chart"]["chartId"] == 77
    assert [(one.name, one.values, one.categories) for one in look().charts("Sheet1")[0][1]] == [
        ("East", [2, 1], ["good", "other"]),
        ("North", [3, 0], ["good", "other"]),
    ]
    asked(
        {"updateChartSpec": {"chartId": 77, "spec": {"title": "T", "basicChart": basic}}},
        {"updateEmbeddedObjectPosition": {"objectId": 77, "newPosition": position, "fields": "*"}},
        {"deleteEmbeddedObject": {"objectId": 77}},
    )
    assert look().charts("Sheet1") == []


def test_filters_hide_rows(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["n"], [1], [5], [9]))
    condition = {"type": "NUMBER_LESS", "values": [{"userEnteredValue": "6"}]}
    filter_ = {"range": area(0, 4, 0, 1), "criteria": {"0": {"condition": condition, "hiddenValues": ["1"]}}}
    asked({"setBasicFilter": {"filter": filter_}})
    assert look().hidden("Sheet1", "ROWS") == [1, 3]
    asked({"clearBasicFilter": {"sheetId": 0}})
    assert look().hidden("Sheet1", "ROWS") == []


def test_protection_holds_for_others_than_the_owner_and_the_editors(drive: Drive, key: str, asked: Asked) -> None:
    write = block(["x"])
    owner = drive.files[key].owner
    protect = {"addProtectedRange": {"protectedRange": {"range": area(0, 1, 0, 1)}}}
    made = drive.batch_update(key, [protect], owner)[0]["addProtectedRange"]["protectedRange"]
    with pytest.raises(Refused, match="trying to edit a protected cell"):
        asked(write)
    drive.batch_update(key, [write], owner)
    softer = {"protectedRangeId": made["protectedRangeId"], "warningOnly": True}
    drive.batch_update(key, [{"updateProtectedRange": {"protectedRange": softer, "fields": "warningOnly"}}], owner)
    asked(write)


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
    with pytest.raises(Refused, match="You can't freeze all visible rows on the sheet"):
        frozen = {"gridProperties": {"frozenRowCount": 1}}
        asked({"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}})
    asked({"appendCells": {"sheetId": 0, "rows": [{"values": [{"note": "n"}]}], "fields": "note"}})
    assert look().sheet("Sheet1").row_count == 2


def test_a_duplicate_is_a_tab_of_its_own(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["a"]), *hangings())
    reply = asked(
        {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 9, "newSheetName": "Twin", "insertSheetIndex": 1}}
    )
    assert problems("Response", reply[0]) == []
    twin = look().sheet("Twin")
    assert twin.lists["conditionalFormats"][0]["ranges"][0]["sheetId"] == 9
    assert twin.lists["charts"][0]["chartId"] != look().sheet("Sheet1").lists["charts"][0]["chartId"]
    asked({"insertDimension": {"range": rows(0, 1, 9)}})
    assert look().grid("Sheet1") == [["a"]]
    assert look().grid("Twin") == [[""], ["a"]]


@pytest.mark.parametrize("request_", hangings(), ids=lambda one: next(iter(one)))
def test_every_thing_that_hangs_is_also_answered_in_googles_shape(
    drive: Drive, key: str, request_: dict[str, Any]
) -> None:
    from sandbox.sheets.render import spreadsheet

    drive.batch_update(key, [request_], BOT)
    assert problems("Spreadsheet", spreadsheet(drive.files[key].book, {}, None, grid=True)) == []
