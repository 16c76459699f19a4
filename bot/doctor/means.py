"""The doctor's means: the settings as far as they can be read, and access to the database, Slack and Google."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr, ValidationError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from websockets.exceptions import WebSocketException

from audit.errors import Refused
from bot import connection
from bot.doctor.results import Unasked
from bot.settings import BadSetting, Basics, Kind, Settings, SlackApiSettings, Stored, load
from bot.unanswered import GOOGLE_CERTIFICATES, of_slack, silence
from handlers.bounded import RequestStopped
from jobs.attempts import TryLater
from jobs.slack_answers import ask
from sheets.errors import SheetsUnavailable
from sheets.google_client import GoogleClient
from storage.engine import Sessions
from views.slack_refusals import error_code

PATIENCE = 10.0
"""Seconds for one answer of the database or of Slack."""
_GARBLED = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""Errors that slack_sdk may raise if something other than Slack has answered."""
_INVALID = ("invalid_blocks", "invalid_message", "invalid_view")
"""Slack's errors for views and messages that it wouldn't show."""
_MINUTE = 60.0
"""Seconds to wait if Slack's rate limit is reached and it doesn't say for how long."""


@dataclass(frozen=True)
class Means:
    """The settings by purpose: each is None if any of its own can't be read. `wrong`: a sentence for each fault.

    `patience`: seconds for one answer of the database or of Slack.
    """

    basics: Basics | None
    stored: Stored | None
    asking: SlackApiSettings | None
    whole: Settings | None
    wrong: tuple[str, ...]
    patience: float = PATIENCE

    @property
    def url(self) -> URL:
        """The database's address."""
        if self.basics is None:
            raise Unasked("DATABASE_URL can't be read: see Settings.")
        return make_url(self.basics.database_url.get_secret_value())

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(str(self.url.database)) if self.url.get_backend_name() == "sqlite" else None

    @contextmanager
    def sessions(self) -> Iterator[Sessions]:
        """Access to the database; a missing file isn't created."""
        if self.stored is None:
            raise Unasked("The settings for the database can't be read: see Settings.")
        if self.file is not None and not self.file.is_file():
            raise Unasked("There is no database yet.")
        sessions = self.stored.sessions(patience=self.patience)
        try:
            yield sessions
        finally:
            sessions.dispose()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction."""
        with self.sessions() as sessions, sessions.reading() as session:
            yield session

    def slack(self) -> "Slack":
        """Access to Slack."""
        if self.asking is None:
            raise Unasked("SLACK_BOT_TOKEN or SLACK_API_URL can't be read: see Settings.")
        return Slack(self.asking.slack_bot_token.get_secret_value(), self.asking.slack_api_url, self.patience)

    def socket(self) -> "Socket | None":
        """Access to Socket Mode; None if no token for it is set."""
        if self.whole is None:
            raise Unasked("The settings can't be read: see Settings.")
        token = self.whole.slack_app_token
        return Socket(token, self.whole.slack_api_url, self.patience) if token else None

    def google(self) -> GoogleClient | None:
        """Access to Google; None if no service account is set."""
        if self.stored is None:
            raise Unasked("The settings can't be read: see Settings.")
        try:
            return self.stored.google_client()
        except Refused:
            raise Unasked("The key file can't be read: see Settings.") from None


class RateLimited(Exception):
    """Slack's rate limit is reached; it may be asked again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Slack:
    """Slack, with each question asked only once. Refusals are NeedsPerson and TokenRefused; no answer is Unasked."""

    def __init__(self, token: str, api_url: str, patience: float) -> None:
        self._client = WebClient(token=token, base_url=api_url, timeout=max(1, int(patience)), retry_handlers=[])

    def ask(self, method: str, **given: object) -> SlackResponse:
        """Slack's answer; NeedsPerson or TokenRefused if it refuses, Unasked if it doesn't answer."""
        with _heard():
            return ask(lambda: self._client.api_call(method, params=given))

    def validate(self, what: str, payload: str) -> SlackResponse:
        """Slack's verdict on a view or message (as JSON), good or bad; RateLimited, otherwise as `ask`."""
        with _heard():
            return ask(lambda: self._validated({what: payload}))

    def _validated(self, given: Mapping[str, str]) -> SlackResponse:
        try:
            return self._client.api_call("blocks.validate", data=dict(given))
        except SlackApiError as error:
            if error_code(error.response) in _INVALID and isinstance(error.response, SlackResponse):
                return error.response
            if error_code(error.response) == "ratelimited":
                wait = str(error.response.headers.get("Retry-After", ""))
                raise RateLimited(float(wait) if wait.isdecimal() else _MINUTE) from None
            raise

    def part(self, method: str, key: str, **given: object) -> Mapping[str, object]:
        """The object under a key of Slack's answer."""
        part = self.ask(method, **given).get(key)
        if not isinstance(part, dict):
            raise Unasked("Slack couldn't be asked: the answer wasn't Slack's.")
        return part


@dataclass(frozen=True)
class Socket:
    """Slack in Socket Mode. NeedsPerson if it refuses, Unasked if it doesn't answer."""

    token: SecretStr
    api_url: str
    patience: float

    def address(self) -> str:
        """The address at which a connection may be opened; none is opened."""
        with _heard():
            return connection.address(self.token.get_secret_value(), self.api_url, self.patience)

    def greeting(self, at: str) -> int:
        """Open a connection, wait for Slack's hello, and close it; returns how many Slack counts, this one included."""
        with _heard():
            link, counted = connection.opened(at, patience=self.patience)
            link.close()
            return counted


@contextmanager
def _heard() -> Iterator[None]:
    """Turn a missing answer, or one that isn't Slack's, into Unasked."""
    try:
        yield
    except TryLater as later:
        raise Unasked(of_slack(later, " Run this again in a minute.")) from None
    except (*_GARBLED, RequestStopped, OSError, WebSocketException) as error:
        raise Unasked(of_slack(error)) from None


def heard(error: SheetsUnavailable) -> str:
    """Why Google didn't answer, in a sentence."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, Exception) and not isinstance(cause, ValueError):
        return silence(cause, "Google", GOOGLE_CERTIFICATES)
    return f"Google couldn't be asked. {error.sentence}"


def read(patience: float = PATIENCE) -> Means:
    """The means of this process, from its settings; `patience` as in Means."""
    try:
        load(Settings)
        wrong: tuple[str, ...] = ()
    except BadSetting as bad:
        wrong = tuple(str(bad).splitlines())
    return Means(_part(Basics), _part(Stored), _part(SlackApiSettings), _part(Settings), wrong, patience)


def _part(kind: type[Kind]) -> Kind | None:
    """The settings of one kind, each checked alone (not whether they fit together); None if one can't be read."""
    try:
        return kind.of_environment()
    except ValidationError:
        return None
