"""Secrets: no object that holds one shows it, neither the settings nor anything that is built from them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.settings import BadSetting, Settings, load
from bot.web import build, connections
from jobs.engine import Engine, Paces
from jobs.slack_posting import Poster
from sandbox.sheets import Drive
from sheets.google_client import connect
from storage.crypto import new_key

PASSWORD, TOKEN, SIGNING, KEY = "canarypassword", "xoxb-canarytoken", "canarysigningsecret", new_key()
APP_TOKEN = "xapp-canaryapptoken"
OURS_AND_VENDORS = {
    "audit", "bot", "handlers", "jobs", "sheets", "storage", "views",
    "flask", "google", "gspread", "pydantic", "slack_bolt", "slack_sdk", "sqlalchemy",
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Every secret that there is, in settings; nobody is connected to."""
    account = Drive().service_account("http://127.0.0.1:9")
    (tmp_path / "key.json").write_text(json.dumps(account))
    return Settings.model_validate({
        "database_url": f"postgresql://roundtable:{PASSWORD}@127.0.0.1:9/roundtable",
        "encryption_keys": f"k1:{KEY}",
        "slack_bot_token": TOKEN,
        "slack_app_token": APP_TOKEN,
        "slack_signing_secret": SIGNING,
        "slack_api_url": "http://127.0.0.1:9/api/",
        "google_service_account": tmp_path / "key.json",
        "google_api_url": "http://127.0.0.1:9",
    })  # fmt: skip


def reached(found: object, seen: set[int]) -> Iterator[object]:
    """Every object of ours or a vendor's that can be come by from here."""
    if id(found) in seen or isinstance(found, str | bytes | int | float | type | None):
        return
    seen.add(id(found))
    inside: list[object] = []
    if type(found).__module__.partition(".")[0] in OURS_AND_VENDORS:
        yield found
        inside += vars(found).values() if hasattr(found, "__dict__") else []
    elif isinstance(found, Mapping):
        inside += [*found.keys(), *found.values()]
    elif isinstance(found, list | tuple | set | frozenset):
        inside += found
    for each in inside:
        yield from reached(each, seen)


def test_fault_24_no_object_shows_a_secret(settings: Settings) -> None:
    credentials = settings.google_credentials()
    assert credentials
    sessions = settings.sessions(patience=1)
    poster = Poster(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    sheets = connect(credentials, settings.google_api_url)
    built = [
        settings, sessions, build(settings, sessions), connections(settings, sessions), poster, sheets,
        Engine(sessions, poster, sheets, Paces(sweep=1, redraw=1, sheets=1, messages=1, retry=1)),
    ]  # fmt: skip
    secrets = (PASSWORD, TOKEN, APP_TOKEN, SIGNING, KEY, credentials["private_key"][40:80])
    found = list(reached(built, set()))
    kinds = {type(each).__name__ for each in found}
    assert {
        "Settings",
        "Sessions",
        "Vault",
        "URL",
        "Engine",
        "Poster",
        "SocketMode",
        "WebClient",
        "Gate",
        "_Signed",
    } <= kinds
    for each in found:
        shown = f"{each!r} {each} {type(each).__name__}"
        assert not any(secret in shown for secret in secrets), type(each)


def test_what_is_wrong_is_said_without_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password with an @ in it makes what comes behind it look like a host or a port."""
    monkeypatch.setenv("ENCRYPTION_KEYS", settings.encryption_keys.get_secret_value())
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING)
    for url in (f"postgresql://name:a@b:{PASSWORD}@host/name", f"mysql://name:{PASSWORD}@host", f"{PASSWORD}://x"):
        monkeypatch.setenv("DATABASE_URL", url)
        with pytest.raises(BadSetting) as wrong:
            load(Settings)
        assert str(wrong.value).startswith("DATABASE_URL is wrong: ")
        assert PASSWORD not in str(wrong.value)
        with pytest.raises(ValueError, match="database_url") as raw:
            Settings.of_environment()
        assert PASSWORD not in str(raw.value)
    assert PASSWORD not in str(make_url(settings.database_url.get_secret_value()))
