"""The command line: one cycle from nothing to its tally, and every mistake answered with a sentence."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.commands import COMMANDS
from storage.crypto import Vault, new_key
from tests.kit.loaded import FILE
from tests.kit.served import HERE, ROUNDTABLE, environ, run, within


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A folder with a database in which the published cycle has been loaded, answered."""
    folder = tmp_path_factory.mktemp("cli")
    shutil.copy(sqlite_template, folder / "cli.db")
    assert roundtable(folder, "migrate").stdout == "The database is up to date.\n"
    told = roundtable(folder, "cycle", "load", str(FILE), "--answered")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Audit 2 is set up: 15 cases.")
    (folder / "comma.csv").write_text(",")
    return folder


KEYS = f"k1:{new_key()}"


GIVEN = {
    "DATABASE_URL": "sqlite:///cli.db",
    "ENCRYPTION_KEYS": KEYS,
    "SLACK_BOT_TOKEN": "xoxb-of-the-cli-tests",
    "SLACK_SIGNING_SECRET": "secret-of-the-cli-tests",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
}


def roundtable(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return within(*words, given=GIVEN, cwd=folder)


def test_a_command_loads_only_what_it_needs() -> None:
    """A key needs no database, help for all commands none of them; it names each, and for one it says what it does."""
    shown = "import sys; from bot.cli import COMMANDS, main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    key = run(sys.executable, "-c", shown, "key", given={}, cwd=HERE)
    assert Vault.from_text(key.stdout.strip()).names
    assert not {"sqlalchemy", "pydantic", "structlog", "bot.report_cli"} & {*key.stderr.split()}
    told = run(sys.executable, "-c", shown, "--help", given={}, cwd=HERE)
    assert {word for words in COMMANDS for word in words.split()} <= {word.strip(",") for word in told.stdout.split()}
    assert not {"sqlalchemy", "pydantic", "structlog", "bot.report_cli"} & {*told.stderr.split()}
    assert "Print what falls due in a cycle" in roundtable(HERE, "schedule", "--help").stdout


def test_the_tally_of_the_published_cycle(home: Path) -> None:
    told = run(ROUNDTABLE, "tally", "2", "--json", given=GIVEN, cwd=home)
    assert told.stdout == roundtable(home, "tally", "2", "--json").stdout, "in a process of its own as in this one"
    tally = json.loads(told.stdout)
    assert tally["cycle"] == 2
    assert tally["cases"] == 15
    assert tally["grades"] == {"outstanding": 0, "good": 4, "requires_improvement": 6, "inadequate": 1}
    assert tally["not_graded"]["insufficient_information"] == 4
    assert tally["adds_up"] is True
    assert {area: part["cases"] for area, part in tally["by_area"].items()} == {"East": 5, "North": 5, "Central": 5}
    assert tally["self"]["returns"] == 150
    assert tally["themes"][0] == {"theme": "SGO payments", "strength": False, "cases": 4, "of": 15}


def test_the_figures_of_the_published_cycle(home: Path) -> None:
    figures = json.loads(roundtable(home, "figures", "2", "--json").stdout)
    overall = figures["statistics"]["overall"]
    assert overall["of"] == 150
    assert [point["cases"] for point in figures["trend"]] == [15]
    told = roundtable(home, "figures", "2").stdout
    harder = f"{overall['up']} harder, {overall['same']} the same."
    assert f"{overall['down']} of 102 returns kinder than the meeting, {harder}" in told
    assert f"within one grade in {figures['statistics']['within_one']} of {figures['statistics']['compared']}" in told


def test_published_figures_are_checked_without_settings(tmp_path: Path) -> None:
    good = {"cases": 15, "grades": {"good": 4, "requires_improvement": 6, "inadequate": 1, "not_graded": 4}}
    (tmp_path / "good.json").write_text(json.dumps(good | {"stated_percent": {"good": 27, "not_graded": 26.7}}))
    told = run(ROUNDTABLE, "check-figures", "good.json", given={}, cwd=tmp_path)
    assert (told.returncode, told.stdout) == (0, "The figures come to 15 cases, and 2 stated percentages fit.\n")
    (tmp_path / "bad.json").write_text(json.dumps([good | {"name": "East"}, good | {"name": "West", "cases": 14}]))
    told = within("check-figures", "bad.json", given={}, cwd=tmp_path)
    assert told.returncode == 1
    assert told.stdout.splitlines() == [
        "East: The figures come to 15 cases.",
        "West: The grades come to 15, but there are 14 cases: 1 too many.",
    ]


def test_what_falls_due_and_what_waits(home: Path) -> None:
    due = json.loads(roundtable(home, "schedule", "2", "--json").stdout)
    assert [meeting["areas"] for meeting in due["meetings"]] == [["East"], ["Central", "North"]]
    assert due["tally_at"] == min(meeting["summaries_at"] for meeting in due["meetings"])
    named = [each["name"] for each in due["actions"]]
    assert named[0] == "action of case T2-NORTH-02"  # whose summary isn't out
    assert "action 1 of recommendation 1" in named
    assert len(named) == 6
    waiting = json.loads(roundtable(home, "status", "--json").stdout)
    assert waiting["settled"] is False
    assert waiting["promises"] > 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import", "comma.csv"), "There are no words in the file."),
        (("cycle", "load", "/dev/zero"), "/dev/zero is larger than 20 MB, which is the most that is read."),
        (("cycle", "load", str(FILE)), "Audit 2 is set up already."),
        (("cycle", "load", "nowhere.json"), "nowhere.json can't be read: No such file or directory."),
        (("cycle", "open", "2"), "Audit 2 is open already."),
        (("import", str(FILE), "--scale", "stars"), "There is no scale “stars”; there are inspection, three_step"),
        (("sheet", "bind", "2", "https://docs.example/x"), "GOOGLE_SERVICE_ACCOUNT is not set"),
        (("clock", "--to", "2031-01-01T10:00"), "this clock can't be moved"),
    ],
)
def test_a_mistake_gets_a_sentence(home: Path, words: tuple[str, ...], sentence: str) -> None:
    told = roundtable(home, *words)
    assert told.returncode == 1
    assert sentence in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_a_mistake_ends_a_process_with_its_sentence(home: Path) -> None:
    told = run(ROUNDTABLE, "tally", "7", given=GIVEN, cwd=home)
    assert (told.returncode, told.stdout, told.stderr) == (1, "", "There is no audit 7.\n")


def test_output_that_nobody_reads_or_that_cant_be_written_is_no_fault_of_ours(tmp_path: Path) -> None:
    environment = environ({}) | {"PYTHONPATH": str(HERE)}
    gone, nobody = os.pipe()
    os.close(gone)
    with open(nobody, "wb") as unread, Path("/dev/full").open("wb") as full:  # noqa: PTH123  # it is a number
        for where, words, code, told in (
            (unread, ("data",), 128 + signal.SIGPIPE, ""),
            (full, ("key",), 1, "The output can't be written: No space left on device."),
            (full, ("check-figures", "bad.json"), 1, "bad.json can't be read"),
        ):
            done = subprocess.run(
                [ROUNDTABLE, *words], env=environment, cwd=tmp_path, stdout=where, stderr=subprocess.PIPE, text=True,
                timeout=100, check=False,
            )  # fmt: skip
            assert (done.returncode, told in done.stderr, bool(done.stderr)) == (code, True, bool(told)), done


def test_a_number_beyond_every_cycle_is_refused_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for number in ("9" * 20, "9" * 5000, "0"):
        with pytest.raises(SystemExit) as ended:
            main(["tally", number])
        assert ended.value.code == 2
        assert "argument cycle: " in capsys.readouterr().err


def test_a_key_needs_no_settings_and_opens_a_vault(tmp_path: Path) -> None:
    printed = within("key", "--name", "k9", given={}, cwd=tmp_path).stdout.strip()
    assert printed.startswith("k9:")
    vault = Vault.from_text(printed)
    assert vault.open(vault.seal("x", "a:b:c"), "a:b:c") == "x"


def test_a_start_that_fails_leaves_no_worker(tmp_path: Path) -> None:
    def children() -> set[str]:
        return {each for task in Path("/proc/self/task").iterdir() for each in (task / "children").read_text().split()}

    before = children()
    assert "roundtable migrate" in within("web", given=GIVEN, cwd=tmp_path).stderr
    assert children() == before
