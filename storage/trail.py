"""The trail: every change and every reading of full text. The database itself refuses to change or delete an entry."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Identity, Integer, Row, and_, func
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.crypto import NAME, Vault, vault_of
from storage.holds import Exports, Holds, Kept, RowHolding, Seen, held, sealed
from storage.types import Base, Id, index_of, insert_now, owned_by

_NUMBER = BigInteger().with_variant(Integer, "sqlite")
_PURPOSE = "trail"


class TrailEntry(Base):
    """Who did what to which row, and when. `detail` has references and grades, and why a text was erased.

    It has nothing that anybody wrote about a case.

    `digest`: SHA-256 of the entry's content and its `salt`; without the salt nobody can test a guess at the content.
    `mark`: the key's name and a keyed hash of the digest, until the entry is sealed (storage.chain), so that only a
    process with the key can add one. A sealed entry is the `place`-th of its cycle's chain, or of the chain of entries
    that belong to no cycle; `link` is the hash of that chain up to the entry. An emptied entry keeps its time, verb,
    cycle and hashes, but not its salt.
    """

    __tablename__ = "trail"
    __holds__ = RowHolding(Kept.TRAIL, Seen.NOBODY, Exports.CASE | Exports.PERSON)
    __table_args__ = (index_of("link IS NULL", "ix_trail_unsealed", "number"),)
    number: Mapped[int] = mapped_column(_NUMBER, Identity(), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[str | None] = owned_by("people", nullable=True)
    actor: Mapped[str] = held(Holds.PERSON, 80)
    verb: Mapped[str] = held(Holds.CHOICE, 40)
    cycle_id: Mapped[str | None] = owned_by("cycles", nullable=True)
    subject_id: Mapped[str | None] = held(Holds.ROW, 32, index=True)
    detail: Mapped[str] = held(Holds.REFERENCE, 200, default="")
    salt: Mapped[str | None] = held(Holds.HASH, 32)
    digest: Mapped[str] = held(Holds.HASH, 64)
    mark: Mapped[str | None] = held(Holds.HASH, NAME + 33)
    place: Mapped[int | None]
    link: Mapped[str | None] = held(Holds.HASH, 64)


class TrailForgotten(Base):
    """An emptied entry of the trail, and the number of the entry that records it: this permits the emptying."""

    __tablename__ = "trail_forgotten"
    __holds__ = RowHolding(Kept.TRAIL, Seen.NOBODY)
    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=False)
    by_number: Mapped[int] = mapped_column(_NUMBER, index=True)


class TrailHead(Base):
    """One row with the length and last link of each chain of the trail, sealed: no chain can be cut unnoticed."""

    __tablename__ = "trail_head"
    __holds__ = RowHolding(Kept.TRAIL, Seen.NOBODY)
    id: Mapped[Id]
    head: Mapped[bytes] = sealed()


def add(session: Session, entry: TrailEntry) -> TrailEntry:
    """Add an entry, marked with the newest key."""
    entry.salt = secrets.token_hex(16)
    entry.digest = digest_of(entry)
    entry.mark = mark_of(vault_of(session), entry.digest)
    entry.number = insert_now(session, entry)
    return entry


Entry = TrailEntry | Row[Any]
"""An entry, or a row with its columns, which is read in half the time."""


def digest_of(entry: Entry) -> str:
    """The hash of an entry's content and salt."""
    content = (
        entry.salt,
        moment(entry.at),
        entry.person_id,
        entry.actor,
        entry.verb,
        entry.cycle_id,
        entry.subject_id,
        entry.detail,
    )
    return _hash(content)


def link_of(before: str, entry: Entry, place: int) -> str:
    """The hash of an entry at `place` in its chain and of all before it; `before` is the previous link or ""."""
    return _hash((before, entry.cycle_id or "", place, entry.number, moment(entry.at), entry.verb, entry.digest))


def moment(at: datetime) -> str:
    """A time as it is hashed: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(said: Sequence[str | int | None]) -> str:
    """SHA-256, hexadecimal, of a list as JSON in ASCII without spaces."""
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def marked_under(name: str) -> ColumnElement[bool]:
    """The condition that an entry isn't sealed yet and has a mark under the key of this name."""
    return and_(TrailEntry.link.is_(None), func.substr(TrailEntry.mark, 1, len(name) + 1) == f"{name}:")


def mark_of(vault: Vault, digest: str) -> str:
    """An entry's mark, under the newest key."""
    name, mark = vault.marks(_PURPOSE, digest)[0]
    return f"{name}:{mark}"


def is_ours(vault: Vault, entry: Entry) -> bool:
    """Whether an unsealed entry is unchanged and was marked with one of the keys that are set."""
    marks = [f"{name}:{mark}" for name, mark in vault.marks(_PURPOSE, entry.digest) if name in vault.names]
    return entry.mark in marks and entry.salt is not None and digest_of(entry) == entry.digest
