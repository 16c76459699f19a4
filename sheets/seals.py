"""Seals: what was last drawn in a row, as short digests in a hidden cell of that row.

They are written with the cells that they seal, or right after them, and they move along when people sort, so they can't
fall out of step with the sheet, whatever is killed or restored. With them an edit by a person (the cell isn't
what was drawn last) is told from a change of ours (the cell is what was drawn last, but no longer what should be).
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit.bounds import composed
from sheets.found_sheet import Foreign, Found, TableHeading
from sheets.tabs import Value

_CELL, _PART = 4, 8  # characters of base64: 24 bits a cell, 48 for the key and for the columns
_BYTES = _CELL * 6 // 8  # whole ones, so that a row's digests are written as text in one go
_ODD = re.compile(r"[\r\t\f\v]| \n")
_SPACES = re.compile(r"[^\S\n]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SEAL = re.compile(rf"rt1\.([\w-]{{{_PART}}})\.([\w-]{{{_PART}}})\.((?:[\w-]{{{_CELL}}})*)")


@dataclass(frozen=True)
class Seal:
    """A seal as found. `of_key` and `of_columns` are digests; `cells`: a digest for each column of that time."""

    of_key: str
    of_columns: str
    cells: tuple[str, ...]

    def is_of(self, key: str) -> bool:
        """Whether it was made for the row of that key, or of a key of which no more than the digest is known."""
        return self.of_key in (key, key_digest(key))

    def covers(self, columns: Sequence[str]) -> bool:
        """Whether it was made for these columns, so that its digests can be laid beside them."""
        return self.of_columns == digest("\n".join(columns), _PART) and len(self.cells) == len(columns)


def seal(key: str, columns: Sequence[str], values: Sequence[Value]) -> str:
    """The text of the seal of a row."""
    cells = _readable(b"".join(_hashed(_said(value))[:_BYTES] for value in values))
    return f"rt1.{key_digest(key)}.{digest(chr(10).join(columns), _PART)}.{cells}"


def reseal(key: str, seal_of: Seal | None, columns: Sequence[str], values: Sequence[Value]) -> str:
    """The text of the seal of a row that is drawn no more, of whose key maybe only its seal knows the digest."""
    anew = seal(key, columns, values)
    return anew if seal_of is None else anew.replace(key_digest(key), seal_of.of_key, 1)


def read(text: Found) -> Seal | None:
    """The seal that `text` is; None if it is none."""
    match = _SEAL.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    of_key, of_columns, cells = match.groups()
    return Seal(of_key, of_columns, tuple(cells[at : at + _CELL] for at in range(0, len(cells), _CELL)))


def key_digest(key: str) -> str:
    """A row's key, digested."""
    return digest(key, _PART)


def cell_digest(value: Found) -> str:
    """What a cell holds, digested; its type counts."""
    return digest(_said(value), _CELL)


def _said(value: Found) -> str:
    """What a cell holds, and of which type."""
    value = fold(value)
    if isinstance(value, Foreign):
        return f"x{value.text}"
    return f"n{value!r}" if isinstance(value, float) else f"s{value}"


def is_sealed(value: Found, digested: str) -> bool:
    """Whether a cell holds what was drawn there, of which only the digest is known."""
    return any(cell_digest(one) == digested for one in readings(value))


def readings(value: Found) -> tuple[Found, ...]:
    """What may have been drawn where a cell holds this: the same, or what Google made a table's heading of."""
    return (value, *value.instead) if isinstance(value, TableHeading) else (value,)


def fold(value: Found) -> Found:
    """`value` without what may change on its way through Google, and what people can't see.

    An apostrophe at the front, kinds of white space, spaces at the ends of lines, how an accent is put together; the
    last digits of a number; a box that nobody ticked.
    """
    if not isinstance(value, str):
        if isinstance(value, Foreign):
            return "" if value.text == "FALSE" else value
        return round(float(value), 6)  # a tenth of a second, where it counts days
    if value.isascii() and not _ODD.search(value):
        return value.removeprefix("'").rstrip()
    text = composed(value.removeprefix("'")).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in _SPACES.sub(" ", _UNSEEN.sub("", text)).split("\n")).rstrip()


def same(one: Found, other: Found) -> bool:
    """Whether two cells hold the same, as far as people can see."""
    if type(one) is type(other) and one == other:  # as most do
        return True
    for heading, beside in ((one, other), (other, one)):
        if isinstance(heading, TableHeading) and fold(beside) in map(fold, heading.instead):
            return True
    one, other = fold(one), fold(other)
    return one == other and isinstance(one, str) == isinstance(other, str)


def digest(text: str, length: int) -> str:
    """`length` characters that stand for `text`."""
    return _readable(_hashed(text))[:length]


def _hashed(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).digest()


def _readable(digested: bytes) -> str:
    return base64.urlsafe_b64encode(digested).decode()
