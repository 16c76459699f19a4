"""Limits on what is read from a file or a text box, and reading JSON within them."""

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
"""Bytes of any file."""
MOST_JSON = 2_000_000
"""Bytes of a JSON file. The largest cycle with every return at its full length has about half as many."""
MOST_DEPTH = 20
"""Levels of nesting in JSON. A cycle file has six."""
_MOST_DIGITS = 30
"""Characters of a number."""
MOST_LINES = 50_000
"""Lines of a CSV file without its header."""
MOST_COLUMNS = 100
MOST_CELLS = 1_000_000
MOST_CELL = 10_000
"""Characters of a workbook's cell. Many cells may share one text."""
MOST_ENTRIES = 1_000
"""Files within a workbook, which is a ZIP archive."""
MOST_UNZIPPED = 50_000_000
"""Bytes of all files in a workbook together, unpacked."""
PACKED = (ZIP_STORED, ZIP_DEFLATED)
"""ZIP methods that are unpacked piece by piece and never beyond the stated size. Others are unpacked all at once."""
MOST_ROWS = 200_000
"""Rows of all sheets of a workbook together, empty ones counted."""
MOST_PASSED = 4_000_000
"""Cells of all sheets of a workbook together. Empty ones count, and so do those that a cell's address skips."""
MOST_ACROSS = 16_384
"""Cells in one row of a workbook, empty ones counted. It is the number of columns in an Excel sheet."""
MOST_SHEETS = 100
"""Sheets of a workbook."""
MOST_ELEMENTS = 5_000_000
"""XML elements in all files of a workbook together."""
ROWS_A_LINE, ELEMENTS_A_LINE = 10, 200
"""Rows and XML elements allowed per permitted line, if that is less than the limits above. Many rows may be empty."""
MOST_PASTED = 20_000
"""Characters in all boxes of a form together. Slack allows 3,000 in each."""
MOST_SHOWN = 40
"""Characters of a name that a refusal repeats."""

# A JSON string, closed or cut off at the end of the text. It never backtracks, so it takes linear time.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_LONG_WORD = re.compile(r"(?<!\S)(\S{501,})")
_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def contents(path: Path) -> bytes:
    """A file's bytes, read only up to the limit. Refused if it can't be read or is larger than MOST_BYTES."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise Refused(f"{path} is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is read.")
    return data


def from_json(data: bytes, what: str, hint: str = "") -> object:
    """The value in a JSON file. Numbers with a point or an exponent become Decimal.

    Refused in sentences about `what` ("The scale"). `hint` says how the file should look; it is added if it isn't JSON.
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
        with suppress(InvalidOperation):  # for an exponent that Decimal can't hold
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
    """The names that occur more than once, in alphabetical order."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def safe_name(name: str) -> str:
    """A name from a file as a refusal may repeat it: shortened, and without characters that control a terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in name[:MOST_SHOWN])


def composed(text: str) -> str:
    """`text` with composed letters (é is one character). Runs of over 500 characters without a space stay unchanged.

    Composing compares all the marks on one letter with each other: 50,000 of them would take Python seconds.
    """
    parts = _LONG_WORD.split(text)
    parts[::2] = (unicodedata.normalize("NFC", each) for each in parts[::2])  # every second part is such a run
    return "".join(parts)


def _texts(found: object) -> Iterator[str]:
    """Every name and every string within a JSON value."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for each in found:
            yield from _texts(each)
    elif isinstance(found, dict):
        for name, each in found.items():
            yield name
            yield from _texts(each)
