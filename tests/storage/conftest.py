"""Databases in which nothing is yet."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.kit.trails import Written


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        (tmp_path / "empty.db").touch(0o600)
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    home: str = request.getfixturevalue("postgres_home")
    name = f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(host=home, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield f"postgresql://postgres@/{name}?host={home}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def written(database_url: str) -> Iterator[Written]:
    """A database with a trail that nobody has sealed yet."""
    found = Written(database_url)
    yield found
    found.sessions.dispose()
