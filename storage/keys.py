"""The keys that this database knows: a probe sealed with each, by which a wrong or missing key is told at the start.

A key gets its probe before anything else is sealed with it; so whatever is sealed here is under a name with a probe
(or older than the probes: then it is looked through once).
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session

from storage import holds
from storage.conflicts import insert
from storage.crypto import NAME, Vault, WrongKey, bound_to, key_name, mark, vault_of
from storage.engine import Sessions
from storage.holds import Holds, Kept, Row, Seen, held
from storage.types import Base

PROBE = "Whoever can read this has the key."


class KeyProbe(Base):
    """A key's name, and PROBE sealed with that key."""

    __tablename__ = "key_probes"
    __holds__ = Row(Kept.KEYS, Seen.NOBODY)
    name: Mapped[str] = held(Holds.OURS, NAME, primary_key=True)
    probe: Mapped[bytes] = holds.sealed()


class KeysRefused(Exception):
    """The keys can't be those of this database; says which one, in words."""


def check(sessions: Sessions) -> None:
    """KeysRefused if a key isn't the one that this database knows by its name, or if one is missing.

    A key whose name is new here gets its probe. Of several processes that bring different keys of one new name, one
    is let in.
    """
    with sessions.reading() as session:
        fresh = _check(session)
    if fresh:
        with sessions.begin() as session:
            _introduce(session, fresh)
            _check(session)


def _check(session: Session) -> list[str]:
    """The names of the keys that have no probe yet."""
    vault = vault_of(session)
    probes = {row.name: row.probe for row in session.execute(select(KeyProbe.name, KeyProbe.probe))}
    for name in vault.names:
        if name in probes and not _opens(vault, probes[name], _probe_of(name)):
            raise _wrong(name)
    fresh = [name for name in vault.names if name not in probes]
    if fresh or not probes.keys() <= set(vault.names):
        _look_through(session, vault, fresh)
    return fresh


def require_known(connection: Connection, vault: Vault | None) -> None:
    """KeysRefused unless this database knows the newest key, with which an upgrade seals what is there."""
    if vault is None:
        raise KeysRefused(
            "ENCRYPTION_KEYS is missing, and this upgrade seals what people wrote: set it for `roundtable migrate` too."
            " Nothing was changed."
        )
    name = vault.names[0]
    probe = connection.scalar(select(KeyProbe.probe).where(KeyProbe.name == name))
    if probe is None:
        raise KeysRefused(
            f"ENCRYPTION_KEYS begins with the key named “{name}”, which this database doesn't know yet, and this"
            " upgrade seals what people wrote: put the key that was used before first. Nothing was changed."
        )
    if not _opens(vault, probe, _probe_of(name)):
        raise _wrong(name)


def _introduce(session: Session, names: Iterable[str]) -> None:
    vault = vault_of(session)
    for name in sorted(names):  # one order for all, so that two processes never wait for each other
        probe = vault.seal(PROBE, _probe_of(name), name)
        session.execute(insert(session, KeyProbe).values(name=name, probe=probe).on_conflict_do_nothing())


def _probe_of(name: str) -> str:
    return bound_to(KeyProbe.__tablename__, name, "probe")


def _opens(vault: Vault, sealed: bytes, bound: str) -> bool:
    try:
        vault.open(sealed, bound)
    except WrongKey:
        return False
    return True


def _look_through(session: Session, vault: Vault, fresh: Iterable[str]) -> None:
    """KeysRefused if any text is sealed under a name that no key has, or under a fresh one but with another key."""
    for column in sealed_columns():
        known = [_begins(column, name) for name in vault.names]
        stranger = session.scalar(select(column).where(*(~each for each in known)).limit(1))
        if stranger is not None:
            raise _missing(key_name(stranger))
        for name in fresh:
            example = select(column.table.c.id, column).where(_begins(column, name)).limit(1)
            for row_id, sealed in session.execute(example):
                if not _opens(vault, sealed, bound_to(column.table.name, row_id, column.name)):
                    raise _wrong(name)


def sealed_columns() -> Iterator[Column[bytes]]:
    """Every column that holds sealed text: the binary ones."""
    from storage import tables  # noqa: F401  # which has this module's table too

    for table in Base.metadata.sorted_tables:
        if table is not KeyProbe.__table__:
            yield from (column for column in table.columns if isinstance(column.type, LargeBinary))


def _begins(column: Column[bytes], name: str) -> ColumnElement[bool]:
    begin = mark(name)
    return func.substr(column, 1, len(begin), type_=LargeBinary) == begin


def _wrong(name: str) -> KeysRefused:
    return KeysRefused(
        f"ENCRYPTION_KEYS: the key named “{name}” isn't the one that this database knows by that name, so nothing was"
        " started. Set the key that was used before, or give a new key a name of its own (docs/settings.md)."
    )


def _missing(name: str) -> KeysRefused:
    return KeysRefused(
        f"ENCRYPTION_KEYS lacks the key named “{name}”, with which text in this database is sealed, so nothing was"
        " started. Add that key behind the newest one (docs/settings.md)."
    )
