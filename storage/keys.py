"""The keys that this database knows: a probe sealed with each shows at the start whether a key is wrong or missing.

A key gets its probe before anything else is sealed with it, so every sealed text is under a name that has a probe.
Texts older than the probes are an exception. So all texts are looked at whenever a key is new here, or one that is
known isn't set. storage.rotation moves sealed texts on to the newest key.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, false, func, not_, or_, select
from sqlalchemy.orm import Mapped, Session

from storage import holds
from storage.conflicts import insert
from storage.crypto import NAME, Vault, WrongKey, bound_to, key_name, mark, vault_of
from storage.engine import Sessions
from storage.holds import Holds, Kept, RowHolding, Seen, held
from storage.trail import TrailEntry, marked_under
from storage.types import Base

PROBE = "Whoever can read this has the key."


class KeyProbe(Base):
    """A key's name, and PROBE sealed with that key.

    `marking`: the key for keyed hashes under that name, sealed with a newer key, so that the hashes stay usable when
    the key itself is taken out; null until a rotation.
    """

    __tablename__ = "key_probes"
    __holds__ = RowHolding(Kept.KEYS, Seen.NOBODY)
    name: Mapped[str] = held(Holds.OURS, NAME, primary_key=True)
    probe: Mapped[bytes] = holds.sealed()
    marking: Mapped[bytes | None] = holds.sealed()


class KeysRefused(Exception):
    """The keys can't be this database's; the message names the one that is wrong or missing."""


def check(sessions: Sessions) -> None:
    """Raise KeysRefused if a key isn't the one that this database knows by its name, or if one is missing.

    A key whose name is new here gets its probe. Of several processes that bring different keys under one new name, only
    one is accepted.
    """
    with sessions.reading() as session:
        new_keys = _check(session)
        _remember(session)
    if new_keys:
        with sessions.begin() as session:
            _store_probes(session, new_keys)
            _check(session)


def check_within(session: Session) -> None:
    """Like `check`, but within a transaction: whatever else is written in it is kept only if the keys are right."""
    fresh = _check(session)
    _remember(session)
    _store_probes(session, fresh)


def unknown(sessions: Sessions) -> list[str]:
    """The names of the keys that this database doesn't know yet; KeysRefused as in `check`. Nothing is written."""
    with sessions.reading() as session:
        return _check(session)


def _check(session: Session) -> list[str]:
    """The names of the keys that have no probe yet; KeysRefused as in `check`."""
    vault = vault_of(session)
    probes = {row.name: row.probe for row in session.execute(select(KeyProbe.name, KeyProbe.probe))}
    for name in vault.names:
        if name in probes and not _opens(vault, probes[name], _probe_of(name)):
            raise _wrong(name)
    fresh = [name for name in vault.names if name not in probes]
    if fresh or not probes.keys() <= set(vault.names):
        _look_through(session, vault, probes.keys(), fresh)
    return fresh


def _remember(session: Session) -> None:
    """Let the vault make keyed hashes under keys that are no longer set."""
    vault = vault_of(session)
    kept = select(KeyProbe.name, KeyProbe.marking).where(KeyProbe.marking.is_not(None))
    for name, marking in session.execute(kept):
        if name not in vault.names and marking is not None:
            try:
                vault.remember(name, vault.open(marking, marking_of(name)))
            except WrongKey:
                raise KeysRefused(
                    f"What this database keeps of the former key named “{name}” can't be opened, so its list of names"
                    " to keep out would find nothing, and nothing was started: it was changed outside Roundtable. Add"
                    " that key again behind the newest one (docs/settings.md)."
                ) from None


def require_known(connection: Connection, vault: Vault | None) -> None:
    """Raise KeysRefused unless this database knows the newest key, with which an upgrade seals existing text."""
    if vault is None:
        raise KeysRefused(
            "ENCRYPTION_KEYS is missing, and this upgrade seals what people wrote: set it for `roundtable migrate` too."
            " This step of it changed nothing."
        )
    name = vault.names[0]
    probe = connection.scalar(select(KeyProbe.probe).where(KeyProbe.name == name))
    if probe is None:
        raise KeysRefused(
            f"ENCRYPTION_KEYS begins with the key named “{name}”, which this database doesn't know yet, and this"
            " upgrade seals what people wrote: put the key that was used before first. This step of it changed nothing."
        )
    if not _opens(vault, probe, _probe_of(name)):
        raise _wrong(name)


def _store_probes(session: Session, names: Iterable[str]) -> None:
    vault = vault_of(session)
    for name in sorted(names):  # in the same order everywhere, so that two processes never deadlock
        probe = vault.seal(PROBE, _probe_of(name), name)
        session.execute(insert(session, KeyProbe).values(name=name, probe=probe).on_conflict_do_nothing())


def _probe_of(name: str) -> str:
    return bound_to(KeyProbe.__tablename__, name, "probe")


def marking_of(name: str) -> str:
    """The place to which a sealed `marking` is bound, for the key of this name."""
    return bound_to(KeyProbe.__tablename__, name, "marking")


def _opens(vault: Vault, sealed: bytes, bound: str) -> bool:
    try:
        vault.open(sealed, bound)
    except WrongKey:
        return False
    return True


def _look_through(session: Session, vault: Vault, known: Collection[str], fresh: Iterable[str]) -> None:
    """Raise KeysRefused if a text, or an unsealed trail entry's mark, was made with a key that isn't set.

    It is also raised if the first text that each column has under a `fresh` name is sealed with another key. `known`:
    the names with a probe. A text that begins with none of these names was changed: `roundtable keys verify` finds it.
    """
    for column in sealed_columns():
        ours = [begins(column, name) for name in vault.names]
        gone = [begins(column, name) for name in known if name not in vault.names]
        stranger = session.scalar(select(column).where(or_(false(), *gone) if known else not_(or_(*ours))).limit(1))
        if stranger is not None:
            raise _missing(key_name(stranger))
        for name in fresh:
            example = select(key_of(column), column).where(begins(column, name)).limit(1)
            for row_id, sealed in session.execute(example):
                if not _opens(vault, sealed, bound_to(column.table.name, row_id, column.name)):
                    raise _wrong(name)
    for name in known:
        if name not in vault.names and session.scalar(select(TrailEntry.number).where(marked_under(name)).limit(1)):
            raise _missing(name)


def sealed_columns() -> Iterator[Column[bytes]]:
    """Every column with sealed text (the binary ones), except the probes, each of which stays under its own key."""
    from storage import tables  # noqa: F401  # here, as storage.tables imports this module

    probe = KeyProbe.__table__.columns["probe"]
    for table in Base.metadata.sorted_tables:
        yield from (each for each in table.columns if isinstance(each.type, LargeBinary) and each is not probe)


def key_of(column: Column[bytes]) -> Column[str]:
    """The primary key of a sealed column's table, to which its texts are bound."""
    [key] = column.table.primary_key.columns
    return key


def begins(column: Column[bytes], name: str) -> ColumnElement[bool]:
    """The condition that a text is sealed with the key of this name."""
    begin = mark(name)
    beginning = func.substr(column, 1, len(begin), type_=LargeBinary)
    return func.coalesce(beginning, b"", type_=LargeBinary) == begin  # SQLite's substr of an empty value is null


def _wrong(name: str) -> KeysRefused:
    return KeysRefused(
        f"ENCRYPTION_KEYS: the key named “{name}” isn't the one that this database knows by that name, so nothing was"
        " started. Set the key that was used before, or give a new key a name of its own (docs/settings.md)."
    )


def _missing(name: str) -> KeysRefused:
    named = f" named “{name}”" if re.fullmatch(rf"\S{{1,{NAME}}}", name) else ""  # a damaged one may be anything
    return KeysRefused(
        f"ENCRYPTION_KEYS lacks the key{named}, with which text in this database is sealed, so nothing was"
        " started. Add that key behind the newest one (docs/settings.md)."
    )
