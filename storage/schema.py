"""The schema that a database has, and the one that this code expects. Nothing here needs our tables to exist."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

STEPS = Path(__file__).parent / "migrations" / "versions"
BEFORE_THE_FIRST = frozenset(f"{number:04}" for number in range(1, 12))
"""The revisions that led to the first schema before anything was released, and are no longer here."""


class NotOurs(Exception):
    """No migration leads on from the database's schema; the message says so."""


def newest() -> str:
    """The revision that this code expects."""
    return known()[-1]


def known() -> list[str]:
    """The revisions for which there are migrations, the oldest first: the beginnings of their files' names."""
    return sorted(step.name[:4] for step in STEPS.glob("[0-9]*.py"))


def is_current(connection: Connection) -> bool:
    """Whether the database has the schema that this code expects; NotOurs if it can never have it."""
    return standing(connection) == newest()


def standing(connection: Connection) -> str | None:
    """The database's revision, or None if it has no schema yet; NotOurs if no migration leads on from it."""
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
