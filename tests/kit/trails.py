"""A database with a trail, and attacks on it by the database's owner."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from audit import trail, trail_check
from audit.trail_check import Checked
from storage import chain, guards, migrations
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.keys import check
from storage.trail import TrailEntry
from tests.kit import loaded

NAMES = ("audit 2", "what belongs to no cycle")
K1 = f"k1:{new_key()}"


class Written:
    """A database with a trail: after the set-up's entries, the cycle `cycle` has 8 more, and 5 belong to no cycle."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sessions = Sessions(url, Vault.from_text(K1), Clock(), patience=20)
        check(self.sessions)
        with self.sessions.begin() as session:
            loaded.load(session, datetime(2026, 3, 4, 12, 0, tzinfo=UTC), "sheet", opened=True)
            self.cycle = session.scalars(select(Cycle.id)).one()
        for number in range(5):
            self.write(f"of none {number}")
            self.write(f"of the cycle {number}", self.cycle)
        for number in range(5, 8):
            self.write(f"of the cycle {number}", self.cycle)

    def write(self, detail: str, cycle_id: str | None = None) -> None:
        with self.sessions.begin() as session:
            trail.record(session, None, "something.do", cycle_id=cycle_id, detail=detail)

    def sealed(self) -> "Written":
        assert chain.seal(self.sessions).strange == []
        return self

    def checked(self, *outside: str) -> Checked:
        with self.sessions.reading() as session:
            return trail_check.check(session, outside)

    def number(self, detail: str) -> int:
        return self.row(detail).number

    def place(self, detail: str) -> int:
        return self.row(detail).place or 0

    def called(self, detail: str) -> str:
        row = self.row(detail)
        return f"Entry {row.number} (place {row.place} of {NAMES[0] if row.cycle_id else NAMES[1]})"

    def row(self, detail: str) -> TrailEntry:
        with self.sessions.reading() as session:
            return session.scalars(select(TrailEntry).where(TrailEntry.detail == detail)).one()

    def attack(self, *statements: str, guarded: bool = False, **values: object) -> None:
        """Execute statements as the database's owner, who (unless `guarded`) turns its guards off."""
        engine = migrations.engine_for(self.url)
        try:
            with engine.begin() as connection:
                if not guarded:
                    off(connection)
                for statement in statements:
                    connection.execute(text(statement), values)
                if guards.missing(connection):
                    guards.guard_the_trail(connection)
        finally:
            engine.dispose()


def off(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))
