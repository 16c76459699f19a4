"""What becomes of all that hangs on cells: metadata, filters, charts, formats, protection."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sheets import BOT, Drive, Look
from sandbox.sheets.errors import Refused
from sandbox.sheets.render import spreadsheet
from tests.sandbox_sheets.asking import area, block, columns, hangings, rows, tag, tags
from tests.sandbox_sheets.discovery import problems

Asked = Callable[..., list[dict[str, Any]]]


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
        return [tuple(one[name] for name in area(0, 0, 0, 0)) for one in found]

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


def test_conditional_formats_colour_cells(asked: Asked, look: Callable[[], Look]) -> None:
    asked(block(["good", 1], ["inadequate", 5], ["", 9]))

    def rule(kind: str, value: str, red: float, column: int) -> dict[str, Any]:
        condition = {"type": kind} | ({"values": [{"userEnteredValue": value}]} if value else {})
        look_ = {"backgroundColor": {"red": red}}
        made = {"ranges": [area(0, 3, column, column + 1)], "booleanRule": {"condition": condition, "format": look_}}
        return {"addConditionalFormatRule": {"rule": made, "index": 0}}

    asked(rule("TEXT_EQ", '="goo"&"d"', 0.2, 0), rule("NUMBER_GREATER", "4", 0.4, 1), rule("BLANK", "", 0.6, 0))
    assert [look().colour("Sheet1", row, 0) for row in range(3)] == [(0.2, 0, 0), None, (0.6, 0, 0)]
    assert [look().colour("Sheet1", row, 1) for row in range(3)] == [None, (0.4, 0, 0), (0.4, 0, 0)]
    asked(rule("CUSTOM_FORMULA", '=$A1="inadequate"', 1, 1))
    assert look().colour("Sheet1", 1, 1) == (1, 0, 0)
    old = asked({"updateConditionalFormatRule": {"index": 0, "newIndex": 3, "sheetId": 0}})[0]
    assert old["updateConditionalFormatRule"]["newIndex"] == 3
    assert look().colour("Sheet1", 1, 1) == (0.4, 0, 0)
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
    drive.batch_update(key, [request_], BOT)
    assert problems("Spreadsheet", spreadsheet(drive.files[key].book, {}, None, grid=True)) == []
