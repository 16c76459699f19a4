"""Triggers by which the database protects the trail from changes. A migration that copies `trail` creates them again.

An entry may be sealed once, and emptied once `trail_forgotten` records it. SQLite drops a table's triggers with the
table, and fires no DELETE trigger for a row that INSERT OR REPLACE replaces; that is why inserting checks the number.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

_SAID = ("number", "at", "verb", "cycle_id", "digest")
_EMPTIED = {"person_id": "NULL", "actor": "''", "subject_id": "NULL", "detail": "''", "salt": "NULL"}
_CHAINED = ("place", "link")
_REFUSED = "the trail is append-only"
_TABLES = ("trail", "trail_forgotten", "trail_head")
NAMES = frozenset({
    *(f"{table}_not_deleted" for table in _TABLES), "trail_not_changed", "trail_not_put_in",
    "trail_forgotten_not_changed", "trail_forgotten_not_put_in",
})  # fmt: skip
"""The names of the triggers, the same on both databases."""


def guard_the_trail(connection: Connection) -> None:
    """Create the triggers, replacing any that exist."""
    postgresql = connection.dialect.name == "postgresql"
    for statement in _on_postgresql() if postgresql else _on_sqlite():
        connection.execute(text(statement))


def missing(connection: Connection) -> list[str]:
    """The names of the triggers that don't exist or are disabled."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    return sorted(NAMES - set(connection.execute(text(query)).scalars()))


def _allowed(same: str) -> str:
    """SQL: when an entry may be changed. `same` is the operator by which two nulls are equal."""

    def kept(*columns: str) -> str:
        return " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)

    sealed = f"OLD.link IS NULL AND NEW.link IS NOT NULL AND NEW.mark IS NULL AND {kept(*_SAID, *_EMPTIED)}"
    emptied = " AND ".join(f"NEW.{column} {same} {nothing}" for column, nothing in _EMPTIED.items())
    recorded = "EXISTS (SELECT 1 FROM trail_forgotten WHERE number = OLD.number)"
    forgotten = f"OLD.link IS NOT NULL AND {kept(*_SAID, *_CHAINED, 'mark')} AND {emptied} AND {recorded}"
    return f"({sealed}) OR ({forgotten})"


def _on_sqlite() -> Iterator[str]:
    def trigger(table: str, name: str, when: str) -> Iterator[str]:
        yield f"DROP TRIGGER IF EXISTS {table}_not_{name}"
        yield f"CREATE TRIGGER {table}_not_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"

    for table in _TABLES:
        yield from trigger(table, "deleted", f"DELETE ON {table}")
    for table, born in (("trail", " OR NEW.link IS NOT NULL OR NEW.place IS NOT NULL"), ("trail_forgotten", "")):
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)"  # noqa: S608  # one of our tables
        yield from trigger(table, "put_in", f"INSERT ON {table} WHEN {taken}{born}")
    yield from trigger("trail", "changed", f"UPDATE ON trail WHEN NOT ({_allowed('IS')})")
    yield from trigger("trail_forgotten", "changed", "UPDATE ON trail_forgotten")


def _on_postgresql() -> Iterator[str]:
    def trigger(table: str, name: str, when: str, only_if: str = "FALSE") -> Iterator[str]:
        body = f"IF {only_if} THEN RETURN NEW; END IF; RAISE EXCEPTION '{_REFUSED}';"
        function = f"CREATE OR REPLACE FUNCTION {table}_not_{name}() RETURNS trigger LANGUAGE plpgsql"
        yield f"{function} AS $$ BEGIN {body} END $$"
        yield f"DROP TRIGGER IF EXISTS {table}_not_{name} ON {table}"
        on = f"{when} ON {table} FOR EACH {'STATEMENT' if 'DELETE' in when else 'ROW'}"
        yield f"CREATE TRIGGER {table}_not_{name} BEFORE {on} EXECUTE FUNCTION {table}_not_{name}()"

    for table in _TABLES:
        yield from trigger(table, "deleted", "DELETE OR TRUNCATE")
    not_forgotten = "NOT EXISTS (SELECT 1 FROM trail_forgotten WHERE number = NEW.number)"
    yield from trigger("trail", "put_in", "INSERT", "NEW.link IS NULL AND NEW.place IS NULL")
    yield from trigger("trail_forgotten", "put_in", "INSERT", not_forgotten)
    yield from trigger("trail", "changed", "UPDATE", _allowed("IS NOT DISTINCT FROM"))
    yield from trigger("trail_forgotten", "changed", "UPDATE")
