"""What was found, as a mapping: one of each, or several of each."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Row

Key = TypeVar("Key")
Found = TypeVar("Found")


def by_first(rows: Iterable[Row[Key, Found]]) -> dict[Key, Found]:
    """Rows of two columns: the first -> the second."""
    return {key: found for key, found in rows}  # noqa: C416  # to mypy a row is no pair for dict()
