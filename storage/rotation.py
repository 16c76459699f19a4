"""Moves sealed texts on to the newest key, a few rows at a time during normal work, and checks that all can be opened.

The rows themselves show the progress, as each text begins with the name of its key. So an interrupted rotation
continues when it is started again, and one that finds nothing left changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Row,
    Select,
    bindparam,
    func,
    inspect,
    not_,
    select,
    update,
)
from sqlalchemy.orm import Session

from storage import chain
from storage.crypto import Vault, WrongKey, bound_to, vault_of
from storage.engine import Sessions
from storage.faults import fault
from storage.keys import KeyProbe, begins, key_of, marking_of, sealed_columns
from storage.trail import marked_under
from storage.types import Base

BATCH = 200
"""Number of rows in one transaction, which keeps other writers waiting for some hundredths of a second."""
PASSES = 5
"""How often a column is gone through at most: rows that somebody is changing are left to the next pass."""


@dataclass(frozen=True)
class Unopened:
    """A sealed text that can't be opened, by its place; `why` is the end of a sentence that begins with the place."""

    table: str
    column: str
    row_id: str
    why: str


@dataclass
class OpenedTexts:
    """How many sealed texts were opened, and which can't be opened."""

    count: int = 0
    unopened: list[Unopened] = field(default_factory=list)


@dataclass
class Rotated(OpenedTexts):
    """`count`: texts sealed anew. `left`: older key's name -> column -> how many texts are still under that key."""

    left: dict[str, dict[str, int]] = field(default_factory=dict)


def rotate(sessions: Sessions) -> Rotated:
    """Seal everything with the newest key; texts that can't be opened stay as they are."""
    with sessions.begin() as session:
        vault = vault_of(session)
        _keep_marking_keys(session, vault)
    rotated = Rotated()
    for column in sealed_columns():
        _move(sessions, column, rotated)
    chain.seal(sessions)  # an unsealed trail entry has a mark under an older key
    sessions.checkpoint()  # SQLite's WAL still has the replaced texts
    with sessions.reading() as session:
        rotated.left = {name: left for name in vault.names[1:] if (left := _left(session, name))}
    return rotated


def look(sessions: Sessions) -> OpenedTexts:
    """Open every sealed text, changing nothing."""
    looked = OpenedTexts()
    for column in sealed_columns():
        after: str | None = ""
        while after is not None:
            with sessions.reading() as session:  # a short transaction: while one reads, SQLite's WAL grows
                after = _look(session, column, after, looked)
    return looked


def _keep_marking_keys(session: Session, vault: Vault) -> None:
    """Store the marking keys of the older keys: nobody knows what was hashed under them, so it can't be hashed anew."""
    for probe in session.scalars(select(KeyProbe).where(KeyProbe.name.in_(vault.names[1:]))):
        if probe.marking is None:
            probe.marking = vault.seal(vault.marking_key(probe.name), marking_of(probe.name))


def _move(sessions: Sessions, column: Column[bytes], rotated: Rotated) -> None:
    """Seal a column's texts anew, in several passes if somebody was changing some of its rows."""
    for _ in range(PASSES):
        moved = Rotated()
        after: str | None = ""
        while after is not None:
            with sessions.begin() as session:
                after = _seal_anew(session, column, after, moved)
            fault("rotate.after")
        rotated.count += moved.count
        with sessions.reading() as session:
            behind = _count(session, column, not_(begins(column, vault_of(session).names[0])))
        if behind <= len(moved.unopened):
            break
    rotated.unopened += moved.unopened


def _seal_anew(session: Session, column: Column[bytes], after: str, found: Rotated) -> str | None:
    """Seal the texts of the next rows after `after`. Returns the last row's key, or None if there was none.

    Rows that somebody is changing are skipped, so that nobody waits for anybody.
    """
    vault, key = vault_of(session), key_of(column)
    behind = _some(column, after).where(not_(begins(column, vault.names[0])))
    rows = session.execute(behind.with_for_update(key_share=True, skip_locked=True)).all()
    opened = list(_opened(vault, column, rows, found))
    if opened:
        anew = [{"of_row": row_id, "anew": vault.seal(text, place)} for row_id, place, text in opened]
        row = update(column.table).where(key == bindparam("of_row"))
        session.connection().execute(row.values({column: bindparam("anew")}), anew)
    return rows[-1][0] if rows else None


def _look(session: Session, column: Column[bytes], after: str, looked: OpenedTexts) -> str | None:
    """Like `_seal_anew`, but changing nothing."""
    rows = session.execute(_some(column, after)).all()
    for _ in _opened(vault_of(session), column, rows, looked):
        pass
    return rows[-1][0] if rows else None


def _some(column: Column[bytes], after: str) -> Select[str, bytes]:
    """The next batch of rows with a text, in the order of their primary key."""
    key = key_of(column)
    return select(key, column).where(key > after, column.is_not(None)).order_by(key).limit(BATCH)


def _opened(
    vault: Vault, column: Column[bytes], rows: Sequence[Row[str, bytes]], looked: OpenedTexts
) -> Iterator[tuple[str, str, str]]:
    """(Row's key, place, text) of each text that can be opened; `looked` counts these and lists the others."""
    for row_id, sealed in rows:
        place = bound_to(column.table.name, row_id, column.name)
        try:
            text = vault.open(sealed, place)
        except WrongKey as wrong:
            looked.unopened.append(Unopened(column.table.name, column.name, row_id, wrong.why))
        else:
            looked.count += 1
            yield row_id, place, text


def _left(session: Session, name: str) -> dict[str, int]:
    """Column -> how many of its texts, or marks, are under this key. Binary columns of other tables count too."""
    columns = [*sealed_columns(), *_strange_columns(session)]
    counted = {f"{each.table.name}.{each.name}": _count(session, each, begins(each, name)) for each in columns}
    counted["trail.mark"] = session.scalar(select(func.count()).where(marked_under(name))) or 0
    return {column: count for column, count in counted.items() if count}


def _strange_columns(session: Session) -> Iterator[Column[bytes]]:
    """The binary columns of the engine's tables. They have none, so far: one that is added may hold sealed text."""
    looked_at = inspect(session.connection())
    for schema in set(looked_at.get_schema_names()) - {"information_schema"}:
        strange = MetaData()
        strange.reflect(session.connection(), schema, only=lambda name, _: name not in Base.metadata.tables)
        for table in strange.sorted_tables:
            yield from (column for column in table.columns if isinstance(column.type, LargeBinary))


def _count(session: Session, column: Column[bytes], condition: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(column.table).where(column.is_not(None), condition)
    return session.execute(counted).scalar_one()
