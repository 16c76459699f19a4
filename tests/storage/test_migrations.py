"""The migrations make exactly the models' schema, on both databases, and keep what is there, or change nothing."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Index, MetaData, Table, inspect, select, text
from sqlalchemy.exc import IntegrityError

from storage import migrations, schema
from storage.clock import Clock
from storage.crypto import Vault, bound_to, new_key, unseal
from storage.engine import Sessions
from storage.returns import ReturnVersion
from storage.types import Base
from tests.kit import later, loaded

STEPS = [step.revision for step in ScriptDirectory.from_config(migrations.config()).walk_revisions()][::-1]


def differences(url: str) -> list[Any]:
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": engine.name != "sqlite",  # which has no identity columns
            "include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
        }
        found = list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))
        if engine.name == "sqlite":  # which keeps the words; Alembic doesn't compare them
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'index'"))
            made = {row.name: row.sql for row in rows}
            indexes = [each for table in Base.metadata.tables.values() for each in table.indexes]
            found += [each for each in indexes if not made[each.name].endswith(_where(each))]
    engine.dispose()
    return found


def _where(index: Index) -> str:
    return f" WHERE {index.info['where']}" if index.info else ")"


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
    assert schema.known() == STEPS, "what files are called says what Alembic says"


def test_the_migrations_make_the_models_schema(database_url: str) -> None:
    assert migrations.is_current(database_url)
    assert differences(database_url) == []


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    assert not migrations.is_current(empty_url)
    migrations.upgrade(empty_url)
    migrations.upgrade(empty_url)
    assert migrations.is_current(empty_url)
    assert differences(empty_url) == []


def test_fault_28_each_step_is_one_more_and_keeps_every_return_of_each_schema_before(empty_url: str) -> None:
    """A return is acknowledged in each schema that there was; in this one all of them are there, word for word."""
    vault, engine = Vault.from_text(f"k1:{new_key()}"), migrations.engine_for(empty_url)
    for step in STEPS:
        with engine.connect() as connection:
            command.upgrade(migrations.config(connection, vault), step)
        assert migrations.is_current(empty_url) == (step == STEPS[-1])
        with engine.begin() as connection:
            for statement in FIRST.split(";") if step == STEPS[0] else ():
                connection.exec_driver_sql(statement)
            answer(connection, vault, step)
    engine.dispose()
    assert differences(empty_url) == []
    sessions = Sessions(empty_url, vault, Clock(), patience=60)
    with sessions.reading() as session:
        versions = session.scalars(select(ReturnVersion).order_by(ReturnVersion.id))
        assert [(each.id, unseal(session, each, "answers")) for each in versions] == [(step, step) for step in STEPS]
    sessions.dispose()
    there = rows(empty_url)
    places = {str(row["id"]): row["place_id"] for row in there["cases"]}
    assert places == {"case 1": "place 1", "case 2": "place 2", "case 3": "place 2"}, "each got its area's"
    [sheet], [message], [aside] = there["sheet_states"], there["messages"], there["sheet_asides"]
    columns = ("id", "cycle_id", "agency_id", "area_id", "spreadsheet_id", "wanted")
    assert tuple(sheet[column] for column in columns) == ("cycle", "cycle", None, None, "lent", 7)
    assert (message["sheet_id"], aside["sheet_id"]) == ("cycle", "cycle"), "what hung on the cycle hangs on its sheet"


def answer(connection: Connection, vault: Vault, name: str) -> None:
    """An agency of that name answers about a case, in whatever schema there is: that name, sealed."""
    sealed = vault.seal(name, bound_to("return_versions", name, "answers"))
    said: dict[str, object] = {
        "return_id": name,
        "number": 1,
        "by_id": "lead",
        "tool_id": "tool",
        "answers": sealed,
        "state": "submitted",
    }
    whole: dict[str, dict[str, object]] = {
        "agencies": {"label": name, "short_label": name},
        "involvements": {"case_id": "case 1", "agency_id": name},
        "returns": {"involvement_id": name, "version": 1},
        "return_versions": said,
    }
    for table, given in whole.items():
        there = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
        needed = [each for each in there.columns if not each.nullable and each.server_default is None]
        usual = {each.name: USUAL[each.type.python_type] for each in needed}
        connection.execute(there.insert().values(usual | {"id": name} | given))


USUAL = {
    str: "x", int: 0, bool: False, bytes: b"x", date: date(2026, 3, 4), datetime: datetime(2026, 3, 4, tzinfo=UTC),
}  # fmt: skip
FIRST = """
INSERT INTO workspaces (id, team_id, name) VALUES ('board', 'T1', 'Board');
INSERT INTO people (id, workspace_id, user_id, label, active) VALUES ('lead', 'board', 'U1', 'Lead', true);
INSERT INTO audit_tools (id, key, version, sections) VALUES ('tool', 'tool', 1, '[]');
INSERT INTO cycles (id, workspace_id, number, title, theme, origin, state, scale, tool_id, due_on, summary_days,
    sub_group_channel, spreadsheet_id, reflections_in_sheet, proposal, quorum, unreleased_in_sheet, key_holder)
VALUES ('cycle', 'board', 1, 'Audit', 'Theme', 'Data', 'planned', '{}', 'tool', '2026-03-18', 3, 'C1', 'lent', true,
    'none', 'all', true, '');
INSERT INTO sheet_states (cycle_id, wanted, delivered, attempt, next_try_at)
VALUES ('cycle', 7, 6, 0, '2026-03-18 10:00:00');
INSERT INTO sheet_asides (id, cycle_id, tab, about, why, count, edit, found_on, found_at)
VALUES ('aside', 'cycle', 'Returns', 'T1', 'twice', 1, 'edit', '2026-03-18', '2026-03-18 10:00:00');
INSERT INTO messages (id, key, kind, cycle_id, subject_id, state, created_at, wanted, delivered, attempt, next_try_at)
VALUES ('message', 'drift:cycle:2026-03-18:lead', 'drift', 'cycle', '2026-03-18', 'live', '2026-03-18 10:00:00',
    1, 1, 0, '2026-03-18 10:00:00');
INSERT INTO areas (id, label) VALUES ('east', 'East'), ('north', 'North');
INSERT INTO meetings (id, cycle_id, starts_at) VALUES ('meeting', 'cycle', '2026-03-26 10:00:00');
INSERT INTO cycle_areas (id, cycle_id, area_id, meeting_id, channel)
VALUES ('place 1', 'cycle', 'east', 'meeting', 'C2'), ('place 2', 'cycle', 'north', 'meeting', 'C3');
INSERT INTO cases (id, cycle_id, area_id, reference)
VALUES ('case 1', 'cycle', 'east', 'T1'), ('case 2', 'cycle', 'north', 'T2'), ('case 3', 'cycle', 'north', 'T3')
"""
"""Rows of the first schema, with what each refers to."""


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
    with pytest.raises(schema.NotOurs, match="made by a newer version"):
        migrations.upgrade(database_url)


def test_actions_keep_the_number_that_they_had_in_their_audit_and_are_numbered_by_case_from_then_on(
    empty_url: str,
) -> None:
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0033")
    put(engine, "1", number=1, case_id="case 1")
    put(engine, "2", number=2, case_id="case 2")
    with pytest.raises(IntegrityError):
        put(engine, "another 1", number=1, case_id="case 2")
    before = rows(empty_url)["actions"]
    migrations.upgrade(empty_url)
    assert rows(empty_url)["actions"] == before
    put(engine, "3", number=3, case_id="case 2")
    put(engine, "4", number=3, case_id="case 3")
    put(engine, "5", number=3, recommendation_id="recommendation")
    for place in ({"case_id": "case 2"}, {"recommendation_id": "recommendation"}):
        with pytest.raises(IntegrityError):
            put(engine, "6", number=3, **place)
    engine.dispose()


def put(engine: Engine, action_id: str, **given: object) -> None:
    """An action, as if what it belongs to were there."""
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        there = Table("actions", MetaData(), autoload_with=connection, resolve_fks=False)
        usual = {each.name: USUAL[each.type.python_type] for each in there.columns if not each.nullable}
        connection.execute(there.insert().values(usual | {"id": action_id, "cycle_id": "cycle"} | given))


@pytest.mark.parametrize("revision", ["0001", "0011"])
def test_a_database_from_before_the_first_schema_is_told_so(database_url: str, revision: str) -> None:
    stamp(database_url, revision)
    for asked in (migrations.upgrade, migrations.is_current):
        with pytest.raises(schema.NotOurs, match=f"unreleased state of Roundtable .schema {revision}."):
            asked(database_url)
    stamp(database_url, STEPS[-1])  # the next test may get this database


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
