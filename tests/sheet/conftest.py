"""A stand-in's spreadsheet on loopback that the product draws; every call is checked against Google's schemas."""

import gzip
import io
import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
import stamina

from audit.cycle.board import Board
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, Look, Person, create_app
from sheets.google_client import GoogleClient, connect
from sheets.memory import Memory
from sheets.sync import Redrawn, redraw
from sheets.tabs import HEADER
from tests.sandbox_sheets.discovery import call_problems
from tests.sheet.boards import full, sync


def checking(app: WSGIApplication, problems: list[str]) -> WSGIApplication:
    """`app`, with what isn't as Google declares it in a Sheets call or its answer written to `problems`."""

    def checked(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        statuses: list[str] = []

        def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:  # noqa: ANN401  # WSGI's
            statuses.append(status)
            return start_response(status, headers, *rest)

        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(sent)
        answer = b"".join(app(environ, started))
        path = unquote(environ["PATH_INFO"])
        said = gzip.decompress(answer) if answer.startswith(b"\x1f\x8b") else answer
        if path.startswith("/v4/") and statuses[0].startswith("200") and said.startswith(b"{"):
            body = json.loads(sent) if sent else None
            problems.extend(call_problems(environ["REQUEST_METHOD"], path, body, json.loads(said)))
        return [answer]

    return checked


@pytest.fixture(autouse=True)
def _without_waiting() -> Iterator[None]:
    """Retries happen, pauses between them don't."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def drive() -> Drive:
    return Drive()


@pytest.fixture
def address(drive: Drive) -> Iterator[str]:
    problems: list[str] = []
    with serving(checking(create_app(drive), problems)) as served:
        yield served
    assert not problems, problems


@pytest.fixture
def client(drive: Drive, address: str) -> GoogleClient:
    return connect(drive.service_account(address), address)


@pytest.fixture
def key(drive: Drive) -> str:
    return drive.create_spreadsheet("Audit 2", share_with=(BOT,))


@pytest.fixture
def person(drive: Drive, key: str) -> Person:
    return Person(drive, key)


_BEGUN: list[tuple[Board, bytes, Memory | None]] = []
"""Boards that were drawn in this process where nothing stood, each with what stood there then, and what was kept."""


class Sheet:
    """The spreadsheet as the product draws it and as people see it."""

    def __init__(self, client: GoogleClient, drive: Drive, key: str) -> None:
        self.client = client
        self.drive = drive
        self.key = key
        self.memory: Memory | None = None

    def draw(self, board: Board, **options: Any) -> Redrawn:  # noqa: ANN401  # passed on
        return redraw(self.client, self.key, board, options.pop("sync", sync()), **options)

    def begin(self, board: Board) -> Memory | None:
        """Draw the board where nothing stands yet, or copy what stood there after that was first done; its memory."""
        kept = next((each for each in _BEGUN if each[0] == board), None)
        if kept is None:
            memory = self.draw(board).memory
            _BEGUN.append((board, pickle.dumps(self.drive.spreadsheet(self.key).book), memory))
            return memory
        _, book, memory = kept
        self.drive.commit(self.drive.files[self.key], replace(pickle.loads(book), id=self.key))
        return memory

    @property
    def look(self) -> Look:
        return Look(self.drive.spreadsheet(self.key).book)

    def rows(self, title: str) -> dict[str, dict[str, str]]:
        """Rows by key, each by header; fails if a key is there twice."""
        grid = self.look.grid(title)
        top = next(row for row, line in enumerate(grid) if HEADER in line)
        header, lines = grid[top], grid[top + 1 :]
        at = header.index(HEADER)
        keyed = [line for line in lines if line[at]]
        assert len({line[at] for line in keyed}) == len(keyed), f"{title} has a key twice"
        return {line[at]: dict(zip(header, line, strict=True)) for line in keyed}


@pytest.fixture
def sheet(client: GoogleClient, drive: Drive, key: str) -> Sheet:
    return Sheet(client, drive, key)


@pytest.fixture
def noted(sheet: Sheet, person: Person) -> Sheet:
    """Six cases drawn, with remarks of people's own beside every return."""
    sheet.begin(full(6, 3))
    person.paste("Returns", "AC1", [["Our remarks"], *([f"on {line[0]}"] for line in sheet.look.grid("Returns")[1:])])
    return sheet
