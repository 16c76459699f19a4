"""Sealing of free text: AES-GCM under a named key, bound to the very row and field that the text belongs to."""

import base64
import hmac
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:  # a key is made without a database
    from sqlalchemy.orm import Session

    from storage.types import Base

_NONCE = 12
KEY = 32
NAME = 64
_MARK = 32


class WrongKey(Exception):
    """A sealed text can't be opened: the key is missing or wrong, or somebody changed or moved the text.

    `bound_to` is its place ("table:id:field"); `why` says what is wrong, as the end of a sentence.
    """

    def __init__(self, bound_to: str, why: str) -> None:
        super().__init__(f"{bound_to} {why}")
        self.bound_to = bound_to
        self.why = why

    @property
    def sentence(self) -> str:
        """The explanation for the person whose request needed the text; it doesn't say where the text is stored."""
        return (
            "A text that belongs here can't be opened: it was changed outside Roundtable, or its key is missing. It is"
            " left as it is. Whoever runs Roundtable finds it with `roundtable keys verify`."
        )


class Vault:
    """Seals with the newest key, opens with any key it has.

    A sealed text is: length of the key's name (1 byte), the name, the nonce (12 bytes), the ciphertext and its tag.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """`keys`: name -> 32 bytes, the newest first."""
        self._current = next(iter(keys))
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._marking = {name: hmac.digest(key, b"roundtable marks", "sha256") for name, key in keys.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the vault's keys, the newest first."""
        return tuple(self._ciphers)

    def marking_key(self, name: str) -> str:
        """The key that `marks` uses under this name, in hexadecimal digits."""
        return self._marking[name].hex()

    def remember(self, name: str, marking_key: str) -> None:
        """Let `marks` also hash under a key that is no longer set."""
        self._marking = {**self._marking, name: bytes.fromhex(marking_key)}

    @classmethod
    def from_text(cls, text: str) -> "Vault":
        """Read "name:base64,name:base64", the newest key first; ValueError says in words what is wrong."""
        keys: dict[str, bytes] = {}
        for part in text.split(","):
            name, colon, encoded = part.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:
                key = b""
            if not (name and colon and len(key) == KEY and len(name.encode()) <= NAME):
                raise ValueError("each key must read name:base64, with 32 bytes in base64 (roundtable key makes one)")
            if name in keys:
                raise ValueError("every key needs a name of its own, or what was sealed with the older one is lost")
            keys[name] = key
        return cls(keys)

    def seal(self, text: str, bound_to: str, key: str | None = None) -> bytes:
        """Seal `text`, to be opened only where the same `bound_to` ("table:id:field") is given again.

        `key`: the name of the key to seal it with, if not the newest.
        """
        name = key or self._current
        nonce = os.urandom(_NONCE)
        return mark(name) + nonce + self._ciphers[name].encrypt(nonce, text.encode(), bound_to.encode())

    def marks(self, purpose: str, text: str) -> list[tuple[str, str]]:
        """Keyed hashes of `text`, one under each key, as the function `marks` returns; keys that are set come first."""
        data = f"{purpose}\0{text}".encode()
        return [(name, hmac.digest(key, data, "sha256").hex()[:_MARK]) for name, key in self._marking.items()]

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Open a text sealed by `seal`; WrongKey if it can't be opened."""
        name, name_end = key_name(sealed), 1 + sealed[0] if sealed else 1
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise WrongKey(bound_to, "is sealed with a key that isn't set, or was changed")
        nonce, body = sealed[name_end : name_end + _NONCE], sealed[name_end + _NONCE :]
        try:
            return cipher.decrypt(nonce, body, bound_to.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise WrongKey(bound_to, "was changed, cut off or put there from elsewhere") from error


def mark(name: str) -> bytes:
    """The first bytes of every text that is sealed with the key of this name."""
    return bytes([len(name.encode())]) + name.encode()


def key_name(sealed: bytes) -> str:
    """The name of the key with which a text is sealed."""
    return sealed[1 : 1 + sealed[0]].decode(errors="replace") if sealed else ""


def marks(session: "Session", purpose: str, text: str) -> list[tuple[str, str]]:
    """Keyed hashes of `text`: (the key's name, 32 hexadecimal digits) under each key, the newest first.

    Without the key nobody can tell what was hashed, or test a guess. Hashes for different purposes have nothing in
    common.
    """
    return vault_of(session).marks(purpose, text)


def new_key() -> str:
    """A new random key, as `Vault.from_text` reads it (without a name)."""
    return base64.b64encode(os.urandom(KEY)).decode()


def seal(session: "Session", row: "Base", field: str, text: str) -> None:
    """Set the sealed `field` of `row`, which must have its id already."""
    setattr(row, field, vault_of(session).seal(text, _bound_to(row, field)))


def unseal(session: "Session", row: "Base", field: str) -> str:
    """The text in the sealed `field` of `row`."""
    return vault_of(session).open(getattr(row, field), _bound_to(row, field))


def seal_any(session: "Session", row: "Base", field: str, text: str) -> None:
    """Like `seal` for a field that may be empty: an empty text is stored as null."""
    if text:
        seal(session, row, field, text)
    else:
        setattr(row, field, None)


def unseal_any(session: "Session", row: "Base", field: str) -> str:
    """Like `unseal` for a field that may be empty: null is read as ""."""
    return unseal(session, row, field) if getattr(row, field) is not None else ""


def vault_of(session: "Session") -> Vault:
    """The vault of a session."""
    vault = session.info["vault"]
    assert isinstance(vault, Vault)  # noqa: S101  # storage.engine puts it there
    return vault


def _bound_to(row: "Base", field: str) -> str:
    return bound_to(row.__tablename__, row.id, field)  # type: ignore[attr-defined]  # a row with sealed text has an id


def bound_to(table: str, row_id: str, field: str) -> str:
    """The place of a sealed text, in the form that `Vault.seal` takes."""
    return f"{table}:{row_id}:{field}"
