"""SQLite as every connection has it, whoever opens it: what is deleted is gone from the files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from jobs import engine_tables
from storage import migrations
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from tests.kit import later, sqlite
from tests.kit.play import Play

CANARY = "canarywordinarow"
PRAGMAS = {
    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "journal_size_limit": 4_194_304,
    "temp_store": 2,
}  # fmt: skip


@pytest.fixture
def found() -> Iterator[list[dict[str, object]]]:
    """How SQLite is set on every connection that is used, whoever uses it, in the order of use."""
    seen: list[dict[str, object]] = []

    def look(connection: Connection) -> None:
        cursor = connection.connection.cursor()
        seen.append({name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS})

    event.listen(Engine, "engine_connect", look)
    with sqlite.as_delivered():
        yield seen
    event.remove(Engine, "engine_connect", look)


def client(url: str) -> DBOSClient:
    return DBOSClient(system_database_url=url, serializer=DBOSPortableJSONSerializer())


def files(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.glob("some.db*"))


def test_every_connection_is_as_ours_are(tmp_path: Path, found: list[dict[str, object]]) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    migrations.upgrade(url)
    assert migrations.is_current(url)
    assert found == [PRAGMAS | {"foreign_keys": 0}] * 2, "a migration copies tables and drops the old ones"
    found.clear()
    engine_tables.migrate(make_url(url))
    dbos = client(url)
    dbos.list_workflows()
    dbos.destroy()
    sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock())
    with sessions.begin() as session:
        session.connection()
    with sessions.reading() as session:
        session.connection()
    sessions.dispose()
    stranger = create_engine(url)
    with stranger.connect():
        pass
    stranger.dispose()
    assert len(found) >= 5
    assert all(each == PRAGMAS for each in found), found


def test_what_dbos_and_a_migration_delete_is_gone_from_the_files(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    schema = migrations.engine_for(url)
    migrations.upgrade(url)
    with schema.begin() as connection:
        connection.execute(
            text("INSERT INTO workspaces (id, team_id, name) VALUES (:name || :n, :n, :name || :n)"),
            [{"name": CANARY, "n": number} for number in range(300)],
        )
    later.upgrade(url, tmp_path, "with op.batch_alter_table('workspaces', recreate='always'):\n    pass\n")
    engine_tables.migrate(make_url(url))
    dbos = client(url)
    for number in range(20):
        dbos.enqueue(
            {"workflow_name": "deliver_message", "queue_name": "slack", "workflow_id": f"{CANARY}{number}"}, CANARY * 50
        )
    assert files(tmp_path).count(CANARY.encode()) > 1000, "this looks in the wrong place"
    dbos.delete_workflows([f"{CANARY}{number}" for number in range(20)])
    dbos.destroy()
    with schema.begin() as connection:
        connection.execute(text("DELETE FROM workspaces"))
    schema.dispose()
    assert CANARY.encode() not in files(tmp_path)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_deleted_is_gone_while_the_product_runs(play: Play) -> None:
    """Not only when the last connection is closed, or when SQLite finds the WAL long enough."""
    home = Path(str(play.sessions.url.database)).parent

    def there() -> bool:
        return any(CANARY.encode() in file.read_bytes() for file in home.glob("roundtable.db*"))

    for statement in ("INSERT INTO workspaces (id, team_id, name) VALUES ('1', 'T1', :name)", "DELETE FROM workspaces"):
        with play.sessions.begin() as session:
            session.execute(text(statement), {"name": CANARY} if ":name" in statement else {})
    assert there(), "this looks in the wrong place"
    with play.working():
        assert play.until(lambda: not there())
