"""What Google refuses, and the very words it says."""

from typing import Any

import google.auth.exceptions
import gspread
import pytest
import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from sandbox.sheets import BOT, Drive
from tests.sandbox_sheets.conftest import SCOPES, Ask, Clock


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
        loaded.refresh(Request())


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
def test_refusals_of_reads(ask: Ask, key: str, *, path: str, code: int, status: str, message: str) -> None:
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
    assert requests.get(url, timeout=60).status_code == 403
    headers = {"Authorization": f"Bearer {drive.accounts.issue(BOT)}"}
    clock.ahead = 4000
    answer = requests.get(url, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    assert requests.get(f"{address}/drive/v3/files", timeout=60).json()["error"]["errors"][0]["reason"] == "authError"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"addShet": {}},
            "Invalid JSON payload received. Unknown name \"addShet\" at 'requests[0]': Cannot find field.",
        ),
        (
            {"addSheet": {"properties": {"tilte": "x"}}},
            (
                "Invalid JSON payload received. Unknown name \"tilte\" at 'requests[0].add_sheet.properties': "
                "Cannot find field."
            ),
        ),
        (
            {"addSheet": {"properties": {"index": "x"}}},
            "Invalid value at 'requests[0].add_sheet.properties.index' (TYPE_INT32), \"x\"",
        ),
        (
            {"deleteSheet": {"sheetId": 0}},
            "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document.",
        ),
        ({"deleteSheet": {"sheetId": 9}}, "Invalid requests[0].deleteSheet: No sheet with id: 9"),
        (
            {"addSheet": {"properties": {"title": "sheet1"}}},
            'Invalid requests[0].addSheet: A sheet with the name "sheet1" already exists. Please enter another name.',
        ),
        (
            {"repeatCell": {"range": {"startRowIndex": 1000, "endColumnIndex": 2}, "cell": {}, "fields": "note"}},
            (
                "Invalid requests[0].repeatCell: Range (Sheet1!A1001:B) exceeds grid limits. "
                "Max rows: 1000, max columns: 26"
            ),
        ),
        (
            {"updateCells": {"rows": [], "start": {}}},
            (
                "Invalid requests[0].updateCells: At least one field must be listed in 'fields'. "
                "(Use '*' to indicate all fields.)"
            ),
        ),
        (
            {
                "updateCells": {
                    "rows": [{"values": [{"userEnteredValue": {"stringValue": "x" * 50_001}}]}],
                    "fields": "*",
                }
            },
            (
                "Invalid requests[0].updateCells: Your input contains more than the maximum of 50000 characters "
                "in a single cell."
            ),
        ),
        (
            {"appendDimension": {"dimension": "ROWS", "length": 400_000}},
            (
                "Invalid requests[0].appendDimension: This action would increase the number of cells in the workbook "
                "above the limit of 10000000 cells."
            ),
        ),
        (
            {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}},
            (
                "Invalid requests[0].deleteDimension: Cannot delete a row that doesn't exist. "
                "Tried to delete row index 1000 but there are only 1000 rows."
            ),
        ),
        ({}, "Invalid requests[0]: No request set."),
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
    assert answer.json()["error"]["message"] == "Invalid requests[1].deleteSheet: No sheet with id: 99"
    assert drive.spreadsheet(key).titles == ["Sheet1"]
    assert ask("POST", f"/v4/spreadsheets/{key}:batchUpdate", {}).json()["error"]["message"] == (
        "Must specify at least one request."
    )


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


def test_scopes_are_kept_to(drive: Drive, address: str, key: str) -> None:
    token = drive.accounts.issue(BOT, "https://www.googleapis.com/auth/spreadsheets")
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{address}/v4/spreadsheets/{key}", headers=headers, timeout=60).status_code == 200
    refused = requests.get(f"{address}/drive/v3/files", headers=headers, timeout=60)
    assert refused.status_code == 403
    assert refused.json()["error"]["errors"][0]["reason"] == "insufficientPermissions"
    drive.accounts.forget_tokens()
    assert requests.get(f"{address}/v4/spreadsheets/{key}", headers=headers, timeout=60).status_code == 401
