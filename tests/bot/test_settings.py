"""Settings: what is missing or wrong stops the start, in words that name it; and all of them are documented."""

import json
import re
import sys
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import AfterValidator, SecretStr

from bot.commands import PROCESSES
from bot.setting_shapes import known_database
from bot.settings import BadSetting, Basics, Settings, load
from storage.crypto import new_key
from tests.kit.served import HERE, environ, forked, run

GOOD = {
    "ENCRYPTION_KEYS": f"k1:{new_key()}",
    "SLACK_BOT_TOKEN": "xoxb-of-the-settings-tests",
    "SLACK_SIGNING_SECRET": "secret-of-the-settings-tests",
    "PORT": "0",
}
NEEDED = ("ENCRYPTION_KEYS", "SLACK_BOT_TOKEN")
WRONG = [
    ("DATABASE_URL", "mysql://host/name", "must begin with sqlite:/// or postgresql://"),
    ("DATABASE_URL", "", "must begin with"),
    ("DATABASE_URL", "sqlite://", "a database in memory would be lost"),
    ("DATABASE_URL", "not a url", "must begin with"),
    ("DATABASE_URL", "sqlite:///:memory:", "a database in memory would be lost"),
    ("DATABASE_URL", "sqlite:///file:kept?mode=memory&uri=true", "without options after a ?"),
    ("DATABASE_URL", "postgresql://name:pass@wo:rd@host/name", "can't be read: write @ : / %"),
    ("DATABASE_URL", "sqlite:///roundtable.db\r", "save the settings file with Unix line endings (LF)"),
    ("DATABASE_URL", "'sqlite:///roundtable.db'", "leave them out"),
    ("SLACK_SIGNING_SECRET", '"hunter2"', "leave them out"),
    ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "the folder /nowhere/at doesn't exist or can't be opened"),
    ("ENCRYPTION_KEYS", "k1", "each key must read name:base64"),
    ("ENCRYPTION_KEYS", "", "each key must read name:base64"),
    ("SLACK_APP_TOKEN", "xoxb-1", "belongs in SLACK_BOT_TOKEN"),
    ("SLACK_APP_TOKEN", "xoxp-1", "it is a token of another kind; make an App-Level Token"),
    ("SLACK_API_URL", "", "must begin with https://"),
    ("SLACK_API_URL", "ftp://slack.example/api/", "must begin with https://"),
    ("SLACK_API_URL", "https://", "name a host"),
    ("GOOGLE_API_URL", "sheets.example", "must begin with https://"),
    ("GOOGLE_SERVICE_ACCOUNT", "/nowhere.json", "can't be read as one"),
    ("EMBEDDED_WORKER", "perhaps", "must be a valid boolean."),
    ("FIRST_COORDINATOR", "U0456", "with a slash between"),
    ("FIRST_COORDINATOR", "U0456/T0123", "with a slash between"),
    ("SWEEP_SECONDS", "0", "greater than 0"),
    ("REDRAW_SECONDS", "soon", "must be a valid number."),
    ("SHEET_SECONDS", "0.9", "must be 1 or more: Google takes 60"),
    ("MESSAGE_SECONDS", "0.9", "must be 1 or more: Slack takes one"),
    ("RETRY_SECONDS", "-1", "greater than 0"),
    ("LOG_LEVEL", "TRACE", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
    ("PORT", "http", "must be a valid integer."),
    ("PORT", "65536", "less than or equal to 65535"),
    ("METRICS_PORT", "0", "greater than or equal to 1"),
    ("METRICS_PORT", "65530", "less than or equal to 65526"),
    ("CLOCK_FILE", "/tmp/clock", "for the sandbox only"),
    ("DIE_AT", "posted", "for tests only"),
]


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without any setting; what the process is told from outside is the subject here."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def refusal(only: pytest.MonkeyPatch, given: dict[str, str]) -> str:
    for name, value in given.items():
        only.setenv(name, value)
    with pytest.raises(BadSetting) as wrong:
        load(Settings)
    return str(wrong.value)


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_is_named(only: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    said = refusal(only, GOOD | {name: value})
    assert name in said
    assert sentence in said
    assert said.count("\n") == 0
    assert GOOD["SLACK_SIGNING_SECRET"] not in said


@pytest.mark.usefixtures("only")
def test_what_counts_where_nothing_is_set_must_be_right_too() -> None:
    """The database beside us, say, where nobody may enter the folder that the process was started in."""

    class Nowhere(Basics):
        database_url: Annotated[SecretStr, AfterValidator(known_database)] = SecretStr("sqlite:////nowhere/at/all.db")

    with pytest.raises(BadSetting, match="DATABASE_URL is wrong: the folder"):
        load(Nowhere)


def test_figures_leave_the_port_of_requests_alone(only: pytest.MonkeyPatch) -> None:
    assert "METRICS_PORT and the nine ports after it are for figures" in refusal(
        only, GOOD | {"PORT": "3000", "METRICS_PORT": "2991"}
    )
    only.setenv("METRICS_PORT", "2990")
    assert load(Settings).metrics_port == 2990


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_setting_is_named(only: pytest.MonkeyPatch, name: str) -> None:
    said = refusal(only, {key: value for key, value in GOOD.items() if key != name})
    makes = "; `roundtable key` makes one" if name == "ENCRYPTION_KEYS" else ""
    assert said == f"{name} is missing: set it in the environment (docs/settings.md says what it is{makes})."


def test_an_empty_secret_is_missing(only: pytest.MonkeyPatch) -> None:
    assert "SLACK_BOT_TOKEN is missing" in refusal(only, GOOD | {"SLACK_BOT_TOKEN": ""})


def test_slack_needs_one_way_in(only: pytest.MonkeyPatch) -> None:
    neither = GOOD | {"SLACK_SIGNING_SECRET": "", "SLACK_APP_TOKEN": ""}
    assert refusal(only, neither).startswith("SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: set the first for")
    only.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert load(Settings).slack_signing_secret is None


@pytest.mark.parametrize(
    "address",
    ["https://slack.com/api/", "https://SLACK.com./api", "https://www.slack.com/", "https://slack-gov.com/api/"],
)
@pytest.mark.parametrize("name", ["CLOCK_FILE", "DIE_AT"])
def test_what_is_for_the_sandbox_is_refused_with_the_real_slack(
    only: pytest.MonkeyPatch, name: str, address: str
) -> None:
    assert name in refusal(only, GOOD | {name: "x", "SLACK_API_URL": address})


def test_with_a_stand_in_the_clock_may_be_moved(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {**GOOD, "SLACK_API_URL": "http://127.0.0.1:1/api", "CLOCK_FILE": str(tmp_path / "c")}.items():
        only.setenv(name, value)
    assert load(Settings).clock_file == tmp_path / "c"
    assert load(Settings).slack_api_url == "http://127.0.0.1:1/api/"


def test_empty_counts_as_not_set(only: pytest.MonkeyPatch) -> None:
    optional = ("GOOGLE_SERVICE_ACCOUNT", "GOOGLE_API_URL", "EMBEDDED_WORKER", "CLOCK_FILE", "DIE_AT")
    for name, value in (GOOD | dict.fromkeys(optional, "")).items():
        only.setenv(name, value)
    settings = load(Settings)
    assert [getattr(settings, name.lower()) for name in optional] == [None] * 5


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "can't be read as one"),
        ("[" * 5000, "can't be read as one"),
        ('{"client_email": "a", "client_email": "b"}', "can't be read as one"),
        ("[]", "can't be read as one"),
        ("null", "can't be read as one"),
        ("{}", "lacks client_email, private_key, token_uri"),
        (json.dumps(dict.fromkeys(("client_email", "private_key", "token_uri"), "x")), "private_key in the key file"),
        (json.dumps(dict.fromkeys(("client_email", "private_key", "token_uri"), 1)), "private_key in the key file"),
    ],
)
def test_a_key_file_that_is_none(only: pytest.MonkeyPatch, tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(content)
    said = refusal(only, GOOD | {"GOOGLE_SERVICE_ACCOUNT": str(file)})
    assert "GOOGLE_SERVICE_ACCOUNT" in said
    assert sentence in said


def test_neither_secrets_nor_keys_show_in_the_settings(only: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        only.setenv(name, value)
    shown = repr(load(Settings)) + str(load(Settings))
    assert not any(GOOD[name] in shown for name in NEEDED)


def test_fault_25_both_kinds_of_process_stop_with_the_sentence(tmp_path: Path) -> None:
    for command in PROCESSES:
        ended = forked(command, given={"PORT": "0"}, cwd=tmp_path)
        assert ended.returncode != 0
        for name in NEEDED:
            assert f"{name} is missing: set it in the environment" in ended.stderr, command
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("process", "url", "sentence"),
    [
        (
            "web",
            "postgresql://me:pw@127.0.0.1:1/x",
            "The database can't be used: nothing is listening there. Start Postgre",
        ),
        (
            "web",
            "sqlite:///roundtable.db",
            "The database can't be used: it doesn't exist. Run `roundtable migrate`, which",
        ),
        (
            "worker",
            "sqlite:///roundtable.db",
            "The database can't be used: it doesn't exist. Run `roundtable migrate`, wh",
        ),
    ],
)
def test_without_its_database_no_process_starts(tmp_path: Path, process: str, url: str, sentence: str) -> None:
    ended = forked(process, given=GOOD | {"DATABASE_URL": url}, cwd=tmp_path)
    assert ended.returncode != 0
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == [], "what is refused leaves nothing"


def test_the_web_process_loads_neither_the_engine_nor_what_draws(tmp_path: Path) -> None:
    """Importing them is heavy, and the engine must never be launched before a fork.

    Nor is what steps from one schema to the next, or the code for a database that isn't used. What people are told when
    no file can be opened any more is loaded.
    """
    heavy = {"dbos", "docx", "gspread", "highspy", "matplotlib", "numpy", "prometheus_client", "pyxform", "requests"}
    heavy |= {"alembic", "openpyxl", "PIL", "websockets", "sqlalchemy.dialects.postgresql", "psycopg"}
    needed = {"encodings.utf_16_le"}
    code = f"import bot.web, bot.settings, sys; print({heavy | needed} & sys.modules.keys())"
    ended = run(sys.executable, "-c", code, given={}, cwd=tmp_path)
    assert ended.stdout.strip() == str(needed), ended.stderr


def test_every_setting_is_documented() -> None:
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", (HERE / "docs/settings.md").read_text(), re.MULTILINE))
    assert sorted(documented) == sorted(name.upper() for name in Settings.model_fields)
    for name, field in Settings.model_fields.items():
        said = documented[name.upper()]
        if field.is_required():
            assert "needed" in said
        elif field.default is not None:
            shown = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
            assert said == f"`{shown}`"


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        file.relative_to(HERE)
        for room in ("audit", "bot", "handlers", "jobs", "sheets", "storage", "views")
        for file in (HERE / room).rglob("*.py")
        if re.search(r"os\.environ|getenv", file.read_text())
    ]
    assert readers == [Path("bot/settings.py")]
    assert not any(name.upper() in environ({}) for name in Settings.model_fields)
