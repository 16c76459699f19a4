"""A word that occurs nowhere else, written into every text of an audit so that tests can search for it."""

import json
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    TypeDecorator,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from audit.report.words_that_stay import OURS
from storage import text_removal
from storage.actions import ActionState, ActionStep
from storage.clock import now
from storage.crypto import bound_to, vault_of
from storage.cycles import Cycle
from storage.holds import Holding, Holds, Kept
from storage.types import Base, new_id

CANARY = "Canaryword"
_DEEP = ("return_versions", "judgements", "immediate_actions", "reports", "publications")


def written_everywhere(session: Session, cycle_id: str, but: tuple[str, ...] = ()) -> int:
    """Write the word into every text of a cycle, adding rows to empty tables; returns the number of texts."""
    words, count = text_removal.listed_words(session) | OURS, 0
    for each in text_removal.texts(Kept.TEXT, Kept.DRAFT):
        table = Base.metadata.tables[each.table]
        about = text_removal.of_cycles(table, Cycle.id == cycle_id)
        if each.table in but:
            continue
        if not session.scalar(select(func.count()).select_from(table).where(about)):
            assert each.table not in _DEEP, f"{each.table} has no row: {each.column} can't be made up"
            session.execute(insert(table).values(_row(session, table, cycle_id)))
        for row_id, value in session.execute(select(table.columns["id"], table.columns[each.column]).where(about)):
            anew = _with(session, each, row_id, value, words)
            row = update(table).where(table.columns["id"] == row_id)
            session.execute(row.values({each.column: anew}))
            count += 1
    return count


def _with(session: Session, each: Holding, row_id: str, value: Any, words: frozenset[str]) -> object:  # noqa: ANN401
    if each.holds is Holds.WRITTEN:
        return CANARY
    vault, place = vault_of(session), bound_to(each.table, row_id, each.column)
    if not each.counted:
        return vault.seal(CANARY if each.kept is Kept.TEXT else json.dumps(_DRAFT), place)
    return vault.seal(json.dumps(_marked(json.loads(vault.open(value, place)), words)), place) if value else value


_DRAFT = {"answers": {"sections": {"voice": CANARY}, "why": CANARY, "themes": []}, "behalf": False, "began_from": None}


def _marked(value: object, words: frozenset[str]) -> object:
    """The value with the word appended to every text, except texts from a closed list."""
    if isinstance(value, str):
        return value if text_removal.is_listed(value, words) else f"{value} {CANARY}"
    if isinstance(value, dict):
        return {key: _marked(each, words) for key, each in value.items()}
    return [_marked(each, words) for each in value] if isinstance(value, list) else value


def _row(session: Session, table: Table, cycle_id: str) -> dict[str, object]:
    """A made-up row of the table that belongs to the cycle."""
    return {column.name: _value(session, column, cycle_id) for column in table.columns if _needed(column)}


def _needed(column: Column[Any]) -> bool:
    return not column.nullable or bool(column.foreign_keys) or isinstance(column.type, LargeBinary)


def _value(session: Session, column: Column[Any], cycle_id: str) -> object:
    if column.name == "id":
        return new_id()
    targets = [key.column.table for key in column.foreign_keys]
    targets += [Base.metadata.tables[name] for name in column.info.get("of", ())]
    if targets:
        found = select(targets[0].columns["id"]).limit(1)
        if text_removal.placed(targets[0]):
            found = found.where(text_removal.of_cycles(targets[0], Cycle.id == cycle_id))
        return session.scalar(found)
    if column is ActionStep.__table__.columns["state"]:
        return ActionState.OPEN  # a state that the sheet shows
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    made = ((LargeBinary, b""), (Boolean, True), (Integer, 1), (DateTime, now(session)), (Date, now(session).date()))
    return next((value for each, value in made if isinstance(kind, each)), "made up")


def opened(session: Session) -> str:
    """Everything in our tables as one text, with sealed values opened."""
    said = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            for name, value in row.items():
                if isinstance(value, bytes) and (table.name, name) != ("key_probes", "probe"):
                    place = bound_to(table.name, row["id" if "id" in row else "name"], name)
                    said.append(vault_of(session).open(value, place))
                else:
                    said.append(str(value))
    return "\n".join(said)


def sealed(session: Session, cycle_id: str) -> list[bytes]:
    """The sealed texts that contain the word, as stored: 40 bytes from behind the key's name."""
    found = []
    for each in text_removal.texts(Kept.TEXT, Kept.DRAFT):
        if each.holds is Holds.SEALED:
            table = Base.metadata.tables[each.table]
            about, column = text_removal.of_cycles(table, Cycle.id == cycle_id), table.columns[each.column]
            for row_id, value in session.execute(select(table.columns["id"], column).where(about)):
                text = vault_of(session).open(value, bound_to(each.table, row_id, each.column)) if value else ""
                found += [value[1 + value[0] :][:40]] if CANARY in text else []
    return found
