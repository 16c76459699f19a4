"""What was found, as a mapping: one of each, or several of each."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Row

Key = TypeVar("Key")
Value = TypeVar("Value")


def by_first(rows: Iterable[Row[Key, Value]]) -> dict[Key, Value]:
    """Rows of two columns: the first -> the second."""
    return {key: found for key, found in rows}  # noqa: C416  # to mypy a row is no pair for dict()


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Each key -> all that was found of it, in the order in which it was."""
    groups: dict[Key, list[Value]] = {}
    for key, found in pairs:
        groups.setdefault(key, []).append(found)
    return groups
