"""A database that can't be used is told in one sentence that says what to do (test_settings.py has the start)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy.exc import OperationalError

from bot import database_refusals
from storage.crypto import new_key
from tests.kit.served import within

PASSWORD = "hunter2"
KEYS = {"ENCRYPTION_KEYS": f"k1:{new_key()}"}
NOTHING = (
    "The database can't be used: nothing is listening there. Start PostgreSQL, or correct the host and port in"
    " DATABASE_URL."
)
OPENED = "The database can't be used: the file can't be opened. Check who may read and write it and its folder, and"
GONE = "The database can't be used: it doesn't exist. Run `roundtable migrate`, which makes it, or correct DATABASE_URL"
UNMADE = "The database isn't up to date: run `roundtable migrate` first."
WRONG = {
    "nobody listens": (f"postgresql://me:{PASSWORD}@127.0.0.1:1/x", NOTHING),
    "no socket": (f"postgresql://me:{PASSWORD}@/x?host=/nowhere", NOTHING),
    "no such host": (
        f"postgresql://me:{PASSWORD}@no.such.host.invalid/x",
        "its host can't be found. Correct the host in",
    ),
    "no user": ("postgresql://nobody@/postgres?host=HOME", "it has no such user. Correct DATABASE_URL."),
    "no database": (
        "postgresql://postgres@/nothing?host=HOME",
        "there is no database of that name. Make it, or correct",
    ),
    "as platforms write it": (
        "postgres://postgres@/nothing?host=HOME",
        "there is no database of that name. Make it, or",
    ),
    "empty": ("postgresql://postgres@/postgres?host=HOME", UNMADE),
    "no file": ("sqlite:///new.db", GONE),
    "an empty file": ("sqlite:///empty.db", UNMADE),
    "a folder": ("sqlite:////tmp", OPENED),
    "a disk that is read-only": ("sqlite:////proc/roundtable.db", GONE),
    "another file": ("sqlite:////etc/passwd", "it isn't an SQLite file. Correct DATABASE_URL."),
}


def test_each_says_what_to_do(postgres_home: str, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for name, (url, sentence) in WRONG.items():
        given = KEYS | {"DATABASE_URL": url.replace("HOME", postgres_home)}
        told = within("status", given=given, cwd=tmp_path)
        assert sentence in told.stderr, (name, told.stderr)
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), name
        assert PASSWORD not in told.stderr
    assert not (tmp_path / "new.db").exists(), "a name that was mistyped isn't made by looking"


def test_one_that_is_busy_is_no_host_that_is_wrong() -> None:
    for error in (
        psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"),
        psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
        sqlite3.OperationalError("database is locked"),
    ):
        said = database_refusals.why(OperationalError("SELECT 1", {}, error))
        assert said.startswith("Something else kept the database busy for too long. Try again.")
    full = OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))
    assert "can't be read or written. Check whether it is full" in database_refusals.why(full), "SQLite has no log"


def test_fresh_ground_that_is_none_is_said_by_what_would_begin_there(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "another's.db")) as other:
        other.execute("CREATE TABLE people (name TEXT)")
    before = (tmp_path / "another's.db").read_bytes()
    for url, sentence in {
        "sqlite:////proc/roundtable.db": "The database can't be made: No such file or directory. Check who may write",
        "sqlite:///another's.db": "it already has tables of the same names that Roundtable didn't make.",
    }.items():
        told = within("migrate", given=KEYS | {"DATABASE_URL": url}, cwd=tmp_path)
        assert sentence in told.stderr, told.stderr
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert (tmp_path / "another's.db").read_bytes()[100:] == before[100:], "nothing was changed in it"


def test_a_postgresql_database_that_is_not_its_user_s_or_not_in_utf_8_is_told_what_to_make_of_it(
    postgres_home: str, tmp_path: Path
) -> None:
    """As whoever makes one without a word about either has it: PostgreSQL lets nobody else make tables there."""
    with psycopg.connect(host=postgres_home, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE app LOGIN")
        connection.execute("CREATE DATABASE lent")
        connection.execute("GRANT ALL ON DATABASE lent TO app")
        for encoding in ("SQL_ASCII", "LATIN1"):
            connection.execute(
                f"CREATE DATABASE {encoding} OWNER app TEMPLATE template0 ENCODING '{encoding}'".encode()
            )
        try:
            for name, sentence in {
                "lent": "its user may not do that. Make that user the database's owner: ALTER DATABASE … OWNER TO …",
                "sql_ascii": "its text isn't in UTF-8. Make another database with ENCODING 'UTF8', and correct",
                "latin1": "its text isn't in UTF-8. Make another database with ENCODING 'UTF8', and correct",
            }.items():
                given = KEYS | {"DATABASE_URL": f"postgresql://app@/{name}?host={postgres_home}"}
                told = within("migrate", given=given, cwd=tmp_path)
                assert sentence in told.stderr, (name, told.stderr)
                assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), name
        finally:
            for name in ("lent", "sql_ascii", "latin1"):
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute("DROP ROLE app")
