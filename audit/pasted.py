"""Lines pasted into a box, as a spreadsheet gives them, and what is wrong with which."""

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
"""Characters that nobody sees and that come along from other programs: byte order marks, zero-width spaces."""
_QUOTED = re.compile(r'"[^"]*"')
_CELLS = {
    cut: re.compile(rf'[ \u00a0]*(?:"((?:[^"]|"")*)"[ \u00a0]*|((?![ \u00a0]*")[^{cut}]*))({cut}|$)') for cut in "\t,;"
}


@dataclass(frozen=True)
class Bad:
    """A line that can't be kept, by its number in the box or file (from 1), and why. `sheet`: of a workbook, or ""."""

    number: int
    reason: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where the line stands, in words."""
        return place(self.number, self.sheet)


def place(number: int, sheet: str = "") -> str:
    """Where a line stands: its number, in a workbook that of its row and the sheet's name."""
    return f"sheet “{sheet}”, row {number}" if sheet else f"line {number}"


class Unreadable(ValueError):
    """What was typed can't be kept; says why, in words that fit behind “line 3: ”."""


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of a pasted `text` that hold anything, each with its number (from 1); Refused if it is too long.

    What nobody sees is left out, so that a name is the one that it looks like.
    """
    if len(text) > MOST_PASTED:
        raise Refused(
            f"At most {MOST_PASTED:,} characters can be pasted at once, and this has {len(text):,}: please do it in"
            " several goes."
        )
    lines = text.translate(_UNSEEN).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def separator(line: str) -> str:
    """At what a line is cut: tabs, else the first of comma and semicolon that it has outside quotation marks."""
    bare = _QUOTED.sub("", line)
    return "\t" if "\t" in bare else next((character for character in bare if character in ",;"), ",")


def cells(line: str, cut: str = "") -> list[str]:
    """A line's cells, cut at `cut` or else at its `separator`; Unreadable.

    A cell may stand in quotation marks, doubled ones within meaning one. (csv wants nothing between a closing one and
    the next comma, where people put spaces.)
    """
    cut = cut or separator(line)
    read, at = [], 0
    while True:
        cell = _CELLS[cut].match(line, at)
        if cell is None:
            raise Unreadable("its quotation marks don't fit together")
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


def plain(name: str) -> str:
    """A name as it is compared: how letters are composed, their case, runs of spaces and apostrophes don't matter."""
    return " ".join(composed(name).replace("\u2019", "'").split()).casefold()


def fitting(kind: TypeAdapter[str], text: str) -> str:
    """`text` as `kind` (one of audit.labels) keeps it; Unreadable, which never repeats an identifier."""
    if found := find.find(text):
        raise Unreadable(f"it seems to contain {found}, and nothing that identifies a person is kept here")
    try:
        return kind.validate_python(text)
    except ValidationError as error:
        fault = error.errors()[0]
        raise Unreadable(in_words(fault["type"], fault.get("ctx", {}), fault["msg"])) from None


def in_words(kind: str, limits: Mapping[str, object], message: str) -> str:
    """What pydantic found wrong, in words that fit behind “line 3: ”."""
    if kind == "string_too_short":
        return "something has to stand here"
    if kind in ("string_too_long", "too_long"):
        return f"at most {limits['max_length']} characters fit"
    if kind == "string_pattern_mismatch":
        return "only letters, digits, hyphens, dots, slashes and underlines, at most 40, make a reference"
    return message.removeprefix("Value error, ")


def faults(error: ValidationError) -> dict[str, str]:
    """Field -> what pydantic found wrong there, as a sentence."""
    wrong = {str(fault["loc"][0]): fault for fault in error.errors()}
    return {field: sentence(in_words(each["type"], each.get("ctx", {}), each["msg"])) for field, each in wrong.items()}


def sentence(reason: str) -> str:
    """A reason as a sentence of its own."""
    return f"{reason[:1].upper()}{reason[1:]}."


def refuse(bad: Sequence[Bad], field: str) -> None:
    """Refused at `field`, naming each bad line (the first eight of many); nothing if there is none."""
    if bad:
        said = "; ".join(f"line {each.number}: {each.reason}" for each in bad[:_MOST_NAMED])
        more = f"; and {len(bad) - _MOST_NAMED} more, named once these are corrected" if len(bad) > _MOST_NAMED else ""
        raise Refused(f"Nothing was saved. {sentence(said + more)}", field=field)


def fingerprint(*parts: object) -> str:
    """12 hexadecimal digits by which what was shown is told from what changed since."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
