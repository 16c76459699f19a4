"""Seals: digests of what was last drawn in a row, in a hidden cell of that row.

A seal is written together with the cells that it covers, or right after them, and moves along when people sort, so it
can't get out of step with the sheet, whatever is killed or restored. It tells an edit by a person (the cell isn't as
last drawn) from a change of ours (the cell is as last drawn, but no longer as it should be).
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit.bounds import composed
from sheets.found_sheet import Foreign, Found, TableHeading
from sheets.tabs import Value

_CELL, _PART = 4, 8  # characters of base64: 24 bits per cell, 48 each for the key and the columns
_BYTES = _CELL * 6 // 8  # a whole number, so that a row's digests can be encoded together
_ODD = re.compile(r"[\r\t\f\v]| \n")
_SPACES = re.compile(r"[^\S\n]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SEAL = re.compile(rf"rt1\.([\w-]{{{_PART}}})\.([\w-]{{{_PART}}})\.((?:[\w-]{{{_CELL}}})*)")


@dataclass(frozen=True)
class Seal:
    """A seal as found. `of_key` and `of_columns` are digests; `cells`: a digest for each column drawn at that time."""

    of_key: str
    of_columns: str
    cells: tuple[str, ...]

    def is_of(self, key: str) -> bool:
        """Whether the seal was made for the row with this key; `key` may be a digest, if no more is known."""
        return self.of_key in (key, key_digest(key))

    def covers(self, columns: Sequence[str]) -> bool:
        """Whether the seal was made for exactly these columns, so that its digests correspond to them."""
        return self.of_columns == digest("\n".join(columns), _PART) and len(self.cells) == len(columns)


def seal(key: str, columns: Sequence[str], values: Sequence[Value]) -> str:
    """The text of a row's seal."""
    cells = _readable(b"".join(_hashed(_said(value))[:_BYTES] for value in values))
    return f"rt1.{key_digest(key)}.{digest(chr(10).join(columns), _PART)}.{cells}"


def reseal(key: str, seal_of: Seal | None, columns: Sequence[str], values: Sequence[Value]) -> str:
    """The text of the seal of a row that is no longer drawn; its key may be known only as the digest in `seal_of`."""
    anew = seal(key, columns, values)
    return anew if seal_of is None else anew.replace(key_digest(key), seal_of.of_key, 1)


def read(text: Found) -> Seal | None:
    """The seal in a cell; None if the cell has none."""
    match = _SEAL.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    of_key, of_columns, cells = match.groups()
    return Seal(of_key, of_columns, tuple(cells[at : at + _CELL] for at in range(0, len(cells), _CELL)))


def key_digest(key: str) -> str:
    """The digest of a row's key."""
    return digest(key, _PART)


def cell_digest(value: Found) -> str:
    """The digest of a cell's content and type."""
    return digest(_said(value), _CELL)


def _said(value: Found) -> str:
    """A cell's content, prefixed by its type."""
    value = fold(value)
    if isinstance(value, Foreign):
        return f"x{value.text}"
    return f"n{value!r}" if isinstance(value, float) else f"s{value}"


def is_sealed(value: Found, digested: str) -> bool:
    """Whether a cell holds what was drawn there, of which `digested` is the digest."""
    return any(cell_digest(one) == digested for one in readings(value))


def readings(value: Found) -> tuple[Found, ...]:
    """What may have been drawn in a cell that now holds `value`: that, or a value that a table's heading replaced."""
    return (value, *value.instead) if isinstance(value, TableHeading) else (value,)


def fold(value: Found) -> Found:
    """`value` without differences that Google makes, or that people can't see.

    These are an apostrophe at the front, kinds of white space, spaces at line ends, the composition of accents, the
    last digits of a number, and a tick box that isn't ticked.
    """
    if not isinstance(value, str):
        if isinstance(value, Foreign):
            return "" if value.text == "FALSE" else value
        return round(float(value), 6)  # to a tenth of a second, if it counts days
    if value.isascii() and not _ODD.search(value):
        return value.removeprefix("'").rstrip()
    text = composed(value.removeprefix("'")).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in _SPACES.sub(" ", _UNSEEN.sub("", text)).split("\n")).rstrip()


def same(one: Found, other: Found) -> bool:
    """Whether two cells hold the same, as far as people can see."""
    if type(one) is type(other) and one == other:  # the usual case
        return True
    for heading, beside in ((one, other), (other, one)):
        if isinstance(heading, TableHeading) and fold(beside) in map(fold, heading.instead):
            return True
    one, other = fold(one), fold(other)
    return one == other and isinstance(one, str) == isinstance(other, str)


def digest(text: str, length: int) -> str:
    """The first `length` characters of the digest of `text`."""
    return _readable(_hashed(text))[:length]


def _hashed(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).digest()


def _readable(digested: bytes) -> str:
    return base64.urlsafe_b64encode(digested).decode()
