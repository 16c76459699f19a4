"""How much is taken from a file or a box before it is read any further; and JSON, read within these bounds."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from math import isfinite
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED

from audit.errors import Refused

MOST_BYTES = 20_000_000
"""Of any file."""
MOST_JSON = 2_000_000
"""Bytes. The largest cycle, every return in it at its full length, comes to about half of it."""
MOST_DEPTH = 20
"""How deeply JSON may be nested; a cycle file comes to six."""
_MOST_DIGITS = 30
"""Characters of a number."""
MOST_LINES = 50_000
"""Of a CSV file, its header not counted."""
MOST_COLUMNS = 100
MOST_CELLS = 1_000_000
MOST_CELL = 10_000
"""Characters of a workbook's cell; they may be shared by many cells."""
MOST_ENTRIES = 1_000
"""Files within a workbook, which is a ZIP archive."""
MOST_UNZIPPED = 50_000_000
"""Bytes of them all, as they are unpacked."""
PACKED = (ZIP_STORED, ZIP_DEFLATED)
"""How files are packed that are unpacked piece by piece, and no further than they say; any other way, all at once."""
MOST_ROWS = 200_000
"""Of all sheets of a workbook, empty ones counted."""
MOST_PASSED = 4_000_000
"""Cells of all sheets of a workbook, empty ones counted, and those too that only their place leaves room for."""
MOST_ACROSS = 16_384
"""Cells of one row of a workbook, empty ones counted: a sheet in Excel has as many columns."""
MOST_SHEETS = 100
"""Of a workbook."""
MOST_ELEMENTS = 5_000_000
"""Elements of XML in all files of a workbook."""
ROWS_A_LINE, ELEMENTS_A_LINE = 10, 200
"""Rows, and elements of XML, for each line that a workbook may have, where that is less: most of them may be empty."""
MOST_PASTED = 20_000
"""Characters in the boxes of a form together; Slack's own hold 3,000 each."""
MOST_SHOWN = 40
"""Characters of a name that is repeated in a refusal."""

# A string of JSON, or what the end of the text leaves of one. It never looks back, so it takes linear time.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_LONG_WORD = re.compile(r"(?<!\S)(\S{501,})")
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def contents(path: Path) -> bytes:
    """What a file holds, be it endless; Refused if it can't be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise Refused(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is read.")
    return data


def from_json(data: bytes, what: str, hint: str = "") -> object:
    """What a JSON file says, numbers with a point or an exponent as Decimal.

    Refused in sentences about `what` ("The scale"); with `hint`, how it should look, where it isn't JSON at all.
    """
    if len(data) > MOST_JSON:
        raise Refused(f"{what} is larger than {MOST_JSON // 1_000_000} MB, which is the most that is read of JSON.")
    try:
        text = data.decode("utf-8-sig")
        if _depth(text) > MOST_DEPTH:
            raise Refused(f"{what} is nested more than {MOST_DEPTH} levels deep.")
        loaded: object = json.loads(
            text,
            parse_int=_number(int, what),
            parse_float=_number(Decimal, what),
            parse_constant=_number(float, what),
            object_pairs_hook=_once(what),
        )
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Refused(f"{what} isn't a JSON file in UTF-8.{hint}") from None
    if any(map(_UNKEEPABLE.search, _texts(loaded))):
        raise Refused(f"{what} holds a character that can't be kept: NUL, or half of a surrogate pair.")
    return loaded


def _depth(text: str) -> int:
    brackets = _BRACKET.findall(_STRING.sub("", text))
    return max(accumulate(1 if each in "[{" else -1 for each in brackets), default=0)


def _number(kind: Callable[[str], object], what: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        with suppress(InvalidOperation):  # an exponent beyond all bounds
            if len(text) <= _MOST_DIGITS and isfinite(float(text)):
                return kind(text)
        raise Refused(
            f"{what} holds {text[:_MOST_DIGITS]}: that is no number, or one that is far too long or too large."
        )

    return read


def _once(what: str) -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    def read(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if doubled := twice(name for name, _ in pairs):
            raise Refused(f"{what} names “{safe_name(doubled[0])}” twice in one place.")
        return dict(pairs)

    return read


def twice(names: Iterable[str]) -> list[str]:
    """The names that stand there more than once, in alphabetical order."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def safe_name(name: str) -> str:
    """A name from a file, to be found again by: short, and nothing in it that a terminal obeys."""
    return "".join(each if each.isprintable() else "\ufffd" for each in name[:MOST_SHOWN])


def composed(text: str) -> str:
    """`text` with its letters composed (é is one character); words that are longer than any stay as they are.

    Python compares all marks on one letter with each other: 50,000 of them would take seconds.
    """
    parts = _LONG_WORD.split(text)
    parts[::2] = (unicodedata.normalize("NFC", each) for each in parts[::2])  # every second one is such a word
    return "".join(parts)


def _texts(found: object) -> Iterator[str]:
    """Every name and every text in a value that JSON can hold."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for each in found:
            yield from _texts(each)
    elif isinstance(found, dict):
        for name, each in found.items():
            yield name
            yield from _texts(each)
