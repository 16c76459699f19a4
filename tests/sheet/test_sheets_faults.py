"""Google refuses, hangs up, forgets to answer: nothing is drawn twice, and the reason is a sentence."""

import json
import socket

import pytest

from sandbox.faults import Fault
from sandbox.sheets import BOT, Drive, Person
from sheets.batches import batches
from sheets.errors import SheetsRefused, SheetsUnavailable
from sheets.google_client import GoogleClient, connect, parse_url
from sheets.requests import Request
from tests.sheet.boards import answers, board, full, sync
from tests.sheet.conftest import Sheet

BOARD = full(6, 3)
WRITE, READ = "POST .*:batchUpdate", "GET /v4/"


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("match", [READ, WRITE])
def test_a_fault_of_google_s_passes(sheet: Sheet, drive: Drive, status: int, match: str) -> None:
    drive.faults.add(Fault(match, times=2, status=status, body="<html>Bad gateway</html>"))
    sheet.draw(BOARD)
    assert len(sheet.rows("Returns")) == 18


@pytest.mark.parametrize("match", [READ, WRITE])
def test_a_fault_that_stays_is_given_up_after_three_tries(sheet: Sheet, drive: Drive, match: str) -> None:
    drive.faults.add(Fault(match, times=None, status=503, headers={"Retry-After": "1"}))
    with pytest.raises(SheetsUnavailable) as caught:
        sheet.draw(BOARD)
    assert caught.value.retry_after == 1
    assert drive.faults.hits == 3


def test_a_long_pause_that_google_asks_for_is_left_to_the_caller(sheet: Sheet, drive: Drive) -> None:
    drive.faults.add(Fault(READ, times=None, status=429, headers={"Retry-After": "90"}))
    with pytest.raises(SheetsUnavailable) as caught:
        sheet.draw(BOARD)
    assert caught.value.retry_after == 90
    assert drive.faults.hits == 1


def test_a_full_minute_passes(sheet: Sheet, drive: Drive) -> None:
    drive.faults.add(Fault(WRITE, times=1, status=429, headers={"Retry-After": "0"}))
    done = sheet.draw(BOARD)
    assert (done.reads, done.writes) == (1, 1)


@pytest.mark.parametrize("drop", ["before", "after"])
def test_fault_14_a_write_of_unknown_outcome_is_followed_by_a_read(sheet: Sheet, drive: Drive, drop: str) -> None:
    drive.faults.add(Fault(WRITE, drop=drop))  # type: ignore[arg-type]  # one of the two
    done = sheet.draw(BOARD)
    assert (done.reads, done.writes) == (2, 2 if drop == "before" else 1)
    assert len(sheet.rows("Returns")) == 18


def test_shifts_and_deletions_that_were_applied_are_not_repeated(sheet: Sheet, drive: Drive, person: Person) -> None:
    sheet.begin(BOARD)
    person.paste("Returns", "C21", [["Total"]])
    drive.faults.add(Fault(WRITE, drop="after"))
    sheet.draw(full(8, 3), sync=sync(2))
    assert [line[2] for line in sheet.look.grid("Returns")].index("Total") == 26
    person.clear("Returns", "C27")  # where nobody works any more, rows are deleted
    drive.faults.add(Fault(WRITE, drop="after"))
    sheet.draw(full(5, 3), sync=sync(3))
    assert len(sheet.rows("Returns")) == 15


def test_drift_found_before_an_unknown_outcome_is_still_told(sheet: Sheet, drive: Drive, person: Person) -> None:
    sheet.begin(BOARD)
    person.type("Returns", "G3", "Splendid")
    drive.faults.add(Fault(WRITE, drop="after"))
    kept: list[str] = []
    done = sheet.draw(BOARD, sync=sync(2), before_write=lambda todo: kept.extend(one.id for one in todo.drift))
    assert [one.found for one in done.drift] == ["Splendid"]
    assert kept == [one.id for one in done.drift]


@pytest.mark.parametrize("place", ["sheet.after_read", "sheet.after_http"])
def test_killed_between_any_two_calls_it_converges(sheet: Sheet, place: str) -> None:
    def kill(reached: str) -> None:
        if reached == place:
            raise Killed

    for whole in (BOARD, full(8, 3), full(4, 3)):
        with pytest.raises(Killed):
            sheet.draw(whole, at=kill)
        sheet.draw(whole)
        assert len(sheet.rows("Returns")) == 3 * len(whole.cases)
        assert sheet.draw(whole).writes == 0


def test_people_who_change_the_sheet_between_read_and_write_are_met_by_another_pass(
    sheet: Sheet, person: Person
) -> None:
    sheet.begin(BOARD)
    acted: list[str] = []

    def meanwhile(place: str) -> None:
        if place == "sheet.after_read" and not acted:
            acted.append(place)
            person.delete_tab("Status")

    assert sheet.draw(full(7, 3), sync=sync(2), at=meanwhile).reads == 4
    assert len(sheet.rows("Status")) == 7 + 1, "with the totals"


def test_access_withdrawn_says_whom_to_share_with(sheet: Sheet, drive: Drive) -> None:
    drive.revoke(sheet.key, BOT)
    with pytest.raises(SheetsRefused, match=f"share it with {BOT} as Editor"):
        sheet.draw(BOARD)
    assert drive.counts()["reads"] == 1


def test_a_viewer_cannot_draw(sheet: Sheet, drive: Drive) -> None:
    drive.revoke(sheet.key, BOT)
    drive.share(sheet.key, BOT, "reader")
    with pytest.raises(SheetsRefused, match=f"share it with {BOT} as Editor"):
        sheet.draw(BOARD)


def test_a_deleted_spreadsheet_says_so_and_is_drawn_anew_when_it_returns(sheet: Sheet, drive: Drive) -> None:
    sheet.begin(BOARD)
    drive.delete(sheet.key)
    with pytest.raises(SheetsRefused, match="gone"):
        sheet.draw(BOARD)
    drive.restore(sheet.key)
    assert sheet.draw(BOARD).writes == 0


def test_a_locked_tab_holds_no_other_and_costs_one_refused_write(sheet: Sheet, person: Person) -> None:
    sheet.begin(BOARD)
    person.do(addProtectedRange={"protectedRange": {"range": {"sheetId": person.tab("Returns").id}}})
    done = sheet.draw(full(7, 3), sync=sync(2))
    assert [one.partition(":")[0] for one in done.left_out] == ["The tab “Returns” can't be updated"]
    assert (len(sheet.rows("Status")), len(sheet.rows("Returns")), done.writes) == (7 + 1, 18, 2)


def test_ten_million_cells_are_named(sheet: Sheet, drive: Drive, person: Person) -> None:
    sheet.begin(BOARD)
    full_of = {"title": "Ours", "gridProperties": {"rowCount": 99_000, "columnCount": 100}}
    person.do(addSheet={"properties": full_of})
    book = drive.files[sheet.key].book
    left = 10_000_000 - book.cell_count()
    person.do(addSheet={"properties": {"title": "More", "gridProperties": {"rowCount": left, "columnCount": 1}}})
    done = sheet.draw(full(400, 3), sync=sync(2))
    assert "has Google's 10 million cells: delete tabs or rows of your own" in done.left_out[0]


@pytest.mark.parametrize("status", [408, 409, 412, 423, 425, 499])
@pytest.mark.parametrize("match", [READ, WRITE])
def test_what_somebody_else_was_faster_with_passes(sheet: Sheet, drive: Drive, status: int, match: str) -> None:
    drive.faults.add(Fault(match, times=1, status=status, body="{}"))
    sheet.draw(BOARD)
    assert len(sheet.rows("Returns")) == 18


@pytest.mark.parametrize(
    ("reason", "cure"),
    [
        ("storageQuotaExceeded", "Drive of the sheet's owner is full"),
        ("domainPolicy", "its Google administrator can allow it"),
        ("insufficientFilePermissions", f"share it with {BOT} as Editor"),
        ("CONSUMER_INVALID", "has closed the key's project"),
        ("CONSUMER_SUSPENDED", "has closed the key's project"),
        ("BILLING_DISABLED", "has closed the key's project"),
        ("SECURITY_POLICY_VIOLATED", "its Google administrator can allow it"),
    ],
)
def test_each_reason_of_a_403_has_its_own_cure(sheet: Sheet, drive: Drive, reason: str, cure: str) -> None:
    """Drive's reasons stand under `errors`, those of Google's newer APIs under `details`."""
    where = "details" if reason.isupper() else "errors"
    body = json.dumps({"error": {"code": 403, "message": "No.", where: [{"reason": reason}]}})
    drive.faults.add(Fault(WRITE, times=None, status=403, body=body))
    with pytest.raises(SheetsRefused, match=cure):
        sheet.draw(BOARD)


def test_another_spreadsheet_is_drawn_in_full(sheet: Sheet, client: GoogleClient, drive: Drive) -> None:
    sheet.begin(BOARD)
    other = Sheet(client, drive, drive.create_spreadsheet("Another", share_with=(BOT,)))
    assert (other.draw(BOARD).reads, len(other.rows("Returns"))) == (1, 18)


def test_a_spreadsheet_of_another_cycle_is_left_alone(sheet: Sheet, client: GoogleClient) -> None:
    sheet.begin(BOARD)
    with pytest.raises(SheetsRefused, match="another audit"):
        client.check_bindable(sheet.key, "another")
    assert client.check_bindable(sheet.key, BOARD.cycle.id)[0] == "Audit 2"


@pytest.mark.parametrize("body", ["", "not json", "[]"])
def test_a_garbled_answer_passes(sheet: Sheet, drive: Drive, body: str) -> None:
    drive.faults.add(Fault(READ, times=None, status=200, body=body))
    with pytest.raises(SheetsUnavailable, match="garbled"):
        sheet.draw(BOARD)
    drive.faults.clear()
    assert sheet.draw(BOARD).writes == 1


def test_a_host_that_is_not_there_is_unavailable(drive: Drive, address: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
        client = connect(drive.service_account(address), nowhere)
        with pytest.raises(SheetsUnavailable, match="can't be reached"):
            client.read("x" * 30)


def test_a_key_that_google_no_longer_accepts(drive: Drive, address: str) -> None:
    credentials = drive.service_account(address)
    client = connect(credentials | {"client_email": "nobody@example.iam.gserviceaccount.com"}, address)
    with pytest.raises(SheetsRefused, match="key"):
        client.read("x" * 30)


def test_a_sheet_that_anyone_with_the_link_can_open_is_refused(client: GoogleClient, drive: Drive, key: str) -> None:
    readers = client.file(key).readers or ()
    assert [str(one) for one in readers] == [
        "coordinator@example.org (owner)",
        f"{BOT} (editor)",
    ]
    drive.share(key, "", "reader", "anyone")
    assert client.file(key).anyone
    with pytest.raises(SheetsRefused, match="Anyone who has its link"):
        client.check_bindable(key, "c")


def test_a_sheet_that_the_bot_may_only_read_is_refused(client: GoogleClient, drive: Drive, key: str) -> None:
    drive.revoke(key, BOT)
    with pytest.raises(SheetsRefused, match=BOT):
        client.check_bindable(key, "c")
    drive.share(key, BOT, "reader")
    with pytest.raises(SheetsRefused, match=BOT):
        client.check_bindable(key, "c")


@pytest.mark.parametrize("credentials", [{}, {"client_email": "a@b", "private_key": "x", "token_uri": "y"}])
def test_credentials_that_are_none(credentials: dict[str, str]) -> None:
    with pytest.raises(SheetsRefused, match="key file"):
        connect(credentials, None)


ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789_abcde"


@pytest.mark.parametrize(
    "given",
    [
        ID,
        f"https://docs.google.com/spreadsheets/d/{ID}",
        f" https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing#gid=0 ",
        f"<https://docs.google.com/spreadsheets/u/1/d/{ID}/edit>",
        f"https://docs.google.com/a/example.org/spreadsheets/d/{ID}/edit",
    ],
)
def test_an_address_or_id_of_a_spreadsheet(given: str) -> None:
    assert parse_url(given) == ID


@pytest.mark.parametrize(
    "given",
    [
        "",
        "hello",
        f"https://evil.example/spreadsheets/d/{ID}",
        f"https://docs.google.com/document/d/{ID}",
        f"{ID}/../x",
    ],
)
def test_what_is_no_spreadsheet(given: str) -> None:
    with pytest.raises(SheetsRefused, match="Google Sheet"):
        parse_url(given)


def test_a_very_large_drawing_is_sent_in_batches_that_google_takes(sheet: Sheet) -> None:
    texts = {f"T2-EAST-01 {short}": answers(voice="x" * 45_000, learning="y" * 45_000) for short in ("CSC", "Health")}
    large = board(200, 3, texts)
    done = sheet.draw(large)
    assert done.writes == 1
    long: list[Request] = [{"updateCells": {"rows": ["z" * 500_000]}} for _ in range(10)]
    sent = batches(long)
    assert max(map(len, sent)) <= 2_000_000
    assert [one for body in sent for one in json.loads(body)["requests"]] == long
