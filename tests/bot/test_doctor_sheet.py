"""The doctor's trial of a sheet that was lent: each step, a Google that refuses one, and that nothing is left."""

import json
from pathlib import Path

import pytest

from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.sheets import BOT, Drive
from sandbox.sheets.people import Person
from tests.kit.doctored import environment
from tests.kit.served import within

Told = list[tuple[str, str]]


def tried(settings: Settings, key: str, tmp_path: Path) -> Told:
    """What is said of the sheet that was lent."""
    url = f"https://docs.google.com/spreadsheets/d/{key}/edit"
    done = within("doctor", "--json", "--sheet", url, given=environment(settings), cwd=tmp_path)
    assert done.stderr.replace("Lent sheet: The sheet is empty. It is written to now, step by step.\n", "") == ""
    found = json.loads(done.stdout)["findings"]
    return [(each["how"], each["sentence"]) for each in found if each["subject"] == "Lent sheet"]


@pytest.fixture
def key(drive: Drive) -> str:
    """An empty spreadsheet, lent."""
    return drive.create_spreadsheet("Lent", share_with=(BOT,))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_step_is_taken_and_the_sheet_is_empty_again(
    settings: Settings, drive: Drive, key: str, tmp_path: Path
) -> None:
    before = drive.spreadsheet(key).as_json()
    told = tried(settings, key, tmp_path)
    assert [how for how, _ in told] == ["ok"] * len(told), told
    assert [sentence.split(":")[0].split(".")[0] for _, sentence in told][:-2] == [
        "Every tab, colour and chart was written at once", "A change is written",
        "A cell that was typed over is noticed", "It is put back",
        "Rows that were sorted stay whole", "Sorted rows are found again", "A new name is text everywhere",
        "It has replaced the old name everywhere", "A write that comes too late is refused",
    ]  # fmt: skip
    after = drive.spreadsheet(key).as_json()
    for each in (before, after):
        for name in ("version", "modified"):
            each.pop(name, None)
    assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sheet_that_isnt_empty_is_left_alone(settings: Settings, drive: Drive, key: str, tmp_path: Path) -> None:
    Person(drive, key).type(drive.spreadsheet(key).titles[0], "B2", "Somebody's")
    before = drive.files[key].version
    [(how, sentence)] = tried(settings, key, tmp_path)
    assert (how, sentence) == (
        "problem", "The sheet that was lent isn't empty, so nothing was written: lend an empty one."
    )  # fmt: skip
    assert drive.files[key].version == before
    assert tried(settings, "nothing", tmp_path)[0][0] == "problem"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_trial_that_breaks_off_says_so_and_the_next_one_begins_anew(
    settings: Settings, drive: Drive, key: str, tmp_path: Path
) -> None:
    drive.faults.add(Fault(":batchUpdate", 40, 403, {}, json.dumps({"error": {"code": 403, "message": "no"}})))
    told = tried(settings, key, tmp_path)
    assert told[0][0] == "problem", told
    drive.faults.clear()
    assert [how for how, _ in tried(settings, key, tmp_path)] == ["ok"] * 11
