"""Formulas as text: the references in them are moved as Sheets moves them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.sheets.a1 import column_number, letters, quoted

_PIECES = re.compile(
    r"""(?P<string>"(?:[^"]|"")*")
      |(?P<title>(?:'(?:[^']|'')*'|[A-Za-z_]\w*)!)?
       (?P<ref>\$?[A-Za-z]{1,3}\$?[1-9]\d*(?::\$?[A-Za-z]{1,3}\$?[1-9]\d*|:\$?[A-Za-z]{1,3})?
             |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[1-9]\d*:\$?[1-9]\d*)(?![\w(.])
      |(?P<word>[A-Za-z_][\w.]*)""",
    re.VERBOSE,
)
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9]\d*)?")
REF_ERROR = "#REF!"


@dataclass(frozen=True)
class Corner:
    """One end of a reference: 0-based row and column (None: open); `*_held`: fixed by a $."""

    row: int | None
    column: int | None
    row_held: bool
    column_held: bool

    def text(self) -> str:
        """The corner as written in a formula."""
        column = "" if self.column is None else ("$" if self.column_held else "") + letters(self.column)
        row = "" if self.row is None else ("$" if self.row_held else "") + str(self.row + 1)
        return column + row


Change = Callable[[str | None, list[Corner]], list[Corner] | None]


def rewrite(formula: str, change: Change, rename: Callable[[str], str] = str) -> str:
    """`formula` with each reference replaced by `change(title, corners)` (None: #REF!) and sheet names by `rename`."""

    def one(match: re.Match[str]) -> str:
        if match["ref"] is None:
            return match[0]
        title = unquoted(match["title"])
        changed = change(title, corners(match["ref"]))
        prefix = "" if title is None else quoted(rename(title)) + "!"
        return REF_ERROR if changed is None else prefix + ":".join(corner.text() for corner in changed)

    return _PIECES.sub(one, formula)


def unquoted(prefix: str | None) -> str | None:
    """The title in `'It''s'!` or `Sheet1!`; None for None."""
    if prefix is None:
        return None
    title = prefix.removesuffix("!")
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


def corners(reference: str) -> list[Corner]:
    """The one or two corners of a reference such as `$A1:B$2`."""
    return [_corner(part) for part in reference.split(":")]


def _corner(text: str) -> Corner:
    match = _CORNER.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, column, second, row = match.groups()
    row_held = bool(second) if column else bool(first or second)
    at = int(row) - 1 if row else None, column_number(column) if column else None
    return Corner(*at, row_held, bool(column and first))


def carried(formula: str, rows: int, columns: int) -> str:
    """`formula` as it reads after it was copied by so many rows down and columns to the right."""

    def change(_title: str | None, ends: list[Corner]) -> list[Corner] | None:
        moved = [
            Corner(
                end.row if end.row is None or end.row_held else end.row + rows,
                end.column if end.column is None or end.column_held else end.column + columns,
                end.row_held,
                end.column_held,
            )
            for end in ends
        ]
        fits = all((end.row is None or end.row >= 0) and (end.column is None or end.column >= 0) for end in moved)
        return moved if fits else None

    return rewrite(formula, change) if rows or columns else formula
