"""The helpers with which the first schema is written. A table without another primary key gets an `id`."""

from typing import Any, TypedDict, Unpack

import sqlalchemy as sa

SCHEMA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Options(TypedDict, total=False):
    """Options of a column beside its type; a column is not nullable by default."""

    nullable: bool
    unique: bool
    index: bool
    primary_key: bool
    server_default: str


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """Define a table of these columns, constraints and indexes."""
    keyed = any(isinstance(each, sa.Column) and each.primary_key for each in parts)
    sa.Table(name, SCHEMA, *([] if keyed else [text("id", 32, primary_key=True)]), *parts)


def text(name: str, length: int, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of at most `length` characters."""
    return _column(name, sa.String(length), options)


def whole(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of whole numbers."""
    return _column(name, sa.Integer(), options)


def yes_no(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A boolean column."""
    return _column(name, sa.Boolean(), options)


def day(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of dates."""
    return _column(name, sa.Date(), options)


def moment(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of points in time, UTC."""
    return _column(name, sa.DateTime(timezone=True), options)


def data(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of JSON."""
    return _column(name, sa.JSON(), options)


def sealed(name: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A column of sealed text (storage.crypto)."""
    return _column(name, sa.LargeBinary(), options)


def numbered() -> sa.Column[Any]:
    """The primary key `number`, which the database increments."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("number", kind, sa.Identity(), primary_key=True, autoincrement=True)


def refers(name: str, to: str, **options: Unpack[Options]) -> sa.Column[Any]:
    """A foreign key to a row that may be written later in the same transaction; indexed unless it is unique."""
    key = sa.ForeignKey(f"{to}.id", deferrable=True, initially="DEFERRED")
    return _column(name, sa.String(32), {"index": not options.get("unique"), **options}, key)


def _column(name: str, kind: sa.types.TypeEngine[Any], options: Options, *key: sa.ForeignKey) -> sa.Column[Any]:
    given: Options = {"nullable": False, **options}
    return sa.Column(name, kind, *key, **given)


def unique(*columns: str) -> sa.UniqueConstraint:
    """A unique constraint on these columns together."""
    return sa.UniqueConstraint(*columns)


def index(*columns: str) -> sa.Index:
    """An index of these columns together."""
    return sa.Index(None, *columns)


def some(name: str, *columns: str, where: str) -> sa.Index:
    """A partial index, of the rows for which `where` holds."""
    return sa.Index(name, *columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
