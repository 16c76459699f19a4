"""Lines pasted into a text box, as a spreadsheet copies them, and what is wrong with each bad one."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from audit.bounds import MOST_PASTED, composed
from audit.errors import Refused
from audit.identifiers import find

_MOST_NAMED = 8
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
"""Invisible characters that come along from other programs: byte order marks, zero-width spaces."""
_QUOTED = re.compile(r'"[^"]*"')
_CELLS = {
    cut: re.compile(rf'[ \u00a0]*(?:"((?:[^"]|"")*)"[ \u00a0]*|((?![ \u00a0]*")[^{cut}]*))({cut}|$)') for cut in "\t,;"
}


@dataclass(frozen=True)
class Bad:
    """A refused line: its `number` in the box or file (from 1) and the reason. `sheet`: in a workbook, or ""."""

    number: int
    reason: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where the line is, in words."""
        return place(self.number, self.sheet)


def place(number: int, sheet: str = "") -> str:
    """Where a line is: "line 3", or in a workbook the sheet's name and the row."""
    return f"sheet “{sheet}”, row {number}" if sheet else f"line {number}"


class Unreadable(ValueError):
    """A typed text can't be kept. The message says why, in words that fit after “line 3: ”."""


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of a pasted `text` that aren't blank, each with its number (from 1). Refused if the text is too long.

    Invisible characters are removed, so that a name is the one that it looks like.
    """
    if len(text) > MOST_PASTED:
        raise Refused(
            f"At most {MOST_PASTED:,} characters can be pasted at once, and this has {len(text):,}: please do it in"
            " several goes."
        )
    lines = text.translate(_UNSEEN).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def separator(line: str) -> str:
    """The separator of a line's cells: a tab, else the first comma or semicolon outside quotation marks."""
    bare = _QUOTED.sub("", line)
    return "\t" if "\t" in bare else next((character for character in bare if character in ",;"), ",")


def cells(line: str, cut: str = "") -> list[str]:
    """A line's cells, separated by `cut` or, if that is "", by its `separator`.

    A cell may be in quotation marks; a doubled one inside means one. (Python's csv allows nothing between a closing
    quotation mark and the next comma, but people put spaces there.) Unreadable if it can't be split, or if a cell
    begins as formulas do.
    """
    cut = cut or separator(line)
    read, at = [], 0
    while True:
        cell = _CELLS[cut].match(line, at)
        if cell is None:
            raise Unreadable("its quotation marks don't match")
        quoted, unquoted, end = cell.groups()
        read.append((unquoted if quoted is None else quoted.replace('""', '"')).strip())
        if not end:
            break
        at = cell.end()
    if any(each.startswith("@") for each in read):
        raise Unreadable("it has an @ at the beginning, as formulas may: leave that out")
    if any(each.startswith(("=", "+")) for each in read):
        raise Unreadable("it holds a formula: paste its value instead")
    return read


def comparable_name(name: str) -> str:
    """A name as it is compared: without regard to case, composed letters, runs of spaces and the kind of apostrophe."""
    return " ".join(composed(name).replace("\u2019", "'").split()).casefold()


def fitting(kind: TypeAdapter[str], text: str) -> str:
    """`text` as `kind` (one of audit.labels) stores it. Unreadable if it doesn't fit; identifiers aren't repeated."""
    if identifier := find.find(text):
        raise Unreadable(f"it seems to contain {identifier}, and nothing that identifies a person is kept here")
    try:
        return kind.validate_python(text)
    except ValidationError as error:
        fault = error.errors()[0]
        raise Unreadable(in_words(fault["type"], fault.get("ctx", {}), fault["msg"])) from None


def in_words(kind: str, limits: Mapping[str, object], message: str) -> str:
    """A pydantic error in words that fit after “line 3: ”."""
    if kind == "string_too_short":
        return "something must be written here"
    if kind in ("string_too_long", "too_long"):
        return f"at most {limits['max_length']} characters fit"
    if kind == "string_pattern_mismatch":
        return "only letters, digits, hyphens, dots, slashes and underscores, at most 40, make a reference"
    return message.removeprefix("Value error, ")


def faults(error: ValidationError) -> dict[str, str]:
    """Field -> pydantic's error there, as a sentence."""
    wrong = {str(fault["loc"][0]): fault for fault in error.errors()}
    return {field: sentence(in_words(each["type"], each.get("ctx", {}), each["msg"])) for field, each in wrong.items()}


def sentence(reason: str) -> str:
    """A reason, written as a sentence."""
    return f"{reason[:1].upper()}{reason[1:]}."


def refuse(bad: Sequence[Bad], field: str) -> None:
    """Refused at `field`, naming each bad line (at most the first eight); nothing if there is none."""
    if bad:
        reasons = "; ".join(f"line {each.number}: {each.reason}" for each in bad[:_MOST_NAMED])
        more = f"; and {len(bad) - _MOST_NAMED} more, named once these are corrected" if len(bad) > _MOST_NAMED else ""
        raise Refused(f"Nothing was saved. {sentence(reasons + more)}", field=field)


def fingerprint(*parts: object) -> str:
    """12 hexadecimal digits that identify what was shown, to recognise when it has changed since."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
