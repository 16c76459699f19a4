"""Tables, as Google's API has them: what is answered of them, what they refuse, and how they go along."""

from collections.abc import Callable
from typing import Any

import gspread
import pytest

from sandbox.sheets import Drive, Look, Person
from sandbox.sheets.errors import Refused
from tests.sandbox_sheets.asking import area, block, columns, rows

Asked = Callable[..., list[dict[str, Any]]]
LIST = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Open"}]}}
DROPDOWN = {"columnIndex": 1, "columnName": "State", "columnType": "DROPDOWN", "dataValidationRule": LIST}
WHOLE = area(0, 3, 0, 3)


def add(name: str = "Cases", where: dict[str, int] = WHOLE, *known: dict[str, Any]) -> dict[str, Any]:
    return {"addTable": {"table": {"name": name, "range": where, "columnProperties": [*known]}}}


@pytest.fixture
def table(asked: Asked) -> str:
    filled = block(["Case", "State", ""], ["a", "Open", 1], ["b", "x", 2])
    return str(asked(filled, add("Cases", WHOLE, DROPDOWN))[1]["addTable"]["table"]["tableId"])


def known(look: Look) -> dict[str, Any]:
    return dict(look.sheet("Sheet1").lists["tables"][0])


def names(look: Look) -> list[str]:
    return [one["columnName"] for one in known(look)["columnProperties"]]


def test_a_table_is_answered_with_its_columns_and_among_the_alternating_colours(
    book: gspread.Spreadsheet, asked: Asked, table: str, look: Callable[[], Look]
) -> None:
    [sheet] = book.fetch_sheet_metadata()["sheets"]
    assert sheet["tables"] == [
        {
            "tableId": table,
            "name": "Cases",
            "range": WHOLE,
            "columnProperties": [
                {"columnName": "Case"},
                DROPDOWN,
                {"columnIndex": 2, "columnName": "Column 3"},
            ],
        }
    ]
    assert [one["bandedRangeId"] for one in sheet["bandedRanges"]] == [int(table)]
    without = book.fetch_sheet_metadata({"excludeTablesInBandedRanges": "true"})
    assert "bandedRanges" not in without["sheets"][0]
    copy = asked({"duplicateSheet": {"sourceSheetId": 0, "newSheetName": "Copy"}})[0]["duplicateSheet"]["properties"]
    [copied] = look().sheet("Copy").lists["tables"]
    assert copied["name"] != "Cases"
    assert copied["tableId"] != table
    assert copied["range"]["sheetId"] == copy["sheetId"]


def test_headers_name_columns_and_none_is_empty(asked: Asked, table: str, look: Callable[[], Look]) -> None:
    assert table
    asked(block(["Reference", "=1+1", ""]))
    assert look().grid("Sheet1")[0] == ["Reference", "Column 2", "Column 3"]
    assert names(look()) == ["Reference", "Column 2", "Column 3"]
    asked({"insertDimension": {"range": columns(1, 2)}})
    assert names(look()) == ["Reference", "Column 4", "Column 2", "Column 3"]
    assert known(look())["columnProperties"][2] == DROPDOWN | {"columnIndex": 2, "columnName": "Column 2"}


def test_a_table_goes_along(asked: Asked, table: str, look: Callable[[], Look]) -> None:
    asked({"insertDimension": {"range": rows(0, 1)}}, {"insertDimension": {"range": rows(2, 4)}})
    assert known(look())["range"] == area(1, 6, 0, 3)
    asked({"insertDimension": {"range": rows(6, 7)}}, {"deleteDimension": {"range": rows(2, 4)}})
    assert known(look())["range"] == area(1, 4, 0, 3)
    cells = [{"values": [{"userEnteredValue": {"stringValue": "c"}}]}] * 2
    asked({"appendCells": {"tableId": table, "rows": cells, "fields": "userEnteredValue"}})
    assert known(look())["range"] == area(1, 6, 0, 3)
    assert [line[0] for line in look().grid("Sheet1")[1:]] == ["Case", "a", "b", "c", "c"]
    asked({"moveDimension": {"source": columns(1, 2), "destinationIndex": 0}})
    assert [one.get("columnType") for one in known(look())["columnProperties"]] == ["DROPDOWN", None, None]
    asked({"deleteDimension": {"range": columns(0, 3)}})
    assert look().sheet("Sheet1").lists["tables"] == []


def test_columns_are_replaced_as_a_whole(asked: Asked, table: str, look: Callable[[], Look]) -> None:
    fresh = [{"columnName": "Done", "columnType": "BOOLEAN"}]
    asked({"updateTable": {"table": {"tableId": table, "columnProperties": fresh}, "fields": "columnProperties"}})
    assert known(look())["columnProperties"] == [
        {"columnName": "Done", "columnType": "BOOLEAN"},
        {"columnIndex": 1, "columnName": "State"},
        {"columnIndex": 2, "columnName": "Column 3"},
    ]
    assert [line[0] for line in look().grid("Sheet1")] == ["Done", "FALSE", "FALSE"]
    asked({"updateTable": {"table": {"tableId": table, "name": "Mine"}, "fields": "name"}})
    assert known(look())["name"] == "Mine"


def test_a_deleted_table_takes_its_cells_and_rules_along(asked: Asked, table: str, look: Callable[[], Look]) -> None:
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": "x"}]}
    rule = {"ranges": [WHOLE], "booleanRule": {"condition": condition, "format": {"backgroundColor": {"red": 1}}}}
    asked({"addConditionalFormatRule": {"rule": rule}}, {"deleteTable": {"tableId": table}})
    assert look().grid("Sheet1") == []
    assert look().sheet("Sheet1").lists["conditionalFormats"] == []


BANDED = "You cannot add alternating background colors to a range that already has alternating background colors."
NUMBERS = {"userEnteredFormat": {"numberFormat": {"type": "DATE"}}}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (add("cases", area(5, 7, 0, 2)), 'addTable: A table with the name "cases" already exists.'),
        (add("Other", area(2, 7, 0, 2)), "addTable: A table can't overlap another table."),
        (
            add("Other", area(5, 7, 0, 2), {"columnType": "DROPDOWN"}),
            "addTable: Condition must be set for dropdown column type.",
        ),
        (
            add("Other", area(5, 7, 0, 2), {"columnType": "DATE", "dataValidationRule": LIST}),
            "addTable: Cannot set condition for non-dropdown column type.",
        ),
        (
            {"setBasicFilter": {"filter": {"range": area(0, 9, 0, 3)}}},
            "setBasicFilter: You can't apply a filter to a range that partially intersects a table.",
        ),
        (
            {"addFilterView": {"filter": {"title": "v", "range": area(0, 9, 0, 3)}}},
            "addFilterView: You can't apply a filter to a range that partially intersects a table.",
        ),
        (
            {"addBanding": {"bandedRange": {"range": area(2, 9, 0, 1), "rowProperties": {}}}},
            f"addBanding: {BANDED}",
        ),
        (
            {"setDataValidation": {"range": area(1, 2, 1, 2)}},
            "setDataValidation: This operation is not allowed on cells in typed columns.",
        ),
        (
            {"repeatCell": {"range": area(1, 9, 0, 3), "cell": NUMBERS, "fields": "userEnteredFormat.numberFormat"}},
            "repeatCell: This operation is not allowed on cells in typed columns.",
        ),
        (
            {"mergeCells": {"range": area(2, 5, 0, 1), "mergeType": "MERGE_ALL"}},
            "mergeCells: You can't merge cells in a table.",
        ),
        ({"deleteTable": {"tableId": "9"}}, "deleteTable: No table with id: 9"),
    ],
)
def test_refusals(asked: Asked, table: str, *, request_: dict[str, Any], message: str) -> None:
    assert table
    with pytest.raises(Refused, match="Invalid requests") as refused:
        asked(request_)
    assert refused.value.message == f"Invalid requests[0].{message}"


def test_what_untyped_columns_and_headers_of_tables_take(asked: Asked, table: str, look: Callable[[], Look]) -> None:
    for where in (area(1, 3, 0, 1), area(0, 1, 0, 3)):
        asked({"repeatCell": {"range": where, "cell": NUMBERS, "fields": "userEnteredFormat.numberFormat"}})
    asked({"setBasicFilter": {"filter": {"tableId": table}}})
    basic = look().sheet("Sheet1").basic_filter
    assert basic is not None
    assert basic["range"] == WHOLE


def test_a_person_converts_a_range_and_back(drive: Drive, key: str, person: Person) -> None:
    person.paste("Sheet1", "A1", [["Case", "Due", ""], ["a", "31/12/2025", "x"], ["b", "1/1/2026", "y"]])
    person.convert_to_table("Sheet1", "A1:C3", {"C": "DROPDOWN"})
    assert [one.get("columnType") for one in known(drive.spreadsheet(key))["columnProperties"]] == [
        None,
        "DATE",
        "DROPDOWN",
    ]
    person.convert_to_cells("Sheet1")
    assert person.tab("Sheet1").lists["tables"] == []
    assert drive.spreadsheet(key).grid("Sheet1")[0] == ["Case", "Due", "Column 1"]
