"""The databases that tests are lent: no test finds what another left."""

import psycopg
import pytest

from tests.kit.postgres import Lender

LEFT = (
    "CREATE TABLE left_behind (x int)",
    "ALTER TABLE roles RENAME TO roles_gone",
    "CREATE INDEX left_behind ON roles (until)",
    "ALTER TABLE roles ADD CONSTRAINT left_behind CHECK (id <> '')",
    "ALTER TABLE roles DISABLE TRIGGER ALL",
    "CREATE FUNCTION left_behind() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
)


def oid(home: str, name: str) -> int:
    """Which database this is, under whatever name."""
    with psycopg.connect(host=home, user="postgres", dbname=name) as connection:
        found = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
    assert found is not None
    return int(found[0])


def lent_after(lender: Lender, home: str, statement: str) -> tuple[int, int]:
    """The database in which the statement was run, and the one that was lent next."""
    with lender.lent() as name:
        before = oid(home, name)
        with psycopg.connect(host=home, user="postgres", dbname=name) as connection:
            connection.execute(statement.encode())
    with lender.lent() as name:
        return before, oid(home, name)


def test_rows_are_emptied_and_the_database_is_lent_again(lender: Lender, postgres_home: str) -> None:
    before, after = lent_after(
        lender, postgres_home, "INSERT INTO workspaces (id, team_id, name) VALUES ('i', 'T', 'n')"
    )
    assert after == before
    with lender.lent() as name, psycopg.connect(host=postgres_home, user="postgres", dbname=name) as connection:
        assert connection.execute("SELECT count(*) FROM workspaces").fetchone() == (0,)


@pytest.mark.parametrize("statement", LEFT)
def test_a_database_whose_schema_was_changed_is_not(lender: Lender, postgres_home: str, statement: str) -> None:
    before, after = lent_after(lender, postgres_home, statement)
    assert after != before
