"""The first schema, a module a group of tables. It stays as it is: what changes later is a revision of its own."""

from storage.migrations.first import cycles, meetings, outcomes, people, returns, upkeep  # noqa: F401  # whose tables these are
from storage.migrations.first.columns import SCHEMA

__all__ = ["SCHEMA"]
