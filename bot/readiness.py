"""Whether this process can take requests, for load balancers and monitoring, in words and without content."""

from collections.abc import Mapping
from threading import Lock
from time import monotonic
from types import MappingProxyType

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobs import worker_slots
from storage import schema
from storage.engine import Sessions
from storage.writers_turn import Busy

FRESH = 1.0
"""Seconds for which a check is reused: anybody may ask, and every check costs a database connection."""
OK = "ok"
_FIRST = MappingProxyType({"database": OK, "schema": OK, "worker": "not looked yet"})
"""The words at the start, which has checked database and schema."""


class Readiness:
    """Checks at most once a second, one check at a time; other callers meanwhile get the last result."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions, self._expected = sessions, schema.newest()
        self._looking, self._at, self._found = Lock(), -FRESH, _FIRST

    def words(self) -> Mapping[str, str]:
        """`database`: ok or away; `schema`: ok, or of another version; `worker`: ok or none; or that it isn't known."""
        if monotonic() - self._at > FRESH and self._looking.acquire(blocking=False):
            try:
                self._found = MappingProxyType(self._look())
                self._at = monotonic()
            finally:
                self._looking.release()
        return self._found

    def _look(self) -> dict[str, str]:
        try:
            with self._sessions.reading() as session:
                version = session.scalar(text("SELECT version_num FROM alembic_version"))
                alive = worker_slots.alive(session)
        except (Busy, SQLAlchemyError):
            return {"database": "away", "schema": "not known", "worker": "not known"}
        return {
            "database": OK,
            "schema": OK if version == self._expected else "of another version",
            "worker": OK if alive else "none",
        }


def ready(words: Mapping[str, str]) -> bool:
    """Whether requests can be taken. Without a worker they can: what people send is stored, and posted later."""
    return words["database"] == words["schema"] == OK
