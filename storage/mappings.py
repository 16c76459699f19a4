"""Rows or pairs as a mapping: one value for each key, or several."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Row

Key = TypeVar("Key")
Value = TypeVar("Value")


def by_first(rows: Iterable[Row[Key, Value]]) -> dict[Key, Value]:
    """First column -> second column, of rows of two columns."""
    return {key: found for key, found in rows}  # noqa: C416  # to mypy a row is no pair for dict()


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Each key -> all of its values, in the order of the pairs."""
    groups: dict[Key, list[Value]] = {}
    for key, found in pairs:
        groups.setdefault(key, []).append(found)
    return groups
