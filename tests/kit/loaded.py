"""The first rows of a database, such as the published cycle's: made once, and inserted for all tests that need them."""

import atexit
import json
import pickle
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import LargeBinary, Table, insert, select
from sqlalchemy.orm import Session

from audit.library.default import DEFAULT
from audit.setup import opening
from audit.sheet import state
from bot import loading
from storage import private_files, tables  # noqa: F401  # which has every table
from storage.clock import Clock
from storage.crypto import Vault, bound_to, new_key, vault_of
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.keys import KeyProbe
from storage.trail import mark_of
from storage.types import Base
from tests.kit.snapshots import Snapshots


def _short(whole: dict[str, Any]) -> dict[str, Any]:
    del whole["setup"]["cycle"]["tool"]
    asked = {section.key for section in DEFAULT.sections}
    for part in whole["returns"]:
        part["sections"] = {key: text for key, text in part["sections"].items() if key in asked}
    return whole


PUBLISHED = Path(__file__).parents[2] / "sandbox" / "cycles" / "transitions.json"
_HOME = TemporaryDirectory(prefix="roundtable-tests-")
atexit.register(_HOME.cleanup)
FILE = Path(_HOME.name) / PUBLISHED.name
"""The published cycle with the product's default tool, a form of one page: most tests aren't about the questions."""
FILE.write_text(json.dumps(_short(json.loads(PUBLISHED.read_text()))))
SOMEWHERE = "the spreadsheet"
_SHARED: list[Snapshots] = []
Rows = dict[str, list[dict[str, Any]]]
"""Table -> its rows."""
TABLES = [table for table in Base.metadata.sorted_tables if table is not KeyProbe.__table__]


class Sealed(str):
    """A text that is sealed again with the keys of each database."""

    __slots__ = ()


def load(session: Session, moment: datetime, spreadsheet_id: str, *, opened: bool) -> None:
    """Insert the published cycle, bound to that spreadsheet."""
    put(session, moment, collecting if opened else planned, spreadsheet_id)


def planned(session: Session, file: Path = FILE) -> Cycle:
    """Load a cycle, by default the published one, bound to a placeholder for the spreadsheet."""
    cycle = loading.load(session, loading.read(file), answered=False)
    state.bind(session, cycle.id, SOMEWHERE)
    return cycle


def collecting(session: Session, file: Path = FILE) -> None:
    """Load and open a cycle."""
    opening.open_cycle(session, None, planned(session, file).id)


def put(session: Session, moment: datetime, make: Callable[[Session], object], spreadsheet_id: str = SOMEWHERE) -> None:
    """Insert into this empty database the rows that `make` would make in one, at the beginning of that moment's hour.

    The hour, so that the rows made for one test serve all others: most tests begin now.
    """
    vault = vault_of(session)

    def here(table: str, row: dict[str, Any], name: str) -> object:
        value = row[name]
        if isinstance(value, Sealed):
            return vault.seal(value, bound_to(table, row["id"], name))
        if (table, name) == ("trail", "mark"):
            return mark_of(vault, row["digest"])
        return spreadsheet_id if value == SOMEWHERE else value

    for table, rows in _made(make, moment.replace(minute=0, second=0, microsecond=0)).items():
        session.execute(
            insert(Base.metadata.tables[table]), [{name: here(table, row, name) for name in row} for row in rows]
        )


def share(snapshots: Snapshots) -> None:
    """Share the rows that one process of a run makes with all others, by way of `snapshots`."""
    _SHARED[:] = [snapshots]


@cache
def _made(make: Callable[[Session], object], moment: datetime) -> Rows:
    """Every row that `make` makes; made once in a run for all processes, if `make` is a function of a module."""
    name = f"{make.__module__}.{getattr(make, '__qualname__', '<>')}"
    if "<" in name or not _SHARED:
        return _rows(make, moment)
    file = _SHARED[0].home / f"{name}.{moment.timestamp():.0f}"
    with _SHARED[0].making(file) as beside:
        if beside is not None:
            beside.write_bytes(pickle.dumps(_rows(make, moment)))
    found: Rows = pickle.loads(file.read_bytes())
    return found


def _rows(make: Callable[[Session], object], moment: datetime) -> Rows:
    with TemporaryDirectory() as home:
        clock = Clock(Path(home) / "clock")
        clock.move_to(moment)
        private_files.make(f"{home}/loaded.db")
        sessions = Sessions(f"sqlite:///{home}/loaded.db", Vault.from_text(f"k1:{new_key()}"), clock, patience=600)
        with sessions.begin() as session:
            Base.metadata.create_all(session.connection())
            make(session)
        with sessions.reading() as session:
            found = {table.name: _of(session, table) for table in TABLES}
        sessions.dispose()
    assert not found["denied_names"], "they are known by the keys that they were written with"
    return {name: rows for name, rows in found.items() if rows}


def _of(session: Session, table: Table) -> list[dict[str, Any]]:
    """The table's rows without autoincremented numbers, and with sealed values opened."""
    by_hand = [column for column in table.columns if column is not table.autoincrement_column]
    in_turn = () if table.autoincrement_column is None else (table.autoincrement_column,)
    found = [dict(row) for row in session.execute(select(*by_hand).order_by(*in_turn)).mappings()]
    sealed = [column.name for column in by_hand if isinstance(column.type, LargeBinary)]
    for row in found:
        for name in sealed:
            if row[name] is not None:
                row[name] = Sealed(vault_of(session).open(row[name], bound_to(table.name, row["id"], name)))
    return found
