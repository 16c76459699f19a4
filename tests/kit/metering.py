"""The cost of reading, in numbers that don't depend on the machine: statements, and steps that SQLite takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExecutionContext
from sqlalchemy.pool import ConnectionPoolEntry

GRAIN = 100
"""Instructions of SQLite's virtual machine per step."""


@dataclass(frozen=True)
class Cost:
    """The numbers of statements and of steps."""

    statements: int
    steps: int


@dataclass(frozen=True)
class AskedStatement:
    """A statement as built, its values when it first ran, and the columns that these are for."""

    statement: Any
    values: Mapping[str, Any]
    columns: list[str] | None

    @property
    def with_lists(self) -> Mapping[str, Any]:
        """The values by the statement's own names; the numbered values of a list are also there as a list."""
        lists: dict[str, list[Any]] = {}
        for name, value in self.values.items():
            lists.setdefault(name.rpartition("_")[0], []).append(value)
        return {**lists, **self.values}


@dataclass
class Meter:
    """Counts for the engines on one database, which must connect after `counting` begins.

    `texts`: the text of a statement -> the statement; `askers`: text -> what ran it.
    """

    database: str
    texts: dict[str, AskedStatement] = field(default_factory=dict)
    askers: dict[str, set[str]] = field(default_factory=dict)
    _recent: set[str] = field(default_factory=set)
    _statements: int = 0
    _steps: int = 0

    @contextmanager
    def counting(self) -> Iterator["Meter"]:
        """Count while the block runs."""
        heard = (("connect", self._connected), ("before_cursor_execute", self._executed))
        for name, listener in heard:
            event.listen(Engine, name, listener)
        try:
            yield self
        finally:
            for name, listener in heard:
                event.remove(Engine, name, listener)

    def forget(self) -> None:
        """Set everything back to zero."""
        self._statements = self._steps = 0
        for each in (self.texts, self.askers, self._recent):
            each.clear()

    def spent(self, on: str) -> Cost:
        """The cost since the last call; `on`: the name of what ran the statements."""
        for text in self._recent:
            self.askers.setdefault(text, set()).add(on)
        self._recent.clear()
        cost = Cost(self._statements, self._steps)
        self._statements = self._steps = 0
        return cost

    def _connected(self, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.set_progress_handler(self._stepped, GRAIN)

    def _stepped(self) -> int:
        self._steps += 1
        return 0

    def _executed(  # SQLAlchemy's signature
        self, connection: Connection, _cursor: DBAPICursor, text: str, _values: object, context: ExecutionContext,
        _many: bool,  # noqa: FBT001  # likewise
    ) -> None:  # fmt: skip
        if connection.engine.url.database == self.database and context.compiled is not None:
            self._statements += 1
            self._recent.add(text)
            if text not in self.texts:
                asked: Any = context  # its type lacks attributes that it has
                of = asked.compiled
                self.texts[text] = AskedStatement(of.statement, asked.compiled_parameters[0], of.column_keys)
