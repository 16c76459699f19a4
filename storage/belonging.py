"""The foreign keys by which a table's rows lead to what they belong to: a cycle, a case, an agency's part in a case."""

from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, func, or_, select

from storage.types import Base

_Way = tuple[Column[str], tuple[str, ...]]
"""A column, and the tables that its ids may refer to."""


def placed(table: Table, root: Table) -> bool:
    """Whether keys lead from a row of the table to one of `root`."""
    return table is root or table.name in _ways(root.name)


def always(table: Table, root: Table) -> bool:
    """Whether keys lead from every row of the table to a row of `root`, never through a null."""
    if table is root or not placed(table, root):
        return table is root
    column, _ = _ways(root.name)[table.name]
    return not column.nullable and all(always(Base.metadata.tables[each], root) for each in _targets(column))


def belonging(table: Table, root: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a row of the table belongs to a row of `root` for which `which` holds.

    TypeError if no keys lead there.
    """
    if table is root:
        return which
    if not placed(table, root):
        raise TypeError(f"nothing says to which row of {root.name} one of {table.name} belongs")
    column, targets = _ways(root.name)[table.name]
    rows = (Base.metadata.tables[target] for target in targets)
    return or_(*(column.in_(select(row.columns["id"]).where(belonging(row, root, which))) for row in rows))


def value_of_owner(table: Table, wanted: Column[Any]) -> ColumnElement[Any]:
    """The value of a column in the row that a row of the table belongs to; null if it belongs to none."""
    if table is wanted.table:
        return wanted
    column, targets = _ways(wanted.table.name)[table.name]
    rows = (Base.metadata.tables[target] for target in targets)
    values = [select(value_of_owner(row, wanted)).where(row.columns["id"] == column).scalar_subquery() for row in rows]
    return values[0] if len(values) == 1 else func.coalesce(*values)


@cache
def _ways(root: str) -> dict[str, _Way]:
    """Table -> the column that leads by the shortest way towards a row of `root`, and the tables it refers to."""
    found: dict[str, _Way] = {}
    near = {root}
    while near:
        further: dict[str, _Way] = {}
        for table in Base.metadata.sorted_tables:
            if table.name in found or table.name == root:
                continue
            for column in sorted(table.columns, key=lambda each: bool(each.nullable)):
                targets = _targets(column)
                if near & set(targets):
                    further.setdefault(table.name, (column, targets))
        found |= further
        near = set(further)
    return {
        name: (column, tuple(each for each in targets if each == root or each in found))
        for name, (column, targets) in found.items()
    }


def _targets(column: Column[Any]) -> tuple[str, ...]:
    """The tables to which the ids in a column may refer."""
    return tuple(key.column.table.name for key in column.foreign_keys) or column.info.get("of", ())
