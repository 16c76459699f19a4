"""A1 notation and Google's GridRange: positions and rectangles on a sheet."""

import re
from dataclasses import dataclass, replace
from typing import Self

from sandbox.sheets.wire import Obj

_CELL = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d*)?")
_R1C1 = re.compile(r"(?:R([1-9]\d*))?(?:C([1-9]\d*))?", re.IGNORECASE)
_PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
_LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*|TRUE|FALSE", re.IGNORECASE)
INDEXES = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


@dataclass(frozen=True)
class GridRange:
    """A rectangle of a sheet: 0-based, ends exclusive; None is an open side. Google's GridRange."""

    sheet_id: int = 0
    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    @classmethod
    def read(cls, value: Obj) -> Self:
        """The range in a Google GridRange object."""
        return cls(value.get("sheetId", 0), *(value.get(name) for name in INDEXES))

    def json(self) -> Obj:
        """The Google object; a sheetId of 0 and open sides are left out, as Google does."""
        sides = zip(INDEXES, (self.top, self.bottom, self.left, self.right), strict=True)
        value: Obj = {"sheetId": self.sheet_id} if self.sheet_id else {}
        return value | {name: side for name, side in sides if side is not None}

    def within(self, rows: int, columns: int) -> "Box":
        """The rectangle clipped to a grid of `rows` by `columns`."""
        return Box(
            min(self.top or 0, rows),
            min(rows if self.bottom is None else self.bottom, rows),
            min(self.left or 0, columns),
            min(columns if self.right is None else self.right, columns),
        )

    def holds(self, other: "GridRange") -> bool:
        """Whether the two ranges may have a cell in common."""
        return self.sheet_id == other.sheet_id and all(
            (low_a or 0) < (high_b if high_b is not None else 1 << 31)
            for low_a, high_b in (
                (self.top, other.bottom),
                (other.top, self.bottom),
                (self.left, other.right),
                (other.left, self.right),
            )
        )


@dataclass(frozen=True)
class Box:
    """A rectangle of cells without open sides: 0-based, ends exclusive."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> range:
        """The row indexes."""
        return range(self.top, self.bottom)

    @property
    def columns(self) -> range:
        """The column indexes."""
        return range(self.left, self.right)

    @property
    def size(self) -> int:
        """The number of cells."""
        return max(0, self.bottom - self.top) * max(0, self.right - self.left)

    def __contains__(self, cell: tuple[int, int]) -> bool:
        return self.top <= cell[0] < self.bottom and self.left <= cell[1] < self.right

    def on(self, sheet_id: int) -> GridRange:
        """The rectangle as a range of a sheet."""
        return GridRange(sheet_id, self.top, self.bottom, self.left, self.right)


def letters(column: int) -> str:
    """A column's letters: 0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def column_number(name: str) -> int:
    """A column's index: A -> 0, AA -> 26."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def quoted(title: str) -> str:
    """A sheet's title as written in an A1 range: quoted if necessary."""
    if _PLAIN_TITLE.fullmatch(title) and not _LOOKS_LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def corners(area: GridRange) -> str:
    """The part of an A1 range after the title; "" for a whole sheet."""
    if area.top is None and area.bottom is None and area.left is None and area.right is None:
        return ""
    whole_rows = area.left is None and area.right is None
    whole_columns = area.top is None and area.bottom is None
    start = "" if whole_rows else letters(area.left or 0)
    start += "" if whole_columns else str((area.top or 0) + 1)
    end = "" if area.right is None else letters(area.right - 1)
    end += "" if area.bottom is None else str(area.bottom)
    single = start == end and not whole_rows and not whole_columns
    return start if single or not end else f"{start}:{end}"


def show(title: str, area: GridRange | Box) -> str:
    """The A1 range with its title: `Sheet1!A1:B2`."""
    rectangle = area.on(0) if isinstance(area, Box) else area
    place = corners(rectangle)
    return f"{quoted(title)}!{place}" if place else quoted(title)


def split(text: str) -> tuple[str | None, str]:
    """The title (None without one) and the corners of an A1 range. Raises ValueError if a quote isn't closed."""
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if match is None:
            raise ValueError(text)
        return match[1].replace("''", "'"), match[2] or ""
    title, mark, rest = text.rpartition("!")
    return (title, rest) if mark else (None, text)


def parse_corners(text: str) -> GridRange | None:
    """The range in `A1:B2`, `A:C`, `2:5`, `A2:C` or `R1C1:R2C2`; None if the text isn't a range."""
    first, colon, second = text.partition(":")
    one = _corner(first)
    two = _corner(second) if colon else one
    if one is None or two is None or (not colon and None in one):
        return None
    (row_a, column_a), (row_b, column_b) = one, two
    top, bottom = _ordered(row_a, row_b)
    left, right = _ordered(column_a, column_b)
    return GridRange(0, top, bottom, left, right)


def _ordered(one: int | None, two: int | None) -> tuple[int | None, int | None]:
    if one is None or two is None:
        return (one if one is not None else two), None
    return min(one, two), max(one, two) + 1


def _corner(text: str) -> tuple[int | None, int | None] | None:
    match = _CELL.fullmatch(text)
    if match and (match[1] or match[2]):
        column = column_number(match[1]) if match[1] else None
        return (int(match[2]) - 1 if match[2] else None), column
    match = _R1C1.fullmatch(text)
    if match and match[1] and match[2]:
        return int(match[1]) - 1, int(match[2]) - 1
    return None


def on_sheet(area: GridRange, sheet_id: int) -> GridRange:
    """The same rectangle on another sheet."""
    return replace(area, sheet_id=sheet_id)
