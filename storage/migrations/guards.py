"""What the database itself refuses: to change or delete an entry of the trail. A step that copies `trail` sets it anew.

An entry may be sealed once, and emptied once `trail_forgotten` says so. SQLite drops a table's triggers with the table,
and fires none for the row that an INSERT OR REPLACE replaces, hence the look at the number.
"""

from alembic import op

_SAID = ("number", "at", "verb", "cycle_id", "digest")
_EMPTIED = {"person_id": "NULL", "actor": "''", "subject_id": "NULL", "detail": "''", "salt": "NULL"}
_CHAINED = ("place", "link")
_REFUSED = "the trail is append-only"
_TABLES = ("trail", "trail_forgotten", "trail_head")


def guard_the_trail() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _allowed(same: str) -> str:
    """When an entry may be changed; `same`: the operator by which two nulls are alike."""

    def kept(*columns: str) -> str:
        return " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)

    sealed = f"OLD.link IS NULL AND NEW.link IS NOT NULL AND NEW.mark IS NULL AND {kept(*_SAID, *_EMPTIED)}"
    emptied = " AND ".join(f"NEW.{column} {same} {nothing}" for column, nothing in _EMPTIED.items())
    recorded = "EXISTS (SELECT 1 FROM trail_forgotten WHERE number = OLD.number)"
    forgotten = f"OLD.link IS NOT NULL AND {kept(*_SAID, *_CHAINED, 'mark')} AND {emptied} AND {recorded}"
    return f"({sealed}) OR ({forgotten})"


def _on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for table in _TABLES:
        op.execute(f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}")
    for table in ("trail", "trail_forgotten"):
        there = f"EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)"  # noqa: S608  # one of our tables
        sealed = " OR NEW.link IS NOT NULL OR NEW.place IS NOT NULL" if table == "trail" else ""
        op.execute(f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN {there}{sealed} {refuse}")
    op.execute(f"CREATE TRIGGER trail_not_changed BEFORE UPDATE ON trail WHEN NOT ({_allowed('IS')}) {refuse}")
    op.execute(f"CREATE TRIGGER trail_forgotten_not_changed BEFORE UPDATE ON trail_forgotten {refuse}")


def _on_postgresql() -> None:
    refuse = f"RAISE EXCEPTION '{_REFUSED}'"
    changing = f"IF {_allowed('IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; {refuse};"
    inserting = f"IF NEW.link IS NULL AND NEW.place IS NULL THEN RETURN NEW; END IF; {refuse};"
    for name, body in (("refuse", f"{refuse};"), ("change", changing), ("insert", inserting)):
        op.execute(
            f"CREATE OR REPLACE FUNCTION trail_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
        )
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
        )
    each = "FOR EACH ROW EXECUTE FUNCTION"
    op.execute(f"CREATE TRIGGER trail_not_changed BEFORE UPDATE ON trail {each} trail_change()")
    op.execute(f"CREATE TRIGGER trail_not_sealed BEFORE INSERT ON trail {each} trail_insert()")
    op.execute(f"CREATE TRIGGER trail_forgotten_not_changed BEFORE UPDATE ON trail_forgotten {each} trail_refuse()")
