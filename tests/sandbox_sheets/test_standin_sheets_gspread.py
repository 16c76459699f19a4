"""gspread 6.2.1 in everyday use against the stand-in; every call is checked against Google's schemas (conftest)."""

import gspread
import pytest
from gspread.exceptions import APIError, SpreadsheetNotFound
from gspread.utils import (
    Dimension,
    InsertDataOption,
    MergeType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)

from sandbox.sheets import BOT, Drive, Person


def test_create_open_list_copy_share_delete(gc: gspread.Client, drive: Drive) -> None:
    drive.service_accounts_may_create = True
    made = gc.create("Board")
    assert gc.open("Board").id == gc.open_by_url(made.url).id == gc.open_by_key(made.id).id == made.id
    assert [one["name"] for one in gc.list_spreadsheet_files("Board")] == ["Board"]
    made.update_title("Board 2")
    assert [one.title for one in gc.openall()] == ["Board 2"]
    copy = gc.copy(made.id, "Copy", copy_permissions=True)
    assert (copy.title, made.locale, made.timezone) == ("Copy", "en_US", "Etc/GMT")
    made.share("lead@example.org", perm_type="user", role="writer", notify=False)
    made.share("", perm_type="anyone", role="reader")
    assert {one["type"] for one in made.list_permissions()} == {"user", "anyone"}
    assert made.remove_permissions("lead@example.org") != []
    assert made.creationTime.endswith("Z")
    gc.del_spreadsheet(made.id)
    with pytest.raises(SpreadsheetNotFound):
        gc.open_by_key(made.id)
    with pytest.raises(SpreadsheetNotFound):
        gc.open("Board 2")


def test_a_service_account_has_no_storage(gc: gspread.Client) -> None:
    with pytest.raises(APIError) as refused:
        gc.create("Board")
    assert refused.value.code == 403
    assert refused.value.response.json()["error"]["errors"][0]["reason"] == "storageQuotaExceeded"


def test_worksheets_are_added_renamed_reordered_hidden_resized_deleted(book: gspread.Spreadsheet) -> None:
    status, returns = book.add_worksheet("Status", 50, 8), book.add_worksheet("It's", 10, 3, index=0)
    assert [one.title for one in book.worksheets()] == ["It's", "Sheet1", "Status"]
    status.update_title("Status now")
    book.reorder_worksheets([book.worksheet("Status now"), book.worksheet("Sheet1"), returns])
    assert [one.title for one in book] == ["Status now", "Sheet1", "It's"]
    returns.update_index(0)
    assert book.get_worksheet(0).title == "It's"
    status.hide()
    assert [one.title for one in book.worksheets(exclude_hidden=True)] == ["It's", "Sheet1"]
    status.show()
    status.resize(5, 5)
    assert (book.worksheet("Status now").row_count, book.worksheet("Status now").col_count) == (5, 5)
    status.add_rows(2)
    status.update_tab_color("#ff0000")
    assert book.worksheet("Status now").get_tab_color() == "#FF0000"
    status.clear_tab_color()
    copy = book.duplicate_sheet(returns.id, new_sheet_name="Again")
    assert copy.title == "Again"
    moved = returns.copy_to(book.id)
    assert moved["title"] == "Copy of It's"
    book.del_worksheet(status)
    with pytest.raises(APIError, match="already exists"):
        book.add_worksheet("It's", 1, 1)


def test_values_are_written_and_read(book: gspread.Spreadsheet) -> None:
    sheet = book.add_worksheet("It's", 20, 6)
    assert sheet.get_all_values() == [[]]
    sheet.update([["case", "n", "when"], ["T2-E-1", "1,5", "=1+1"], ["T2-E-2", 2, None]], "A1")
    assert sheet.get_all_values() == [["case", "n", "when"], ["T2-E-1", "1,5", "=1+1"], ["T2-E-2", "2", ""]]
    sheet.update(
        [["10", "31/12/2025", "=B1*2", "TRUE", "50%"]], "B1:F1", value_input_option=ValueInputOption.user_entered
    )
    assert sheet.row_values(1) == ["case", "10", "31/12/2025", "20", "TRUE", "50%"]
    assert sheet.get("B1:F1", value_render_option=ValueRenderOption.unformatted) == [[10, 46022, 20, True, 0.5]]
    assert sheet.get("B1:F1", value_render_option=ValueRenderOption.formula) == [[10, 46022, "=B1*2", True, 0.5]]
    assert sheet.batch_get(["A1:A2", "B3"]) == [[["case"], ["T2-E-1"]], [["2"]]]
    assert sheet.get("A1:B3", major_dimension=Dimension.cols) == [["case", "T2-E-1", "T2-E-2"], ["10", "1,5", "2"]]
    assert sheet.col_values(1) == ["case", "T2-E-1", "T2-E-2"]
    assert sheet.acell("A2").value == "T2-E-1"
    assert sheet.get_all_records(expected_headers=["case"])[1]["case"] == "T2-E-2"


def test_batches_of_values(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    answer = sheet.batch_update([{"range": "A1:B1", "values": [["a", "b"]]}, {"range": "D4", "values": [["d"]]}])
    assert (answer["totalUpdatedCells"], answer["totalUpdatedSheets"]) == (3, 1)
    sheet.update_acell("A2", "=1+2")
    sheet.update_cell(3, 1, 5)
    cells = sheet.range("A1:B2")
    cells[1].value = "bb"
    sheet.update_cells(cells)
    assert sheet.get("A1:B3") == [["a", "bb"], ["3"], ["5"]]
    assert [cell.address for cell in sheet.findall("a")] == ["A1"]
    found = sheet.find("bb")
    assert found is not None
    assert found.address == "B1"
    sheet.batch_clear(["A1:A3", "D4"])
    assert sheet.get_all_values() == [["", "bb"]]
    sheet.clear()
    assert sheet.get_all_values() == [[]]


def test_rows_are_appended_to_the_table(book: gspread.Spreadsheet) -> None:
    sheet = book.add_worksheet("T", 4, 4)
    first = sheet.append_row(["a", "b"])
    assert "tableRange" not in first
    second = sheet.append_rows([["c", "d"], ["e", "f"]])
    assert (second["tableRange"], second["updates"]["updatedRange"]) == ("T!A1:B1", "T!A2:B3")
    sheet.append_rows([["g"], ["h"], ["i"]])
    assert sheet.get_all_values()[-1] == ["i", ""]
    assert book.worksheet("T").row_count == 6
    sheet.append_row(["x"], table_range="A1", insert_data_option=InsertDataOption.insert_rows)
    assert book.worksheet("T").row_count >= 6


def test_rows_and_columns_come_and_go(book: gspread.Spreadsheet) -> None:
    sheet = book.sheet1
    sheet.update([["a", "b"], ["c", "=A1"]], "A1", raw=False)
    sheet.insert_row(["new", "row"], 1)
    assert sheet.get_all_values() == [["new", "row"], ["a", "b"], ["c", "a"]]
    assert sheet.acell("B3", value_render_option=ValueRenderOption.formula).value == "=A2"
    sheet.insert_cols([["z", "y"]], 1)
    assert sheet.col_values(1) == ["z", "y"]
    sheet.delete_columns(1)
    sheet.delete_rows(1, 2)
    assert sheet.get_all_values() == [["c", "#REF!"]]
    assert book.sheet1.row_count == 999
    sheet.hide_rows(0, 1)
    sheet.unhide_rows(0, 1)
    sheet.hide_columns(0, 1)


def test_looks_sorting_filters_protection_notes(book: gspread.Spreadsheet, drive: Drive) -> None:
    sheet = book.sheet1
    sheet.update([["case", "n"], ["b", 2], ["a", 3], ["c", 1]], "A1")
    sheet.format("A1:B1", {"textFormat": {"bold": True}, "backgroundColor": {"red": 1, "green": 0.5}})
    sheet.freeze(rows=1, cols=1)
    assert (book.sheet1.frozen_row_count, book.sheet1.frozen_col_count) == (1, 1)
    assert drive.spreadsheet(book.id).colour("Sheet1", 0, 0) == pytest.approx((1, 128 / 255, 0))
    sheet.sort((2, "des"), range="A2:B4")
    assert sheet.col_values(1) == ["case", "a", "b", "c"]
    sheet.set_basic_filter("A1:B4")
    sheet.clear_basic_filter()
    reply = sheet.add_protected_range("A1:B1", editor_users_emails=["lead@example.org"])
    key = reply["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"]
    assert book.list_protected_ranges(sheet.id)[0]["editors"]["users"] == sorted(["lead@example.org", BOT])
    sheet.delete_protected_range(key)
    sheet.insert_note("A2", "look here")
    assert sheet.get_note("A2") == "look here"
    assert sheet.get_notes()[1] == ["look here", ""]
    sheet.clear_note("A2")
    sheet.merge_cells("A5:B6", MergeType.merge_all)
    sheet.unmerge_cells("A5:B6")
    sheet.add_validation("B2:B4", ValidationConditionType.number_greater, ["0"], strict=True)
    sheet.define_named_range("A1:B4", "everything")
    assert book.list_named_ranges()[0]["name"] == "everything"
    assert book.values_get("everything")["range"] == "Sheet1!A1:B4"
    sheet.delete_named_range(book.list_named_ranges()[0]["namedRangeId"])
    sheet.copy_range("A2:B2", "D2:E2")
    sheet.cut_range("D2:E2", "D9")
    assert sheet.get("D9:E9") == [["a", "3"]]
    sheet.hide_gridlines()
    assert book.sheet1.is_gridlines_hidden


def test_export_and_import_of_csv(gc: gspread.Client, book: gspread.Spreadsheet) -> None:
    gc.import_csv(book.id, "a,b\n1,2")
    assert book.sheet1.get_all_values() == [["a", "b"], ["1", "2"]]
    assert book.export(gspread.utils.ExportFormat.CSV) == b"a,b\r\n1,2"


def test_what_a_person_does_is_seen_by_gspread(book: gspread.Spreadsheet, person: Person) -> None:
    person.type("Sheet1", "B2", "=1+1")
    assert book.sheet1.acell("B2").value == "2"
