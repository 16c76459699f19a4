"""The wire: tokens, errors in Google's shapes, masks, quotas, faults, the control API, the process of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import google.auth.exceptions
import gspread
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from sandbox.faults import Fault
from sandbox.sheets import BOT, Drive
from sandbox.sheets.schema import METHODS, TYPES
from tests.sandbox_sheets.conftest import SCOPES, Clock
from tests.sandbox_sheets.discovery import document, problems

Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(drive: Drive, address: str) -> Ask:
    token = drive.accounts.issue(BOT)

    def send(method: str, path: str, body: object = None, **query: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(method, address + path, json=body, params=query, headers=headers, timeout=20)

    return send


def test_the_schema_is_googles() -> None:
    assert set(TYPES) == set(document()["schemas"])
    assert {name: set(fields) for name, fields in TYPES.items()} == {
        name: set(schema.get("properties", {})) for name, schema in document()["schemas"].items()
    }
    assert len(METHODS) == 17


def test_google_auth_gets_a_token_with_the_key_as_it_is(credentials: dict[str, Any], drive: Drive) -> None:
    loaded = Credentials.from_service_account_info(credentials, scopes=SCOPES)  # type: ignore[no-untyped-call]
    loaded.refresh(Request())  # type: ignore[no-untyped-call]
    assert loaded.valid
    assert drive.counts()["tokens"] == 1


@pytest.mark.parametrize("spoil", ["key", "aud", "late", "stranger"])
def test_a_bad_assertion_gets_no_token(credentials: dict[str, Any], drive: Drive, clock: Clock, spoil: str) -> None:
    info = dict(credentials)
    if spoil == "key":
        info["private_key"] = Drive().accounts.key_of("other@x.iam.gserviceaccount.com")[1]
    elif spoil == "aud":
        drive.accounts.audiences.clear()
        info["token_uri"] = info["token_uri"].replace("127.0.0.1", "localhost")
        info["token_uri"], where = credentials["token_uri"], info["token_uri"]
    elif spoil == "late":
        clock.ahead = 7200
    else:
        info["client_email"] = "stranger@x.iam.gserviceaccount.com"
    loaded = Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    if spoil == "aud":
        loaded._token_uri = where  # noqa: SLF001  # the audience of the claim, apart from where it is sent
    with pytest.raises(google.auth.exceptions.RefreshError, match="invalid_grant"):
        loaded.refresh(Request())  # type: ignore[no-untyped-call]


def test_a_fresh_spreadsheet_has_googles_shape(ask: Ask, key: str) -> None:
    answer = ask("GET", f"/v4/spreadsheets/{key}").json()
    assert problems("Spreadsheet", answer) == []
    assert answer["properties"]["locale"] == "en_GB"
    assert answer["properties"]["timeZone"] == "Europe/London"
    assert answer["properties"]["defaultFormat"]["textFormat"]["foregroundColorStyle"] == {"rgbColor": {}}
    assert len(answer["properties"]["spreadsheetTheme"]["themeColors"]) == 9
    assert answer["sheets"][0]["properties"] == {
        "sheetId": 0,
        "title": "Sheet1",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }
    assert answer["spreadsheetUrl"] == f"https://docs.google.com/spreadsheets/d/{key}/edit"


def test_empty_values_have_no_values(ask: Ask, key: str) -> None:
    answer = ask("GET", f"/v4/spreadsheets/{key}/values/Sheet1").json()
    assert answer == {"range": "Sheet1!A1:Z1000", "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("path", "code", "status", "message"),
    [
        ("/v4/spreadsheets/none", 404, "NOT_FOUND", "Requested entity was not found."),
        ("/v4/spreadsheets/{key}/values/Nope!A1", 400, "INVALID_ARGUMENT", "Unable to parse range: Nope!A1"),
        (
            "/v4/spreadsheets/{key}/values/Sheet1!A1001:B",
            400,
            "INVALID_ARGUMENT",
            "Range (Sheet1!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
    ],
)
def test_refusals_of_reads(ask: Ask, key: str, path: str, code: int, status: str, message: str) -> None:
    answer = ask("GET", path.format(key=key))
    assert answer.status_code == code
    assert answer.json() == {"error": {"code": code, "message": message, "status": status}}


def test_a_stranger_and_a_reader_are_refused(ask: Ask, key: str, drive: Drive) -> None:
    drive.share(key, BOT, role="reader")
    assert ask("GET", f"/v4/spreadsheets/{key}").status_code == 200
    written = ask("PUT", f"/v4/spreadsheets/{key}/values/A1", {"values": [["x"]]}, valueInputOption="RAW")
    assert written.json()["error"] == {
        "code": 403,
        "message": "The caller does not have permission",
        "status": "PERMISSION_DENIED",
    }
    drive.revoke(key)
    assert ask("GET", f"/v4/spreadsheets/{key}").status_code == 403
    assert ask("GET", f"/drive/v3/files/{key}").json()["error"]["errors"][0]["reason"] == "notFound"
    drive.delete(key)
    assert ask("GET", f"/v4/spreadsheets/{key}").status_code == 404
    drive.restore(key)
    drive.share(key, "example.org", role="reader", kind="domain")
    assert ask("GET", f"/v4/spreadsheets/{key}").status_code == 403
    drive.share(key, "", role="reader", kind="anyone")
    assert ask("GET", f"/v4/spreadsheets/{key}").status_code == 200


def test_no_token_and_an_old_token(drive: Drive, address: str, key: str, clock: Clock) -> None:
    url = f"{address}/v4/spreadsheets/{key}"
    assert requests.get(url, timeout=20).status_code == 403
    headers = {"Authorization": f"Bearer {drive.accounts.issue(BOT)}"}
    clock.ahead = 4000
    answer = requests.get(url, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert requests.get(f"{address}/drive/v3/files", timeout=20).json()["error"]["errors"][0]["reason"] == "authError"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"addShet": {}},
            "Invalid JSON payload received. Unknown name \"addShet\" at 'requests[0]': Cannot find field.",
        ),
        (
            {"addSheet": {"properties": {"tilte": "x"}}},
            "Invalid JSON payload received. Unknown name \"tilte\" at 'requests[0].add_sheet.properties': "
            "Cannot find field.",
        ),
        (
            {"addSheet": {"properties": {"index": "x"}}},
            "Invalid value at 'requests[0].add_sheet.properties.index' (TYPE_INT32), \"x\"",
        ),
        (
            {"deleteSheet": {"sheetId": 0}},
            "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document.",
        ),
        ({"deleteSheet": {"sheetId": 9}}, "Invalid requests[0].deleteSheet: No grid with id: 9"),
        (
            {"addSheet": {"properties": {"title": "sheet1"}}},
            'Invalid requests[0].addSheet: A sheet with the name "sheet1" already exists. Please enter another name.',
        ),
        (
            {"repeatCell": {"range": {"startRowIndex": 1000, "endColumnIndex": 2}, "cell": {}, "fields": "note"}},
            "Invalid requests[0].repeatCell: Range (Sheet1!A1001:B) exceeds grid limits. "
            "Max rows: 1000, max columns: 26",
        ),
        (
            {"updateCells": {"rows": [], "start": {}}},
            "Invalid requests[0].updateCells: At least one field must be listed in 'fields'. "
            "(Use '*' to indicate all fields.)",
        ),
        (
            {
                "updateCells": {
                    "rows": [{"values": [{"userEnteredValue": {"stringValue": "x" * 50_001}}]}],
                    "fields": "*",
                }
            },
            "Invalid requests[0].updateCells: Your input contains more than the maximum of 50000 characters "
            "in a single cell.",
        ),
        (
            {"appendDimension": {"dimension": "ROWS", "length": 400_000}},
            "Invalid requests[0].appendDimension: This action would increase the number of cells in the workbook "
            "above the limit of 10000000 cells.",
        ),
        (
            {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}},
            "Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. "
            "Tried to delete row index 1000 but there are only 1000 rows.",
        ),
        ({}, "Invalid requests[0]: No request set."),
        ({"addTable": {}}, "Invalid requests[0].addTable: The stand-in does not support this request."),
    ],
)
def test_refusals_of_batch_updates(ask: Ask, key: str, request_: dict[str, Any], message: str) -> None:
    answer = ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", {"requests": [request_]})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == message
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_a_batch_is_all_or_nothing(ask: Ask, key: str, drive: Drive) -> None:
    bad = [{"addSheet": {"properties": {"title": "New"}}}, {"deleteSheet": {"sheetId": 99}}]
    answer = ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", {"requests": bad})
    assert answer.json()["error"]["message"] == "Invalid requests[1].deleteSheet: No grid with id: 99"
    assert drive.spreadsheet(key).titles == ["Sheet1"]
    assert ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", {}).json()["error"]["message"] == (
        "Must specify at least one request."
    )


def test_masks_choose_what_is_answered(ask: Ask, key: str, drive: Drive) -> None:
    cells = [
        {
            "values": [
                {"userEnteredValue": {"stringValue": "a"}, "note": "n"},
                {},
                {"userEnteredValue": {"numberValue": 2}},
            ]
        }
    ]
    write = {"updateCells": {"start": {"rowIndex": 1}, "rows": cells, "fields": "userEnteredValue,note"}}
    drive.batch_update(key, [write], BOT)
    mask = "sheets(properties(sheetId,title),data.rowData.values(userEnteredValue,note))"
    answer = ask("GET", f"/v4/spreadsheets/{key}", fields=mask)
    values = [{"userEnteredValue": {"stringValue": "a"}, "note": "n"}, {}, {"userEnteredValue": {"numberValue": 2}}]
    assert answer.json() == {
        "sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}, "data": [{"rowData": [{}, {"values": values}]}]}]
    }
    part = ask(
        "GET", f"/v4/spreadsheets/{key}", fields="sheets/data/rowData/values/formattedValue", ranges="Sheet1!C2:D4"
    )
    assert part.json() == {"sheets": [{"data": [{"rowData": [{"values": [{"formattedValue": "2"}]}]}]}]}
    wrong = ask("GET", f"/v4/spreadsheets/{key}", fields="sheets(nope)")
    assert wrong.json()["error"]["message"] == "Request contains an invalid argument."
    assert "sheets.nope" in wrong.json()["error"]["details"][0]["fieldViolations"][0]["description"]
    whole = ask("GET", f"/v4/spreadsheets/{key}", includeGridData="true", ranges="A2:C3").json()
    assert problems("Spreadsheet", whole) == []
    data = whole["sheets"][0]["data"][0]
    assert (data["startRow"], len(data["rowMetadata"]), len(data["columnMetadata"])) == (1, 2, 3)
    assert data["rowData"][0]["values"][0]["effectiveFormat"]["wrapStrategy"] == "OVERFLOW_CELL"
    assert data["rowMetadata"][0] == {"pixelSize": 21}


def test_rates_are_refused_when_enforced(ask: Ask, key: str, drive: Drive, clock: Clock) -> None:
    drive.enforce_rates = True
    path = f"/v4/spreadsheets/{key}/values/A1"
    assert {ask("GET", path).status_code for _ in range(60)} == {200}
    refused = ask("GET", path)
    assert refused.status_code == 429
    assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert refused.json()["error"]["message"].startswith("Quota exceeded for quota metric 'Read requests'")
    assert ask("PUT", path, {"values": [["x"]]}, valueInputOption="RAW").status_code == 200
    clock.ahead += 61
    assert ask("GET", path).status_code == 200


def test_faults_before_and_after_the_work(ask: Ask, key: str, drive: Drive) -> None:
    path = f"/v4/spreadsheets/{key}/values/A1:append"
    drive.faults.add(Fault("append", status=503, headers={"Retry-After": "7"}))
    assert ask("POST", path, {"values": [["x"]]}, valueInputOption="RAW").headers["Retry-After"] == "7"
    drive.faults.add(Fault("append", drop="before"))
    with pytest.raises(requests.ConnectionError):
        ask("POST", path, {"values": [["x"]]}, valueInputOption="RAW")
    assert drive.spreadsheet(key).grid("Sheet1") == []
    drive.faults.add(Fault("append", drop="after"))
    with pytest.raises(requests.ConnectionError):
        ask("POST", path, {"values": [["x"]]}, valueInputOption="RAW")
    assert drive.spreadsheet(key).grid("Sheet1") == [["x"]]
    assert [entry.status for entry in drive.log.entries] == [503, 0, 0]
    assert drive.counts()["writes"] == 3


def test_the_control_api(address: str, ask: Ask, drive: Drive) -> None:
    def control(method: str, path: str, **body: object) -> Any:  # noqa: ANN401  # whatever JSON it answers
        return requests.request(method, f"{address}/_sandbox{path}", json=body, timeout=20).json()

    made = control("POST", "/spreadsheets", title="Board")["id"]
    control("POST", "/person", id=made, action="type", **{"with": {"title": "Sheet1", "a1": "A1", "text": "42"}})
    shown = requests.get(f"{address}/_sandbox/spreadsheet", params={"id": made}, timeout=20).json()
    assert shown["sheets"][0]["grid"] == [["42"]]
    ask("GET", f"/v4/spreadsheets/{made}")
    assert control("GET", "/counts")["reads"] == 1
    assert control("GET", "/log")["log"][0]["user"] == BOT
    control("POST", "/faults", match="spreadsheets", status=500)
    assert ask("GET", f"/v4/spreadsheets/{made}").status_code == 500
    control("DELETE", "/faults")
    control("POST", "/revoke", id=made)
    assert ask("GET", f"/v4/spreadsheets/{made}").status_code == 403
    control("POST", "/share", id=made, email=BOT)
    control("POST", "/delete", id=made)
    assert ask("GET", f"/v4/spreadsheets/{made}").status_code == 404
    control("POST", "/restore", id=made)
    assert control("GET", "/spreadsheets")["spreadsheets"][0]["title"] == "Board"
    assert control("POST", "/switches", enforce_rates=True)["enforce_rates"]
    assert control("POST", "/person", id=made, action="save")["error"]["code"] == 400
    assert control("POST", "/trash", id="none")["error"]["code"] == 404
    assert drive.enforce_rates


def test_state_survives_a_restart(tmp_path: Path) -> None:
    state, key_file = tmp_path / "drive.json", tmp_path / "key.json"
    first = Drive(state)
    key = first.create_spreadsheet("Kept", share_with=(BOT,))
    first.batch_update(
        key, [{"updateCells": {"rows": [{"values": [{"userEnteredValue": {"numberValue": 1}}]}], "fields": "*"}}], BOT
    )
    command = [
        sys.executable,
        "-m",
        "sandbox.sheets",
        "--port",
        "0",
        "--state",
        str(state),
        "--key-file",
        str(key_file),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        counts = requests.get(f"{address}/_sandbox/spreadsheet", params={"id": key}, timeout=20).json()
        assert counts["sheets"][0]["grid"] == [["1"]]
        assert json.loads(key_file.read_text())["token_uri"] == f"{address}/token"
        process.send_signal(signal.SIGTERM)
    assert Drive(state).accounts.keys[BOT][1] == json.loads(key_file.read_text())["private_key"]


def test_developer_metadata_by_http(ask: Ask, key: str) -> None:
    def made(location: dict[str, Any], value: str) -> dict[str, Any]:
        fields = {"metadataKey": "col", "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
        return {"createDeveloperMetadata": {"developerMetadata": fields}}

    column = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    body = {"requests": [made(column, "grade"), made({"sheetId": 0}, "tab"), made({"spreadsheet": True}, "book")]}
    replies = ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", body).json()["replies"]
    number = replies[0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"]
    one = ask("GET", f"/v4/spreadsheets/{key}/developerMetadata/{number}").json()
    assert one["location"] == {
        "locationType": "COLUMN",
        "dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
    }
    wanted = {"developerMetadataLookup": {"metadataKey": "col", "locationType": "COLUMN"}}
    found = ask("POST", f"/v4/spreadsheets/{key}/developerMetadata:search", {"dataFilters": [wanted]}).json()
    assert problems("SearchDeveloperMetadataResponse", found) == []
    assert [match["developerMetadata"]["metadataValue"] for match in found["matchedDeveloperMetadata"]] == ["grade"]
    filters = {"dataFilters": [wanted], "valueInputOption": "RAW"}
    data = [{"dataFilter": wanted, "values": [["a"], ["b"]]}]
    written = ask(
        "POST", f"/v4/spreadsheets/{key}/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": data}
    )
    assert problems("BatchUpdateValuesByDataFilterResponse", written.json()) == []
    del filters["valueInputOption"]
    read = ask("POST", f"/v4/spreadsheets/{key}/values:batchGetByDataFilter", filters).json()
    assert read["valueRanges"][0]["valueRange"]["values"] == [["a"], ["b"]]
    whole = ask("POST", f"/v4/spreadsheets/{key}:getByDataFilter", filters | {"includeGridData": True}).json()
    assert whole["sheets"][0]["data"][0]["columnMetadata"][0]["developerMetadata"][0]["metadataValue"] == "grade"
    cleared = ask("POST", f"/v4/spreadsheets/{key}/values:batchClearByDataFilter", filters).json()
    assert cleared["clearedRanges"] == ["Sheet1!B1:B1000"]
    assert ask("GET", f"/v4/spreadsheets/{key}/developerMetadata/5").status_code == 404


def test_spreadsheets_create(ask: Ask, drive: Drive) -> None:
    assert ask("POST", "/v4/spreadsheets", {"properties": {"title": "X"}}).status_code == 403
    drive.service_accounts_may_create = True
    sheets = [{"properties": {"title": "One"}}, {"properties": {"title": "Two", "sheetId": 7}}]
    made = ask("POST", "/v4/spreadsheets", {"properties": {"title": "X"}, "sheets": sheets}).json()
    assert problems("Spreadsheet", made) == []
    assert [one["properties"]["title"] for one in made["sheets"]] == ["One", "Two"]


def test_a_response_can_hold_the_spreadsheet(ask: Ask, key: str) -> None:
    body = {
        "requests": [{"addSheet": {"properties": {"title": "N", "sheetId": 7}}}],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": ["N!A1:B2"],
    }
    answer = ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", body).json()
    assert problems("BatchUpdateSpreadsheetResponse", answer) == []
    assert [one["properties"]["title"] for one in answer["updatedSpreadsheet"]["sheets"]] == ["N"]


def test_writing_past_a_range_is_refused(ask: Ask, key: str) -> None:
    def write(range_: str, values: list[list[object]]) -> str:
        answer = ask("PUT", f"/v4/spreadsheets/{key}/values/{range_}", {"values": values}, valueInputOption="RAW")
        return str(answer.json()["error"]["message"])

    assert (
        write("A1:B1", [["a"], ["b"]]) == "Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]"
    )
    assert write("A1:B1", [["a", "b", "c"]]) == (
        "Requested writing within range [Sheet1!A1:B1], but tried writing to column [C]"
    )
    assert write("AA1", [["a"]]) == "Range (Sheet1!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"
    assert write("A1", [[["list"]]]).startswith("Invalid values[0][0]: list_value")
    bare = ask("PUT", f"/v4/spreadsheets/{key}/values/A1", {"values": [["a"]]})
    assert bare.json()["error"]["message"] == "'valueInputOption' is required but not specified"


def test_gspread_tells_a_revoked_spreadsheet(gc: gspread.Client, key: str, drive: Drive) -> None:
    drive.revoke(key)
    with pytest.raises(PermissionError):
        gc.open_by_key(key)
