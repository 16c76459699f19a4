"""The migrations make exactly the models' schema, on both databases, and go on where they were interrupted."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import migrations
from storage.types import Base

BEFORE = "0009"
"""The schema that didn't keep what left of a report."""
STEPS = [step.revision for step in ScriptDirectory.from_config(migrations.config()).walk_revisions()][::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    home: str = request.getfixturevalue("postgres_home")
    name = f"empty_{secrets.token_hex(6)}"
    with psycopg.connect(host=home, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield f"postgresql://postgres@/{name}?host={home}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def differences(url: str) -> list[object]:
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": engine.name != "sqlite",  # which has no identity columns
            "include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
        }
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    return list(found)


def made(url: str) -> set[str]:
    """The tables that there are, and the indexes."""
    engine = migrations.engine_for(url)
    shape = inspect(engine)
    found = set(shape.get_table_names())
    found |= {str(index["name"]) for table in found for index in shape.get_indexes(table)}
    engine.dispose()
    return found


MODELS = {*Base.metadata.tables, *(str(each.name) for table in Base.metadata.sorted_tables for each in table.indexes)}


def test_there_is_one_line_of_steps() -> None:
    script = ScriptDirectory.from_config(migrations.config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_migrations_make_the_models_schema(database_url: str) -> None:
    assert migrations.is_current(database_url)
    assert differences(database_url) == []


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    assert not migrations.is_current(empty_url)
    migrations.upgrade(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)
    assert differences(empty_url) == []


def test_every_older_schema_upgrades(empty_url: str) -> None:
    for step in STEPS:
        engine = migrations.engine_for(empty_url)
        with engine.connect() as connection:
            command.upgrade(migrations.config(connection), step)
        engine.dispose()
        assert migrations.is_current(empty_url) == (step == STEPS[-1])
    assert differences(empty_url) == []


def test_an_upgrade_that_was_interrupted_goes_on(empty_url: str) -> None:
    """A step fails halfway, at a table under a name that it needs; once that is gone it is done whole."""
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0006")
    before = made(empty_url)
    last = max(MODELS - before)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {last} (x INTEGER)")
    with pytest.raises(Exception, match=last):
        migrations.upgrade(empty_url)
    assert made(empty_url) == before | {last}, "a step is done whole or not at all"
    assert not migrations.is_current(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {last}")
    engine.dispose()
    migrations.upgrade(empty_url)
    assert differences(empty_url) == []


def test_a_version_of_an_older_schema_counts_as_submitted(empty_url: str) -> None:
    """Its row alone: what it belongs to doesn't matter to the step."""
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0002")
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.execute(text("ALTER TABLE return_versions DISABLE TRIGGER ALL"))
        connection.execute(
            text(
                "INSERT INTO return_versions (id, return_id, number, base, view_id, tool_id, grade, answers, late,"
                " after_release, by_id, submitted_at) VALUES ('v', 'r', 1, 0, 'V1', 't', 'good', :answers, :no, :no,"
                " 'p', '2026-01-01 00:00:00')"
            ),
            {"answers": b"sealed", "no": False},
        )
    migrations.upgrade(empty_url)
    with engine.begin() as connection:
        found = connection.execute(text("SELECT id, state, view_id, answers FROM return_versions")).one()
        assert (found.id, found.state, found.view_id, bytes(found.answers)) == ("v", "submitted", "V1", b"sealed")
        connection.execute(text("DELETE FROM return_versions"))
    engine.dispose()
    assert differences(empty_url) == []


def put(connection: Connection, table: str, **row: object) -> None:
    """A row alone: what it belongs to doesn't matter to a step."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})"), row)


def test_what_left_of_a_report_before_that_was_kept_is_read_off_its_messages_and_the_register(empty_url: str) -> None:
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), BEFORE)

    def day(number: int) -> str:
        return f"2026-04-{number:02} 09:00:00"

    posted = {"kind": "report", "state": "live", "wanted": 1, "delivered": 1, "attempt": 0, "next_try_at": day(1)}
    with engine.begin() as connection:
        for number in (1, 2, 3):
            made = {"content": b"sealed", "content_hash": "h", "made_at": day(1)}
            put(connection, "reports", id=f"r{number}", cycle_id="c", version=number, **made)
        for key, report, on in (
            ("public:r1:a", "r1", 3),
            ("public:r1:b", "r1", 2),
            ("full:r2", "r2", 4),
            ("briefing:r3", "r3", 5),
        ):
            told = {"id": key, "key": f"report:{key}", "cycle_id": "c", "subject_id": report, "created_at": day(on)}
            put(connection, "messages", **posted, **told)
        for report, edition, on in (("r1", "public", 8), ("r2", "public", 7), ("r2", "public", 6), ("r2", "full", 5)):
            line = {"id": f"d{report}{on}", "audience": "The board", "how": "e-mail", "sent_at": day(on)}
            put(connection, "distributions", report_id=report, edition=edition, **line)
    migrations.upgrade(empty_url)
    with engine.begin() as connection:
        kept = connection.execute(text("SELECT id, public_at, briefed_at FROM reports ORDER BY id"))
        found = {row.id: (str(row.public_at)[:10], str(row.briefed_at)[:10]) for row in kept}
        for table in ("distributions", "messages", "reports"):
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()
    assert found == {"r1": ("2026-04-02", "None"), "r2": ("2026-04-06", "None"), "r3": ("None", "2026-04-05")}
    assert differences(empty_url) == []
