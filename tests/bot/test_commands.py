"""Every command as a person runs it, in an empty environment but for what it needs, told in sentences."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.commands import BARE, COMMANDS, EITHER_WAY, KEYLESS, PROCESSES
from storage.crypto import new_key
from tests.kit.fork_server import LIBRARIES, LOADED, shared
from tests.kit.loaded import FILE
from tests.kit.served import HERE, ROUNDTABLE, within
from tests.past.test_import_file import HEADER, LINES

KEYS = {"ENCRYPTION_KEYS": f"k1:{new_key()}"}
SLACKS = KEYS | {"SLACK_BOT_TOKEN": "xoxb-of-the-tests", "SLACK_SIGNING_SECRET": "secret-of-the-tests", "PORT": "0"}
HEAVY = {
    *("alembic", "dbos", "docx", "docxtpl", "gspread", "highspy", "matplotlib", "numpy", "openpyxl", "psycopg"),
    *("pyxform", "slack_bolt"),
}
"""Libraries that take long to load."""
NEEDED = {
    "migrate": {"alembic", "dbos", "psycopg"},
    "doctor": {"gspread", "slack_bolt"},
    "export case": {"openpyxl", "numpy"},
    "governance": {"docx", "docxtpl"},
    "sheet bind": {"gspread"},
    "web": {"slack_bolt"},
}
"""What is said -> those that it needs."""
FIGURES = {"cases": 2, "grades": {"good": 1, "not_graded": 1}}


@dataclass(frozen=True)
class Said:
    """What is said after a command's own words, and with what it answers; `refused`: on standard error instead.

    `code`: the exit status, where that doesn't say it.
    """

    words: tuple[str, ...]
    answer: str
    refused: bool = False
    code: int | None = None

    @property
    def ends_with(self) -> int:
        """The exit status."""
        return (1 if self.refused else 0) if self.code is None else self.code


SAID = {
    "migrate": Said((), "The database is up to date."),
    "key": Said(("--name", "k9"), "k9:"),
    "data": Said((), "# What is kept"),
    "access": Said((), "# Who may read and do what"),
    "doctor": Said((), "ENCRYPTION_KEYS is missing: set it in the environment", code=1),
    "check-figures": Said(("figures.json",), "The figures come to 2 cases."),
    "fits": Said(("88", "--of", "25"), "22 of 25"),
    "clock": Said((), " in London"),
    "cycle load": Said((str(FILE),), "Audit 2 is set up: 15 cases."),
    "cycle open": Said(("2",), "Audit 2 is open. Its leads get their requests now."),
    "schedule": Said(("2",), "deadline for returns"),
    "status": Said((), "sheet of audit 2: not set up yet."),
    "redeliver": Said((), "No message has a problem."),
    "tool list": Said((), "transitions  version 1  22 questions  Transitions to adulthood"),
    "tool export": Said(("transitions", "tool.xlsx"), "tool.xlsx holds “Transitions to adulthood”, version 1."),
    "tool check": Said(("tool.xlsx",), "22 questions on 2 pages in Slack."),
    "tool load": Said(("tool.xlsx",), "version 1, is there already, and nothing was changed."),
    "letterhead name": Said(("The partnership",), "The partnership is called “The partnership”."),
    "letterhead write": Said(("letterhead.docx",), "  report: the report itself: once"),
    "letterhead template": Said(("letterhead.docx",), "letterhead.docx is the template of reports."),
    "letterhead logo": Said(("letterhead.docx",), "The logo isn't a PNG or JPEG picture.", refused=True),
    "letterhead remove": Said(("template",), "There is no template of your own."),
    "tally": Said(("2",), "Audit 2, Transitions: 15 cases"),
    "figures": Said(("2",), "Self-grade against ratified judgement"),
    "import": Said(("past.csv",), "First audit (audit 1), imported"),
    "past remove": Said(("1",), "is no longer kept. It can be imported again."),
    "report": Said(("2", "--out", "out"), "Audit 2", refused=True),
    "keys rotate": Said((), "0 texts were sealed again, with the key “k1”."),
    "keys verify": Said((), "sealed texts can be opened where they are."),
    "trail verify": Said((), "entries are sealed."),
    "trail export": Said(("trail.jsonl",), "trail.jsonl holds "),
    "governance": Said(("--out", "drafts"), "drafts/data-protection-impact-assessment.docx"),
    "export case": Said(("T2-EAST-01", "case.xlsx", "--by", "Auditor"), "about the case T2-EAST-01."),
    "export audit": Said(("2", "audit.xlsx", "--by", "Auditor"), "about Audit 2, Transitions as a whole."),
    "erase": Said(("T2-EAST-01", "--all-texts", "--by", "Auditor", "--because", "law"), "Nothing was changed."),
    "export person": Said(("Nobody", "person.xlsx", "--by", "Auditor"), "Nobody here is called “Nobody”", refused=True),
    "export readings": Said(("readings.xlsx", "--by", "Auditor"), "readings.xlsx has 3 readings."),
    "backup": Said(("kept.backup",), "sealed with the key “k1”. It can be restored until"),
    "restore": Said(("kept.backup",), "There is something in this database already", refused=True),
    "resume": Said(("--the-other-has-stopped",), "wasn't restored from a backup", refused=True),
    "purge": Said((), "`roundtable purge --for-good` removes what is due; that can't be undone."),
    "hold set": Said(("2", "--why", "An inquiry asks for it."), "Audit 2 is on hold: nothing of it is removed."),
    "hold list": Said((), "in force. An inquiry asks for it."),
    "hold lift": Said(("2",), "Audit 2 is no longer on hold."),
    "sheet bind": Said(("2", "1" * 44), "GOOGLE_SERVICE_ACCOUNT is not set", refused=True),
    "sheet status": Said(("2",), "No Google Sheet is set for audit 2 yet."),
    "sheet diff": Said(("2",), "GOOGLE_SERVICE_ACCOUNT is not set", refused=True),
    "sheet export": Said(("2", "sheet.xlsx"), "holds what the sheet of audit 2 shows"),
    "sheet rebuild": Said(("2",), "No Google Sheet is set for audit 2 yet.", refused=True),
}
"""In the order in which they are said."""


def command(*words: str, given: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """A process of its own, with nothing of this one's environment."""
    env = {"PYTHONPATH": str(HERE), **given}
    return subprocess.run(
        [ROUNDTABLE, *words], env=env, cwd=cwd, capture_output=True, text=True, timeout=100, check=False
    )


def unloaded(*words: str, given: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """The same where nothing of ours is loaded yet: the command loads what it needs, and nothing else that is heavy."""
    loaded = cwd / "loaded"
    done = shared(*LIBRARIES).run(*words, environment={LOADED: str(loaded), **given}, cwd=cwd)
    said = next(each for each in COMMANDS if [*words[: each.count(" ") + 1]] == each.split())
    assert HEAVY & {*loaded.read_text().splitlines()} == NEEDED.get(said, set()), words
    loaded.unlink()
    return done


def is_log(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def test_every_command_of_a_person_is_tried() -> None:
    assert {*SAID, *PROCESSES} == set(COMMANDS)


def test_every_command_answers_in_sentences_and_asks_for_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "figures.json").write_text(json.dumps(FIGURES))
    (tmp_path / "past.csv").write_text(HEADER + LINES)
    begun: set[str] = set()
    for words, said in SAID.items():
        given = {} if words in {*BARE, *KEYLESS} else KEYS
        file = COMMANDS[words][0].partition(".")[0]
        run = within if file in begun else unloaded  # of each file one in a process that has nothing loaded yet
        begun.add(file)
        done = run(*words.split(), *said.words, given=given, cwd=tmp_path)
        told, silent = (done.stderr, done.stdout) if said.refused else (done.stdout, done.stderr)
        assert said.answer in told, (words, done)
        assert silent == "", (words, done)
        assert done.returncode == said.ends_with, (words, done)
        assert "Traceback" not in told, words
        assert not [line for line in told.splitlines() if is_log(line)], (words, told)


@pytest.mark.parametrize("words", [each for each in COMMANDS if each not in {*BARE, *KEYLESS, *EITHER_WAY, *PROCESSES}])
def test_what_reads_what_is_kept_asks_for_the_key_and_not_for_slack(words: str, tmp_path: Path) -> None:
    done = within(*words.split(), *SAID[words].words, given={}, cwd=tmp_path)
    where = "(docs/settings.md says what it is; `roundtable key` makes one)"
    missing = f"ENCRYPTION_KEYS is missing: set it in the environment {where}.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", missing)


def test_a_number_or_moment_that_cannot_be_gets_a_sentence(tmp_path: Path) -> None:
    for words, said in {
        ("schedule", "0"): "cycle: 0 isn't a whole number from 1 to 9999",
        ("tally", "12345"): "cycle: 12345 isn't a whole number from 1 to 9999",
        ("clock", "--to", "noon"): "--to: noon isn't a date and time such as 2026-03-12T09:30",
        ("doctor", "--blocks", "0"): "--blocks: 0 isn't a whole number from 1 to 9999",
        ("doctor", "--patience", "nan"): "--patience: nan isn't a whole number from 1 to 600",
    }.items():
        done = within(*words, given={}, cwd=tmp_path)
        told = done.stderr.splitlines()[-1]
        assert (done.returncode, told) == (2, f"roundtable {words[0]}: error: argument {said}")


def test_a_tool_that_comes_with_the_product_is_written_without_any_settings(tmp_path: Path) -> None:
    done = within("tool", "export", "standards", "ours.xlsx", given={}, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "as it comes with the product: there are no settings for a database here." in done.stdout
    checked = within("tool", "check", "ours.xlsx", given={}, cwd=tmp_path)
    assert (checked.returncode, "24 questions on" in checked.stdout) == (0, True), "without those that grades bring"
    done = within("tool", "export", "ours", "again.xlsx", given={}, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No audit tool “ours” comes with the product." in done.stderr


def test_what_nobody_foresaw_ends_with_a_sentence_and_without_its_words(tmp_path: Path) -> None:
    folder = tmp_path / "canary"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import storage.migrations\n"
        "def broken(url, vault): raise KeyError('CANARY')\n"
        "storage.migrations.upgrade = broken\n"
    )  # fmt: skip
    done = command("migrate", given={"PYTHONPATH": f"{folder}{os.pathsep}{HERE}"}, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Something went wrong, and that is our fault: KeyError at sitecustomize.py:2 broken." in done.stderr
    assert "CANARY" not in done.stderr
    assert "Traceback" not in done.stderr
    done = within("export", "case", "T2\udcff", "case.xlsx", "--by", "Officer", given=KEYS, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The command's arguments aren't all UTF-8 text. Nothing was done.\n"


def _of_version(folder: Path, number: str) -> None:
    with closing(sqlite3.connect(folder / "roundtable.db")) as connection, connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{number}'")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("9999", "was made by a newer version"), ("0009", "is of an unreleased state of Roundtable (schema 0009)")],
)
def test_a_database_of_another_version_is_named(tmp_path: Path, number: str, sentence: str) -> None:
    """By `migrate`, at the start of what would use it, and by what only looks into it."""
    assert within("migrate", given={}, cwd=tmp_path).returncode == 0
    _of_version(tmp_path, "0032")
    done = within("status", given=KEYS, cwd=tmp_path)
    assert done.stderr == "The database isn't up to date: run `roundtable migrate` first.\n"
    _of_version(tmp_path, number)
    for done in (
        within("migrate", given={}, cwd=tmp_path), unloaded("web", given=SLACKS, cwd=tmp_path),
        within("status", given=KEYS, cwd=tmp_path), within("backup", "kept", given=KEYS, cwd=tmp_path),
        within("restore", "kept", given=KEYS, cwd=tmp_path),
    ):  # fmt: skip
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
        assert "Nothing was changed." in done.stderr
