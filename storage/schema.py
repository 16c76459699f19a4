"""The schema that a database has, and the one that this code expects. Nothing here needs our tables to be there."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

STEPS = Path(__file__).parent / "migrations" / "versions"
BEFORE_THE_FIRST = frozenset(f"{number:04}" for number in range(1, 12))
"""The revisions that led to the first schema before anything was released, and are no longer here."""


class NotOurs(Exception):
    """The database has a schema that no step leads on from; says so in words."""


def newest() -> str:
    """The revision of the schema that this code expects."""
    return known()[-1]


def known() -> list[str]:
    """The revisions that there are steps for, the oldest first: what the name of a step's file begins with."""
    return sorted(step.name[:4] for step in STEPS.glob("[0-9]*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the database has the schema that this code expects; NotOurs if it never can."""
    return standing(connection) == newest()


def standing(connection: Connection) -> str | None:
    """The revision of the schema that is there, None if there is none; NotOurs if it isn't one of ours."""
    versioned = inspect(connection).has_table("alembic_version")
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version")) if versioned else None
    if revision in BEFORE_THE_FIRST:
        raise NotOurs(
            f"The database is of an unreleased state of Roundtable (schema {revision}), from which no upgrade leads to"
            " this version. Nothing was changed. Set DATABASE_URL to a new database."
        )
    if revision is not None and revision not in known():
        raise NotOurs(
            "The database was made by a newer version of Roundtable than this one. Nothing was changed. Use that"
            " version, or put DATABASE_URL right."
        )
    return revision
