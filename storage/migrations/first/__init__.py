"""The first schema, one module per group of tables. It never changes: later changes are revisions of their own."""

from storage.migrations.first import cycles, meetings, outcomes, people, returns, upkeep  # noqa: F401  # they define the tables
from storage.migrations.first.columns import SCHEMA

__all__ = ["SCHEMA"]
