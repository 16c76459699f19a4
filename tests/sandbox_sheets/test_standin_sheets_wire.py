"""The wire: tokens, shapes, masks, faults, the control API, the process of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from sandbox import die_with_parent
from sandbox.faults import Fault
from sandbox.sheets import BOT, Drive
from sandbox.sheets.schema import METHODS, TYPES
from tests.sandbox_sheets.conftest import SCOPES, Ask
from tests.sandbox_sheets.discovery import document, problems


def test_the_schema_is_googles() -> None:
    assert set(TYPES) == set(document()["schemas"])
    assert {name: set(fields) for name, fields in TYPES.items()} == {
        name: set(schema.get("properties", {})) for name, schema in document()["schemas"].items()
    }
    assert len(METHODS) == 17


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"spreadsheetId": 3}, "spreadsheetId"),
        ({"sheets": [{"properties": {"sheetType": "PAPER"}}]}, "sheetType"),
        ({"sheets": [{"properties": {"index": 2**31}}]}, "index"),
        ({"sheets": {}}, "sheets"),
    ],
)
def test_what_google_does_not_declare_is_told(wrong: dict[str, Any], said: str) -> None:
    [told] = problems("Spreadsheet", {"spreadsheetId": "x", **wrong})
    assert said in told


def test_google_auth_gets_a_token_with_the_key_as_it_is(credentials: dict[str, Any], drive: Drive) -> None:
    loaded = Credentials.from_service_account_info(credentials, scopes=SCOPES)  # type: ignore[no-untyped-call]
    loaded.refresh(Request())
    assert loaded.valid
    assert drive.counts()["tokens"] == 1


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
    assert [entry.status for entry in drive.log.entries] == [503, 0, 200]
    assert drive.counts()["writes"] == 3


def test_the_control_api(address: str, ask: Ask, drive: Drive) -> None:
    def control(method: str, path: str, **body: object) -> Any:  # noqa: ANN401  # whatever JSON it answers
        return requests.request(method, f"{address}/_sandbox{path}", json=body, timeout=60).json()

    made = control("POST", "/spreadsheets", title="Board")["id"]
    control("POST", "/person", id=made, action="type", **{"with": {"title": "Sheet1", "a1": "A1", "text": "42"}})
    shown = requests.get(f"{address}/_sandbox/spreadsheet", params={"id": made}, timeout=60).json()
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
    with subprocess.Popen(
        die_with_parent.command(*command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        counts = requests.get(f"{address}/_sandbox/spreadsheet", params={"id": key}, timeout=60).json()
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
