"""The upgrade that seals what people wrote and was kept as it was written: with this database's key, or not at all."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, text

from storage import keys, migrations
from storage.crypto import Vault, bound_to, new_key
from storage.keys import KeysRefused
from storage.migrations.first import SCHEMA
from tests.kit.served import within
from tests.storage.test_migrations import differences

KEY = f"k1:{new_key()}"
CANARY = "canarywordinarow"
WRITTEN = {
    "actions": "owner", "action_steps": "former_owner", "attendances": "who", "distributions": "audience",
    "return_versions": "given_by",
}  # fmt: skip
USUAL = {
    str: "x", int: 1, bool: False, bytes: b"sealed", date: date(2026, 3, 4), datetime: datetime(2026, 3, 4, tzinfo=UTC),
}  # fmt: skip
WRONG = {
    "": "ENCRYPTION_KEYS is missing, and this upgrade seals what people wrote",
    f"k1:{new_key()}": "the key named “k1” isn't the one that this database knows by that name",
    f"k2:{new_key()},{KEY}": "begins with the key named “k2”, which this database doesn't know yet",
}


def put(connection: Connection, into: str, **given: object) -> None:
    """A row alone: what it belongs to doesn't matter to the step."""
    table = SCHEMA.tables[into]
    usual = {column.name: USUAL[column.type.python_type] for column in table.columns if not column.nullable}
    connection.execute(table.insert().values(usual | given))


def before(url: str) -> None:
    """A database at the first schema, that knows KEY, with a row of each that was sealed later, and an empty one."""
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0012")
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        probe = Vault.from_text(KEY).seal(keys.PROBE, bound_to("key_probes", "k1", "probe"))
        put(connection, "key_probes", name="k1", probe=probe)
        for table, column in WRITTEN.items():
            put(connection, table, id="r", **{column: f"{CANARY} {table}"})
        put(connection, "attendances", id="nobody", agency_id="y", who="")
        put(connection, "return_versions", id="none", number=2, base=2)
    engine.dispose()


def standing(url: str) -> dict[str, list[dict[str, object]]]:
    """Every row of the tables that the step changes."""
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        found = {
            name: [dict(row) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY id")).mappings()]
            for name in WRITTEN
        }
    engine.dispose()
    return found


def test_it_is_sealed_where_it_stands_and_the_rest_of_the_row_stays(empty_url: str, tmp_path: Path) -> None:
    before(empty_url)
    was, vault = standing(empty_url), Vault.from_text(KEY)
    migrations.upgrade(empty_url, vault)
    assert differences(empty_url) == []
    for table, column in WRITTEN.items():
        for row, old in zip(standing(empty_url)[table], was[table], strict=True):
            sealed, plain = row.pop(column), old.pop(column)
            assert {name: row[name] for name in old} == old, "what later steps add is theirs to test"
            assert (sealed is None) == (not plain)
            if sealed is not None:
                assert isinstance(sealed, bytes)
                assert vault.open(sealed, bound_to(table, str(row["id"]), column)) == plain == f"{CANARY} {table}"
    assert [file.name for file in tmp_path.glob("*.db*") if CANARY.encode() in file.read_bytes()] == []


@pytest.mark.parametrize("given", WRONG, ids=["none", "another", "a new one"])
def test_without_the_right_key_nothing_is_changed(empty_url: str, given: str) -> None:
    before(empty_url)
    was = standing(empty_url)
    with pytest.raises(KeysRefused, match=WRONG[given]):
        migrations.upgrade(empty_url, Vault.from_text(given) if given else None)
    assert standing(empty_url) == was
    migrations.upgrade(empty_url, Vault.from_text(KEY))
    assert differences(empty_url) == []


def test_the_command_says_so(tmp_path: Path) -> None:
    (tmp_path / "roundtable.db").touch(0o600)
    before(f"sqlite:///{tmp_path / 'roundtable.db'}")
    for given, sentence in WRONG.items():
        done = within("migrate", given={"ENCRYPTION_KEYS": given}, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert sentence in done.stderr
    done = within("migrate", given={"ENCRYPTION_KEYS": KEY}, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")
