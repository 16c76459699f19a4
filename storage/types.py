"""What all tables share: their base class, opaque ids in the order of time, and times that always have a zone."""

import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVarTuple

from sqlalchemy import (
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    ForeignKey,
    Index,
    Insert,
    MetaData,
    String,
    TypeDecorator,
    Update,
    bindparam,
    event,
    insert,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.selectable import TypedReturnsRows

if TYPE_CHECKING:
    from storage.holds import RowHolding

Columns = TypeVarTuple("Columns")

# Alembic needs constraints with names to change them later; SQLite and PostgreSQL name them differently by themselves.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


LOCK: dict[str, Any] = {"key_share": True}
"""Options of `with_for_update` that lock a row until the transaction ends, so that nobody else changes it meanwhile.

On PostgreSQL, writers of rows that refer to the locked row don't wait for the lock, as its key doesn't change. They
check their foreign keys when their transaction ends, and could otherwise deadlock with the holder of the lock.
"""


def new_id() -> str:
    """A new id of 32 hexadecimal digits: 12 of milliseconds, so that indexes grow at their end, and 20 random ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, stored as UTC. A naive value is refused, as SQLite would silently drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value for the database: UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value from the database: UTC, with its zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base class of every table. Rows get their id when they are constructed: sealed text is bound to it."""

    __holds__: "ClassVar[RowHolding]"
    """By which rule the rows are kept, who may see them, and in which export they are."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  # SQLAlchemy reads it off the class


@event.listens_for(Base, "init", propagate=True)
def _give_id(row: Base, _args: tuple[object, ...], values: dict[str, object]) -> None:
    if "id" in type(row).__table__.columns:
        values.setdefault("id", new_id())


def plain_rows(
    session: Session, statement: TypedReturnsRows[*Columns], values: Mapping[str, object] | None = None
) -> CursorResult[*Columns]:
    """Rows as plain tuples, in half the time that the ORM takes; the session's pending changes are written first."""
    session.flush()
    return session.connection().execute(statement, values)


def change_rows(session: Session, statement: Update | Delete, values: Mapping[str, object]) -> None:
    """Update or delete rows of which the session has no objects, in a fifth of the time that the ORM takes."""
    session.flush()
    session.connection().execute(statement, values)


@cache
def _insert(kind: type[Base]) -> Insert:
    return insert(kind.__table__)  # type: ignore[arg-type]  # it is a Table


def insert_now(session: Session, row: Base) -> Any:  # noqa: ANN401
    """Insert a row at once and return its primary key; nothing in this transaction may change the row afterwards.

    Without the ORM's tracking of changes this takes a third of the time of `session.add`.
    """
    values = {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
    done = session.connection().execute(_insert(type(row)), values)
    return done.inserted_primary_key[0]  # type: ignore[index]  # each table has one


@cache
def _update(kind: type[Base]) -> Update:
    table = kind.__table__
    return update(table).where(table.c.id == bindparam("row_id"))  # type: ignore[arg-type]  # it is a Table


def change(session: Session, row: Base, **values: object) -> None:
    """Change a stored row at once, in half the time that the ORM takes to find out what was changed."""
    session.connection().execute(_update(type(row)), {"row_id": row.id, **values})  # type: ignore[attr-defined]  # it has an id
    for name, value in values.items():
        set_committed_value(row, name, value)


Id = Annotated[str, mapped_column(String(32), primary_key=True)]


def owned_by(table: str, *, nullable: bool = False, index: bool = True, unique: bool = False) -> Any:  # noqa: ANN401
    """A foreign key to the row of `table` that this row belongs to."""
    key = ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")  # so that rows can be written in any order
    return mapped_column(key, nullable=nullable, index=index and not unique, unique=unique)


def index_of(where: str, name: str, *columns: str, unique: bool = False) -> Index:
    """A partial index, of the rows for which `where` holds. SQLAlchemy's own options load both databases' dialects."""
    return Index(name, *columns, unique=unique, info={"where": where})


@compiles(CreateIndex)
def _create_index(made: CreateIndex, compiler: DDLCompiler, **options: Any) -> str:  # noqa: ANN401
    statement: str = compiler.visit_create_index(made, **options)  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
    where = made.element.info.get("where")
    return f"{statement} WHERE {where}" if where else statement
