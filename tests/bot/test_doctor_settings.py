"""The doctor: each wrong setting, and what is wrong with the machine, is named by its sentence."""

import json
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from bot.server import FILES
from storage.crypto import new_key
from tests.kit.doctored import Doctor
from tests.kit.pooled import pooler
from tests.kit.served import HERE, ROUNDTABLE

Told = list[tuple[str, str, str]]
ZONES = Path(str(files("tzdata.zoneinfo")))

GIVEN: dict[str, tuple[dict[str, str], str]] = {
    "a user's token": ({"SLACK_BOT_TOKEN": "xoxp-1-2"}, "SLACK_BOT_TOKEN is wrong: it is a user's token"),
    "an app-level token": (
        {"SLACK_BOT_TOKEN": "xapp-1-2"},
        "an app-level token, which is for Socket Mode; copy the Bot",
    ),
    "a rotated token": ({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-2"}, "a rotated token, which Roundtable can't renew"),
    "half a token": ({"SLACK_BOT_TOKEN": "xoxb-1 xoxb-2"}, "SLACK_BOT_TOKEN is wrong: it has spaces"),
    "a token that was revoked": ({"SLACK_BOT_TOKEN": "xoxb-another"}, "Slack: Slack doesn't accept the app's token"),
    "a token as a signing secret": ({"SLACK_SIGNING_SECRET": "xoxb-1"}, "SLACK_SIGNING_SECRET is wrong: it is a token"),
    "no way in": (
        {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": ""},
        "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing",
    ),
    "a bot token as an app-level one": (
        {"SLACK_APP_TOKEN": "xoxb-1-2"},
        "SLACK_APP_TOKEN is wrong: it is the app's bot token, which belongs in SLACK_BOT_TOKEN",
    ),
    "an app-level token of another app": (
        {"SLACK_APP_TOKEN": "xapp-1-A0ANOTHER-1-abc"},
        "Slack app: SLACK_APP_TOKEN belongs to the app A0ANOTHER, but SLACK_BOT_TOKEN to A0SANDBOX1: set tokens of",
    ),
    "half an app-level token": ({"SLACK_APP_TOKEN": "xapp-1 2"}, "SLACK_APP_TOKEN is wrong: it has spaces"),
    "no keys": ({"ENCRYPTION_KEYS": ""}, "ENCRYPTION_KEYS is missing"),
    "another key": (
        {"ENCRYPTION_KEYS": f"k1:{new_key()}"},
        "Keys: ENCRYPTION_KEYS: the key named “k1” isn't the one that this database knows",
    ),
    "a new key instead": ({"ENCRYPTION_KEYS": f"k9:{new_key()}"}, "Keys: ENCRYPTION_KEYS lacks the key named “k1”"),
    "no key file": ({"GOOGLE_SERVICE_ACCOUNT": ""}, "Audit 2 has a Google Sheet, but there is no key file"),
    "a key file that isn't there": ({"GOOGLE_SERVICE_ACCOUNT": "/nowhere.json"}, "can't be read as one"),
    "a file that is none of ours": (
        {"DATABASE_URL": "sqlite:////etc/passwd", "GOOGLE_SERVICE_ACCOUNT": "/etc/passwd"},
        "Database: The database can't be used: it isn't an SQLite file. Correct DATABASE_URL.",
    ),
    "a folder": ({"DATABASE_URL": "sqlite:////tmp"}, "Database: The database can't be used: the file can't be opened."),
    "no database": ({"DATABASE_URL": "sqlite:///nothing.db"}, "There is no database at nothing.db: run `roundtable mi"),
    "a disk without room": (
        {"DATABASE_URL": "sqlite:////proc/roundtable.db"},
        "Files: /proc has 0.0 GB of free disk space. Nothing can be saved once it is full: free",
    ),
    "another host": (
        {"DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:1/x"},
        "Database: The database can't be used: nothing is listening there. Start PostgreSQL",
    ),
}


def test_each_wrong_setting_is_named_and_keeps_nothing_else_from_being_looked_at(doctor: Doctor) -> None:
    for name, (given, sentence) in GIVEN.items():
        code, found = doctor.says(**given)
        wrong = [f"{subject}: {said}" for subject, how, said in found if how == "problem"]
        assert [each for each in wrong if sentence in each], (name, found)
        assert code == 1
        assert not [each for each in found if "chmod" in each[2]], "whoever did that to what isn't ours would regret it"
        assert {subject for subject, _, _ in found} == {
            "Settings", "Files", "Database", "Keys", "Time zones", "Slack", "Slack app", "Socket Mode", "Channels",
            "Google", "Sheets", "People", "Roles", "Worker",
        }, name  # fmt: skip
        assert not [each for each in found if "our fault" in each[2]], (name, found)
    assert not (doctor.home / "nothing.db").exists()
    _a_new_key(doctor)
    _a_pooler(doctor)


def test_that_own_reference_numbers_are_not_known_is_said_until_they_are(doctor: Doctor) -> None:
    unknown = (
        "Settings",
        "note",
        "LOCAL_IDS isn't set, so children's reference numbers in your own systems aren't refused.",
    )
    assert unknown in doctor.says()[1]
    assert unknown not in doctor.says(LOCAL_IDS="LCS999999,??-9999/99")[1]


def _a_new_key(doctor: Doctor) -> None:
    """It is named, and the other is still this database's."""
    _, found = doctor.says(ENCRYPTION_KEYS=f"k2:{new_key()},{doctor.given['ENCRYPTION_KEYS']}")
    assert [each[1:] for each in found if each[0] == "Keys"] == [
        ("ok", "The keys match this database: k1."),
        ("note", "Not recorded in this database yet: k2. The next start does that."),
    ]


def _a_pooler(doctor: Doctor) -> None:
    """It loses the workers' locks, which are a connection's."""
    url = make_url(doctor.given["DATABASE_URL"])
    with TemporaryDirectory() as folder, pooler(str(url.query["host"]), Path(folder)) as host:
        pooled = url.update_query_dict({"host": host}).render_as_string(hide_password=False)
        found = doctor.problems(DATABASE_URL=pooled)
    assert [each for each in found if each.startswith("Database: A pooler is in front of PostgreSQL and changes the")]


def of_a_machine(zones: Path, version: str, *, allowed: int) -> Told:
    """What is said where time zones are of that version, and so many files may be open (0: any)."""
    (zones / "tzdata/zoneinfo/Europe").mkdir(parents=True)
    for folder in (zones / "tzdata", zones / "tzdata/zoneinfo", zones / "tzdata/zoneinfo/Europe"):
        (folder / "__init__.py").write_text(f'IANA_VERSION = "{version}"\n')
    shutil.copy(ZONES / ("Europe/London" if allowed else "UTC"), zones / "tzdata/zoneinfo/Europe/London")
    given = {"PYTHONPATH": f"{zones}{os.pathsep}{HERE}", "SLACK_API_URL": "http://127.0.0.1:9/"}
    said = f"ulimit -n {allowed or 'unlimited'} 2>/dev/null; exec {ROUNDTABLE} doctor --json"
    done = subprocess.run(["bash", "-c", said], env=given, cwd=zones, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    return [(each["subject"], each["how"], each["sentence"]) for each in json.loads(done.stdout)["findings"]]


def test_a_machine_that_knows_no_time_or_an_old_one_or_allows_too_few_files(tmp_path: Path) -> None:
    wrong = of_a_machine(tmp_path / "wrong", "2026a", allowed=0)
    assert (
        "Time zones", "problem", "The time zone data for London is wrong: reinstall the tzdata package (`make setup`)."
    ) in wrong  # fmt: skip
    old = of_a_machine(tmp_path / "old", "2019c", allowed=200)
    assert ("Time zones", "note", "The time zone data is from 2019c: upgrade the tzdata package.") in old
    needed = f"The web process needs {FILES} open files and the system allows it 200: raise the hard limit"
    assert [each for each in old if each[:2] == ("Settings", "problem") and needed in each[2]]
