"""All settings; only this module reads the environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from sqlalchemy import make_url

from audit.bounds import contents, from_json
from audit.errors import Refused
from audit.identifiers.masks import local
from bot import database_refusals, setting_shapes, tokens
from storage import faults, keys
from storage.clock import Clock
from storage.crypto import Vault
from storage.engine import Sessions
from storage.remembered import Remembered
from storage.retention import Periods

if TYPE_CHECKING:
    from sheets.google_client import GoogleClient

SLACK = "https://slack.com/api/"
SLACK_HOSTS = (".slack.com", ".slack-gov.com")
MOST_DAYS = 36_500
METRICS_PORTS = 10
"""Number of ports from METRICS_PORT on: each process on a machine takes the first that is free."""
PATIENCE = 30.0
"""Seconds for a lock, a statement or a connection where nobody waits: in the worker, and for a command."""


class BadSetting(Exception):
    """A setting is missing or wrong; the message says which and why."""


def _set(value: object) -> object:
    return None if value == "" else value


Empty = BeforeValidator(_set)
"""Treats a setting that is set but empty as not set."""


class Basics(BaseModel):
    """Settings of commands that read no sealed text: the database's address, and settings for the sandbox and tests."""

    model_config = {"frozen": True, "hide_input_in_errors": True, "defer_build": True, "validate_default": True}

    database_url: Annotated[SecretStr, AfterValidator(setting_shapes.known_database)] = SecretStr(
        "sqlite:///roundtable.db"
    )
    slack_api_url: Annotated[str, AfterValidator(lambda url: f"{setting_shapes.address(url).rstrip('/')}/")] = SLACK
    clock_file: Annotated[Path | None, Empty] = None
    die_at: Annotated[str | None, Empty] = None

    _bare = field_validator("*", mode="before")(setting_shapes.bare)

    @classmethod
    def of_environment(cls) -> Self:
        """The settings from the environment; ValidationError."""
        return cls.model_validate({name.lower(): text for name, text in os.environ.items()})

    @property
    def clock(self) -> Clock:
        """The product's clock."""
        return Clock(self.clock_file)

    @property
    def real_slack(self) -> bool:
        """Whether the settings name Slack itself, and not a stand-in."""
        host = (urlsplit(self.slack_api_url).hostname or "").rstrip(".")
        return f".{host}".endswith(SLACK_HOSTS)


class Upgrading(Basics):
    """Settings of `roundtable migrate`: the keys are needed only for an upgrade that seals existing text."""

    encryption_keys: Annotated[Annotated[SecretStr, AfterValidator(setting_shapes.openable)] | None, Empty] = None

    @property
    def vault(self) -> Vault | None:
        """The vault of the keys, if they are set."""
        return Vault.from_text(self.encryption_keys.get_secret_value()) if self.encryption_keys else None


class Stored(Basics):
    """Settings of commands that read sealed texts and sheets, without Slack's."""

    encryption_keys: Annotated[SecretStr, AfterValidator(setting_shapes.openable)]
    google_service_account: Annotated[Path | None, Empty] = None
    google_api_url: Annotated[Annotated[str, AfterValidator(setting_shapes.address)] | None, Empty] = None
    local_ids: Annotated[Annotated[str, AfterValidator(setting_shapes.masks)] | None, Empty] = None
    small_below: int = Field(default=3, ge=3, le=20)
    all_told_from: int = Field(default=10, ge=10, le=1000)
    keep_texts_days: int = Field(default=Periods.texts, ge=1, le=MOST_DAYS)
    keep_posts_days: int = Field(default=Periods.posts, ge=1, le=MOST_DAYS)
    keep_drafts_days: int = Field(default=Periods.drafts, ge=8, le=MOST_DAYS)
    keep_people_days: int = Field(default=Periods.people, ge=1, le=MOST_DAYS)
    keep_trail_days: int = Field(default=Periods.trail, ge=365, le=MOST_DAYS)
    keep_backup_days: int = Field(default=35, ge=1, le=MOST_DAYS)
    purged_file: Annotated[Path | None, Empty] = None

    def sessions(self, *, patience: float) -> Sessions:
        """Access to the database; `patience` in seconds."""
        vault = Vault.from_text(self.encryption_keys.get_secret_value())
        url = self.database_url.get_secret_value()
        publishing = (self.small_below, self.all_told_from)
        masks = local(self.local_ids or "")
        return Sessions(
            url, vault, self.clock, patience=patience, local_ids=masks, publishing=publishing, periods=self.periods
        )

    @property
    def periods(self) -> Periods:
        """How long data is kept."""
        days = (self.keep_texts_days, self.keep_posts_days, self.keep_drafts_days, self.keep_people_days)
        return Periods(*days, self.keep_trail_days)

    @property
    def remembered(self) -> Remembered:
        """The file that records what was removed, so that it is removed again from a restored database."""
        url = make_url(self.database_url.get_secret_value())
        beside = f"{url.database}.purged" if url.get_backend_name() == "sqlite" else "roundtable.purged"
        return Remembered(self.purged_file or Path(beside))

    @contextmanager
    def database(self) -> Iterator[Sessions]:
        """Access to the database for a caller without a deadline, closed at the end of the block.

        Refused if its schema isn't the one that this code expects; KeysRefused.
        """
        sessions = self.sessions(patience=PATIENCE)
        try:
            with sessions.reading() as session:
                database_refusals.require_schema(session.connection())
            keys.check(sessions)
            yield sessions
        finally:
            sessions.dispose()

    def google_credentials(self) -> dict[str, str] | None:
        """The content of the service account's key file; None if none is set. Refused if the file isn't one."""
        if self.google_service_account is None:
            return None
        credentials = from_json(contents(self.google_service_account), "The key file")
        if not isinstance(credentials, dict):
            raise Refused("The key file holds no object.")
        return credentials

    @cached_property
    def google_account(self) -> str:
        """The e-mail address of the account that draws sheets, or "" if none is set."""
        credentials = self.google_credentials()
        return credentials["client_email"] if credentials else ""

    def google_client(self) -> "GoogleClient | None":
        """Access to Google; None if no service account is set. Refused as for google_credentials; SheetsRefused."""
        credentials = self.google_credentials()
        if credentials is None:
            return None
        from sheets.google_client import connect  # gspread is slow to load

        return connect(credentials, self.google_api_url)


class SlackApiSettings(Basics):
    """Settings for calling Slack's API."""

    slack_bot_token: tokens.Bot = Field(min_length=1)


class Settings(Stored, SlackApiSettings):
    """All settings of the web process and the worker. docs/settings.md lists them."""

    slack_app_token: Annotated[tokens.App | None, Empty] = None
    slack_signing_secret: Annotated[tokens.SigningSecret | None, Empty] = None
    first_coordinator: Annotated[Annotated[str, AfterValidator(setting_shapes.somebody)] | None, Empty] = None
    embedded_worker: Annotated[bool | None, Empty] = None
    sweep_seconds: float = Field(default=1.0, gt=0)
    redraw_seconds: float = Field(default=15.0, ge=0)
    sheet_seconds: float = Field(default=2.1, gt=0)
    message_seconds: float = Field(default=1.1, gt=0)
    retry_seconds: float = Field(default=2.0, gt=0)
    help_url: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int | None, Field(ge=1, le=65536 - METRICS_PORTS), Empty] = None

    @property
    def app_of_token(self) -> str:
        """The id of the app that the app-level token names, as in xapp-1-A0123ABCD-…; "" if it names none."""
        parts = self.slack_app_token.get_secret_value().split("-") if self.slack_app_token else []
        return next((each for each in parts[2:3] if each.startswith("A")), "")

    @property
    def embedded(self) -> bool:
        """Whether the web process runs the worker too: by default on SQLite only."""
        on_sqlite = self.database_url.get_secret_value().startswith("sqlite")
        return on_sqlite if self.embedded_worker is None else self.embedded_worker


Kind = TypeVar("Kind", bound=Basics)


def load(kind: type[Kind]) -> Kind:
    """The settings of this kind; BadSetting says in a sentence each what is missing or wrong."""
    try:
        settings = kind.of_environment()
    except ValidationError as error:
        raise BadSetting(
            "\n".join(_sentence(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors())
        ) from None
    if isinstance(settings, Stored):
        _check_google(settings)
        if settings.keep_posts_days > settings.keep_texts_days:
            raise BadSetting("KEEP_POSTS_DAYS mustn't be more than KEEP_TEXTS_DAYS: posts are made from the texts.")
    if settings.real_slack:
        _check_real(settings)
    if isinstance(settings, Settings):
        _check_whole(settings)
    if settings.die_at is not None:
        faults.arm(settings.die_at)
    return settings


def _check_real(settings: Basics) -> None:
    """Raise BadSetting if something is set that must not be with the real Slack."""
    if settings.clock_file is not None:
        raise BadSetting("CLOCK_FILE moves the clock, which is for the sandbox only: unset it, or set SLACK_API_URL.")
    if settings.die_at is not None:
        raise BadSetting("DIE_AT is for tests only: unset it.")
    if isinstance(settings, Settings) and settings.message_seconds < 1:
        raise BadSetting("MESSAGE_SECONDS must be 1 or more: Slack takes one message a second in a channel.")


def _check_whole(settings: Settings) -> None:
    """Raise BadSetting if Slack can't reach us, two ports overlap, or Google would be asked too often."""
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise BadSetting(
            "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing: set the first for Socket Mode, the second if Slack"
            " sends its requests to your own address (docs/settings.md says what each is)."
        )
    if settings.metrics_port is not None and 0 <= settings.port - settings.metrics_port < METRICS_PORTS:
        raise BadSetting("METRICS_PORT and the nine ports after it are for figures: PORT must be another one.")
    if settings.google_api_url is None and settings.sheet_seconds < 1:
        raise BadSetting("SHEET_SECONDS must be 1 or more: Google takes 60 reads and 60 writes a minute.")


def _check_google(settings: Stored) -> None:
    try:
        credentials = settings.google_credentials()
    except Refused:
        raise BadSetting(
            f"GOOGLE_SERVICE_ACCOUNT must name a service account's key file (JSON); {settings.google_service_account}"
            " can't be read as one."
        ) from None
    if credentials is None:
        return
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # slow to load

    missing = {"client_email", "private_key", "token_uri"} - set(credentials)
    if missing:
        raise BadSetting(f"GOOGLE_SERVICE_ACCOUNT: the key file lacks {', '.join(sorted(missing))}.")
    try:
        pem = credentials["private_key"].encode()
        # The numbers are validated on connecting to Google, which is slow.
        load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    except (AttributeError, TypeError, ValueError, UnsupportedAlgorithm):
        raise BadSetting("GOOGLE_SERVICE_ACCOUNT: the private_key in the key file can't be read.") from None


def _sentence(where: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(where[0]).upper()
    if kind in ("missing", "too_short"):
        makes = "; `roundtable key` makes one" if name == "ENCRYPTION_KEYS" else ""
        return f"{name} is missing: set it in the environment (docs/settings.md says what it is{makes})."
    fault = message.removeprefix("Value error, ").replace("Input should be", "must be").partition(", unable to")[0]
    return f"{name} is wrong: {fault}."


def load_or_none(kind: type[Kind]) -> Kind | None:
    """The settings of this kind; None if they are missing or wrong."""
    try:
        return load(kind)
    except BadSetting:
        return None
