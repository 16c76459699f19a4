"""The migrations make exactly the models' schema, on both databases, and keep what is there, or change nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from storage import migrations
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from storage.types import Base
from tests.kit import later, loaded

STEPS = [step.revision for step in ScriptDirectory.from_config(migrations.config()).walk_revisions()][::-1]


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


def test_there_is_one_line_of_steps_and_it_begins_where_those_before_the_first_schema_ended() -> None:
    script = ScriptDirectory.from_config(migrations.config())
    assert len(script.get_heads()) == 1
    assert script.get_bases() == ["0012"]


def test_the_migrations_make_the_models_schema(database_url: str) -> None:
    assert migrations.is_current(database_url)
    assert differences(database_url) == []


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    assert not migrations.is_current(empty_url)
    migrations.upgrade(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)
    assert differences(empty_url) == []


def test_each_step_alone_is_one_more(empty_url: str) -> None:
    for step in STEPS:
        engine = migrations.engine_for(empty_url)
        with engine.connect() as connection:
            command.upgrade(migrations.config(connection), step)
        engine.dispose()
        assert migrations.is_current(empty_url) == (step == STEPS[-1])
    assert differences(empty_url) == []


def test_fault_28_an_upgrade_that_was_interrupted_goes_on(empty_url: str) -> None:
    """A step fails halfway, at a table under a name that it needs; once that is gone it is done whole."""
    before = made(empty_url)
    last = max(Base.metadata.tables)
    engine = migrations.engine_for(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {last} (x INTEGER)")
    with pytest.raises(Exception, match=last):
        migrations.upgrade(empty_url)
    assert made(empty_url) - {"alembic_version"} == before | {last}, "a step is done whole or not at all"
    assert not migrations.is_current(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {last}")
    engine.dispose()
    migrations.upgrade(empty_url)
    assert differences(empty_url) == []


STEP = """
with op.batch_alter_table("cycles") as batch:
    batch.add_column(sa.Column("county", sa.String(20), nullable=False, server_default="Derry"))
    batch.drop_column("key_holder")
op.execute("UPDATE cycles SET county = title")
"""
FAILS = "op.execute('UPDATE nowhere SET county = 1')"


def test_a_later_step_keeps_every_row_or_isnt_taken(database_url: str, tmp_path: Path) -> None:
    """On SQLite it copies a table that others refer to; what fails at its end leaves nothing of it."""
    sessions = Sessions(database_url, Vault.from_text(f"k1:{new_key()}"), Clock(), patience=60)
    with sessions.begin() as session:
        loaded.load(session, datetime(2026, 3, 4, 12, 0, tzinfo=UTC), "sheet", opened=True)
    sessions.dispose()
    before, shape = rows(database_url), made(database_url)
    with pytest.raises(Exception, match="nowhere"):
        later.upgrade(database_url, tmp_path, STEP + FAILS)
    assert (rows(database_url), made(database_url), migrations.is_current(database_url)) == (before, shape, True)
    later.upgrade(database_url, tmp_path, STEP)
    after = rows(database_url)
    [was], [cycle] = before.pop("cycles"), after.pop("cycles")
    assert cycle.pop("county") == was["title"]
    assert cycle == {name: value for name, value in was.items() if name != "key_holder"}
    assert after == before
    assert len(after["involvements"]) == 150
    with pytest.raises(migrations.NotOurs, match="made by a newer version"):
        migrations.upgrade(database_url)


def test_every_case_that_is_there_gets_its_areas_place(empty_url: str) -> None:
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0022")
    with engine.begin() as connection:
        for statement in BEFORE_PLACES.split(";"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    migrations.upgrade(empty_url)
    found = {str(row["id"]): row["place_id"] for row in rows(empty_url)["cases"]}
    assert found == {"case 1": "place 1", "case 2": "place 2", "case 3": "place 2"}


BEFORE_PLACES = """
INSERT INTO workspaces (id, team_id, name) VALUES ('board', 'T1', 'Board');
INSERT INTO audit_tools (id, key, version, title, sections) VALUES ('tool', 'tool', 1, '', '[]');
INSERT INTO cycles (id, workspace_id, number, title, theme, origin, state, scale, tool_id, due_on, summary_days,
    sub_group_channel, reflections_in_sheet, proposal, quorum, unreleased_in_sheet, key_holder)
VALUES ('cycle', 'board', 1, 'Audit', 'Theme', 'Data', 'planned', '{}', 'tool', '2026-03-18', 3, 'C1', true, 'none',
    'all', true, '');
INSERT INTO areas (id, label) VALUES ('east', 'East'), ('north', 'North');
INSERT INTO meetings (id, cycle_id, starts_at) VALUES ('meeting', 'cycle', '2026-03-26 10:00:00');
INSERT INTO cycle_areas (id, cycle_id, area_id, meeting_id, channel)
VALUES ('place 1', 'cycle', 'east', 'meeting', 'C2'), ('place 2', 'cycle', 'north', 'meeting', 'C3');
INSERT INTO cases (id, cycle_id, area_id, reference)
VALUES ('case 1', 'cycle', 'east', 'T1'), ('case 2', 'cycle', 'north', 'T2'), ('case 3', 'cycle', 'north', 'T3')
"""
"""Rows of the schema before, with what each refers to."""


@pytest.mark.parametrize("revision", ["0001", "0011"])
def test_a_database_from_before_the_first_schema_is_told_so(database_url: str, revision: str) -> None:
    stamp(database_url, revision)
    for asked in (migrations.upgrade, migrations.is_current):
        with pytest.raises(migrations.NotOurs, match=f"unreleased state of Roundtable .schema {revision}."):
            asked(database_url)
    stamp(database_url, STEPS[-1])  # the next test may get this database


def test_fault_28_a_database_that_the_steps_before_the_first_schema_made_goes_on(empty_url: str) -> None:
    """They ended at the number that the first schema has."""
    assert STEPS[0] == "0012"
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0012")
    engine.dispose()
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)


def stamp(url: str, revision: str) -> None:
    engine = migrations.engine_for(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": revision})
    engine.dispose()


def rows(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of ours, by table, as the database gives it."""
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1')).mappings()]
            for name in inspect(connection).get_table_names()
            if name in Base.metadata.tables
        }
    engine.dispose()
    return found
