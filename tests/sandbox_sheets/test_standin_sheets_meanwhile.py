"""What people do between two calls, calls that are applied late, and what recorded traffic showed of Google."""

import gzip
import json
import urllib.request
from collections.abc import Iterator

import pytest

from sandbox.faults import Fault
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, create_app


@pytest.fixture
def drive() -> Drive:
    return Drive()


@pytest.fixture
def host(drive: Drive) -> Iterator[str]:
    with serving(create_app(drive)) as address:
        yield address


def call(host: str, drive: Drive, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    """The status (0: hung up) and the answer of a call of the bot's."""
    token = drive.accounts.issue(BOT)
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{host}{path}", data, {"Authorization": f"Bearer {token}", **headers})  # loopback
    try:
        with urllib.request.urlopen(request) as answer:  # loopback
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def typed(text: str, row: int = 0) -> dict[str, object]:
    value = {"userEnteredValue": {"stringValue": text}}
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": 0}
    update = {"start": start, "rows": [{"values": [value]}], "fields": "userEnteredValue"}
    return {"requests": [{"updateCells": update}]}


def test_a_person_acts_just_before_a_call_also_over_http(drive: Drive, host: str) -> None:
    key = drive.create_spreadsheet("One", share_with=(BOT,))
    act = {
        "match": "batchUpdate",
        "id": key,
        "action": "paste",
        "with": {"title": "Sheet1", "a1": "A1", "rows": [["theirs"]]},
    }
    assert call(host, drive, "/_sandbox/meanwhile", act)[0] == 200
    assert call(host, drive, f"/v4/spreadsheets/{key}")[0] == 200
    assert drive.spreadsheet(key).text("Sheet1", 0, 0) == ""
    call(host, drive, f"/v4/spreadsheets/{key}:batchUpdate", typed("ours", 1))
    assert [line[0] for line in drive.spreadsheet(key).grid("Sheet1")] == ["theirs", "ours"]


@pytest.mark.parametrize("calls", [0, 1, None])
def test_a_late_call_is_hung_up_on_and_applied_later(drive: Drive, host: str, calls: int | None) -> None:
    key = drive.create_spreadsheet("One", share_with=(BOT,))
    call(host, drive, "/_sandbox/late", {"match": "batchUpdate", "calls": calls})
    assert call(host, drive, f"/v4/spreadsheets/{key}:batchUpdate", typed("late"))[0] == 0
    assert drive.spreadsheet(key).text("Sheet1", 0, 0) == ""
    for _ in range((calls or 0) + 1):
        call(host, drive, f"/v4/spreadsheets/{key}")
    if calls is None:
        assert json.loads(call(host, drive, "/_sandbox/late/go", {})[1]) == {"applied": 1}
    assert drive.spreadsheet(key).text("Sheet1", 0, 0) == "late"


def test_a_version_rises_with_every_change(drive: Drive, host: str) -> None:
    key = drive.create_spreadsheet("One", share_with=(BOT,))
    seen = []
    for change in (lambda: None, lambda: drive.share(key, "x@example.org"), lambda: drive.trash(key)):
        change()
        seen.append(int(json.loads(call(host, drive, f"/drive/v3/files/{key}?fields=version")[1])["version"]))
    call(host, drive, f"/v4/spreadsheets/{key}:batchUpdate", typed("x"))
    seen.append(int(json.loads(call(host, drive, f"/drive/v3/files/{key}?fields=version")[1])["version"]))
    assert seen == sorted(set(seen))


def test_any_status_can_be_had(drive: Drive, host: str) -> None:
    drive.faults.add(Fault("/v4/", status=499))
    assert call(host, drive, "/v4/spreadsheets/x")[0] == 499


def test_answers_are_compressed_for_whoever_asks_as_google_wants_it(drive: Drive, host: str) -> None:
    key = drive.create_spreadsheet("One", share_with=(BOT,))
    path = f"/v4/spreadsheets/{key}"
    plain = call(host, drive, path, **{"Accept-Encoding": "gzip"})[1]
    packed = call(host, drive, path, **{"Accept-Encoding": "gzip", "User-Agent": "me (gzip)"})[1]
    assert gzip.decompress(packed) == plain


def test_what_recorded_traffic_showed(drive: Drive, host: str) -> None:
    key = drive.create_spreadsheet("One", share_with=(BOT,))
    path = f"/v4/spreadsheets/{key}"
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 2}
    third = {"red": 1 / 3}
    made = {"requests": [
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "warningOnly": True}}},
        {"addNamedRange": {"namedRange": {"name": "Ours", "range": area}}},
        {"repeatCell": {"range": area, "cell": {"userEnteredFormat": {"backgroundColor": {"red": 0.333}}},
                        "fields": "userEnteredFormat.backgroundColor"}},
    ]}  # fmt: skip
    replies = json.loads(call(host, drive, f"{path}:batchUpdate", made)[1])["replies"]
    assert replies[0]["addProtectedRange"]["protectedRange"]["editors"] == {}
    look = drive.spreadsheet(key).book.sheets[0].cell(0, 1)["userEnteredFormat"]["backgroundColor"]
    assert look["red"] == pytest.approx(third["red"])
    body = {"valueInputOption": "RAW", "data": [
        {"range": "A1:B1", "values": [["x", None]]}, {"range": "A2:B2", "values": [["y", "z"]]},
    ]}  # fmt: skip
    answer = json.loads(call(host, drive, f"{path}/values:batchUpdate", body)[1])
    assert (answer["totalUpdatedCells"], answer["totalUpdatedColumns"], answer["totalUpdatedRows"]) == (3, 2, 2)
    assert json.loads(call(host, drive, f"{path}/values/'Sheet1'!Ours")[1])["values"] == [[], ["z"]]
