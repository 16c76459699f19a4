"""The published cycle as rows, loaded once and put into the databases of all tests that begin with it."""

from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from audit import cycles, sheets
from bot import loading
from storage import migrations, tables  # noqa: F401  # which has every table
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from storage.keys import KeyProbe
from storage.types import Base

FILE = Path(__file__).parent.parent / "sandbox" / "cycles" / "transitions.json"
SOMEWHERE = "the spreadsheet"
TABLES = [table for table in Base.metadata.sorted_tables if table is not KeyProbe.__table__]


def load(session: Session, moment: datetime, spreadsheet_id: str, *, opened: bool) -> None:
    """The published cycle, bound to that spreadsheet, as if it had been loaded at the beginning of that minute.

    The database must be empty. Nothing in the cycle is sealed yet.
    """
    for table, rows in _rows(moment.replace(second=0, microsecond=0), opened).items():
        bound = [{name: spreadsheet_id if value == SOMEWHERE else value for name, value in row.items()} for row in rows]
        session.execute(insert(Base.metadata.tables[table]), bound)


@cache
def _rows(moment: datetime, opened: bool) -> dict[str, list[dict[str, Any]]]:  # noqa: FBT001  # a key
    """Every row there is after loading, by table."""
    with TemporaryDirectory() as home:
        clock = Clock(Path(home) / "clock")
        clock.move_to(moment)
        url = f"sqlite:///{home}/loaded.db"
        migrations.upgrade(url)
        sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), clock)
        with sessions.begin() as session:
            cycle = loading.load(session, loading.read(FILE), answered=False)
            sheets.bind(session, cycle.id, SOMEWHERE)
            if opened:
                cycles.open_cycle(session, None, cycle.id)
        with sessions.reading() as session:
            found = {table.name: _of(session, table) for table in TABLES}
        sessions.dispose()
    return {name: rows for name, rows in found.items() if rows}


def _of(session: Session, table: Table) -> list[dict[str, Any]]:
    """The table's rows, without the numbers that a database gives them in turn."""
    by_hand = [column for column in table.columns if column is not table.autoincrement_column]
    in_turn = () if table.autoincrement_column is None else (table.autoincrement_column,)
    return [dict(row) for row in session.execute(select(*by_hand).order_by(*in_turn)).mappings()]
