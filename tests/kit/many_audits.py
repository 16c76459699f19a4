"""Finished audits: a small one that went through all its steps, and any number of copies of it.

The copies are the product's rows under new ids; sealed text is sealed again, since it is bound to its row.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import LargeBinary, Select, insert, select, update
from sqlalchemy.orm import Session

from audit.delivery import kept_promises
from audit.report import contents, gather
from bot import loading
from storage.actions import Action, ActionState
from storage.cases import Case
from storage.clock import now
from storage.crypto import Vault
from storage.cycles import Cycle, CycleState
from storage.messages import Message
from storage.reports import Report
from storage.sheet_state import SheetState
from storage.types import Base, new_id
from tests.kit.loaded import FILE

FEW = ("T2-EAST-01", "T2-NORTH-02")
AGENCIES = ("Education", "Police", "Probation")
_ID = re.compile(r"[0-9a-f]{32}")
_TABLES = Base.metadata.tables

Row = dict[str, Any]


def finished(session: Session, number: int) -> str:
    """Load a small cycle and take it to its end, with everything delivered to Slack; returns its id."""
    cycle = loading.load(session, _file(number), answered=True)
    session.flush()
    taken_up(session)
    moment = now(session)
    session.execute(update(Case).where(Case.cycle_id == cycle.id).values(released_at=moment))
    over = {"state": ActionState.VERIFIED, "closed_at": moment, "due_on": (moment - timedelta(days=90)).date()}
    session.execute(update(Action).where(Action.cycle_id == cycle.id).values(over))
    report = Report(cycle_id=cycle.id, version=1, made_at=moment)
    contents.keep(session, report, gather.contents(session, cycle.id))
    session.add(report)
    standing = {"delivered": Message.wanted, "ts": "1.1", "posted_channel": "C0SUBGROUP", "posted_at": moment}
    session.execute(update(Message).where(Message.cycle_id == cycle.id).values(standing))
    drawn = {"delivered": SheetState.wanted, "drawn_at": moment}
    session.execute(update(SheetState).where(SheetState.id == cycle.id).values(drawn))
    cycle.state, cycle.due_on = CycleState.CLOSED, (moment - timedelta(days=120)).date()
    session.flush()
    return cycle.id


def taken_up(session: Session) -> None:
    """Turn every promise into ledger rows."""
    while kept_promises.keep(session):
        session.flush()


def _file(number: int) -> loading.CycleFile:
    """The published cycle, reduced to a few cases and agencies."""
    file = loading.read(FILE)
    setup = file.setup
    asked = {each.reference: [label for label in each.agencies if label in AGENCIES] for each in setup.cases}
    cases = tuple(
        each.model_copy(update={"agencies": tuple(asked[each.reference])}) for each in setup.cases
        if each.reference in FEW
    )  # fmt: skip
    cycle = setup.cycle.model_copy(update={"number": number, "title": f"Audit {number}"})
    return file.model_copy(
        update={
            "setup": setup.model_copy(update={"cycle": cycle, "cases": cases}),
            "returns": tuple(each for each in file.returns if each.case in FEW and each.agency in AGENCIES),
            "judgements": tuple(each for each in file.judgements if each.case in FEW),
            "findings": tuple(each for each in file.findings if each.case in FEW and each.agency in {None, *AGENCIES}),
        }
    )


def copied(session: Session, cycle_id: str, numbers: Iterator[int] | range) -> None:
    """Copy the cycle under each of these numbers, with everything that belongs to it."""
    session.flush()
    rows = _belonging(session, cycle_id)
    vault: Vault = session.info["vault"]
    made: dict[str, list[Row]] = {name: [] for name in rows}
    opened = [
        (name, row["id"], field, vault.open(sealed, f"{name}:{row['id']}:{field}"))
        for name, field, row, sealed in _sealed(rows)
    ]
    for number in numbers:
        ids = {row["id"]: new_id() for of_table in rows.values() for row in of_table if "id" in row}
        fresh = {
            (name, record, field): vault.seal(text, f"{name}:{ids[record]}:{field}")
            for name, record, field, text in opened
        }
        for name, of_table in rows.items():
            for row in of_table:
                copy = {
                    field: fresh.get((name, row.get("id", ""), field)) or _renamed(value, ids)
                    for field, value in row.items()
                }
                if name == "cycles":
                    copy |= {"number": number, "title": f"Audit {number}"}
                made[name].append(copy)
    for name, of_table in made.items():
        if of_table:
            session.execute(insert(_TABLES[name]), of_table)


def _renamed(value: object, ids: Mapping[str, str]) -> object:
    return _ID.sub(lambda found: ids.get(found[0], found[0]), value) if isinstance(value, str) else value


def _sealed(rows: Mapping[str, list[Row]]) -> Iterator[tuple[str, str, Row, bytes]]:
    for name, of_table in rows.items():
        for column in _TABLES[name].columns:
            if isinstance(column.type, LargeBinary):
                yield from ((name, column.name, row, row[column.name]) for row in of_table if row[column.name])


def _belonging(session: Session, cycle_id: str) -> dict[str, list[Row]]:
    """Table -> its rows that refer to the cycle, or to such a row."""
    found: dict[str, list[Row]] = {"cycles": _rows(session, select(Cycle.__table__).where(Cycle.id == cycle_id))}
    for table in Base.metadata.sorted_tables:
        belongs = [
            column.in_({row["id"] for row in found[key.column.table.name]})
            for column in table.columns
            for key in column.foreign_keys
            if "id" in key.column.table.columns and key.column.table.name in found
        ]
        if belongs and table.name != "cycles":
            found[table.name] = _rows(session, select(table).where(belongs[0]))
    for entry in found["trail"]:
        del entry["number"]
    return found


def _rows(session: Session, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in session.execute(query).mappings()]
