"""A Drive on loopback, and gspread as it is but for its endpoint, with every call checked against Google's schemas."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import gspread
import pytest
import requests
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient

from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Look, Person, create_app
from tests.sandbox_sheets.discovery import call_problems

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


def without_nulls(value: object) -> object:
    """A body as Google reads it: a null field is no field (nulls in lists stay)."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


class Clock:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        import time

        self.ahead = 0.0
        self._real = time.time

    def __call__(self) -> float:
        return self._real() + self.ahead


class Offline(Credentials):
    """google-auth's credentials without their look-up of a regional boundary at Google, in a thread of its own."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def drive(clock: Clock) -> Drive:
    return Drive(clock=clock)


@pytest.fixture
def address(drive: Drive) -> Iterator[str]:
    with serving(create_app(drive)) as served:
        yield served


@pytest.fixture
def credentials(drive: Drive, address: str) -> dict[str, Any]:
    return drive.service_account(address)


@pytest.fixture
def http_client(address: str) -> type[HTTPClient]:
    class Redirected(HTTPClient):
        """gspread's client, sent to the stand-in, checking what goes out and what comes back."""

        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401  # as gspread has it
            path = urlsplit(endpoint).path
            self.timeout = 20
            response = super().request(method, address + path, *args, **kwargs)
            if path.startswith("/v4/"):
                sent = kwargs.get("json")
                plain = None if sent is None else without_nulls(json.loads(json.dumps(sent)))
                problems = call_problems(method, unquote(path), plain, response.json())
                assert not problems, problems
            return response

    return Redirected


@pytest.fixture
def gc(credentials: dict[str, Any], http_client: type[HTTPClient]) -> gspread.Client:
    auth = Offline.from_service_account_info(credentials, scopes=SCOPES)  # type: ignore[no-untyped-call]
    return gspread.Client(auth, http_client=http_client)


@pytest.fixture
def key(drive: Drive) -> str:
    return drive.create_spreadsheet("Audit 2", share_with=(BOT,))


@pytest.fixture
def book(gc: gspread.Client, key: str) -> gspread.Spreadsheet:
    return gc.open_by_key(key)


@pytest.fixture
def person(drive: Drive, key: str) -> Person:
    return Person(drive, key)


@pytest.fixture
def asked(drive: Drive, key: str) -> Callable[..., list[dict[str, Any]]]:
    """A batchUpdate of the service account, without the wire."""

    def send(*requests: dict[str, Any]) -> list[dict[str, Any]]:
        return drive.batch_update(key, list(requests), BOT)

    return send


Ask = Callable[..., requests.Response]


@pytest.fixture
def ask(drive: Drive, address: str) -> Ask:
    token = drive.accounts.issue(BOT)

    def send(method: str, path: str, body: object = None, **query: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(method, address + path, json=body, params=query, headers=headers, timeout=60)

    return send


@pytest.fixture
def look(drive: Drive, key: str) -> Callable[[], Look]:
    return lambda: drive.spreadsheet(key)
