"""The parts of a drawn tab: columns, keyed rows, colours, filter views, charts; nothing of Google's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

Value = str | int | float
"""The content of a drawn cell; "" is an empty one."""


class Link(str):
    """A text linked to `url`."""

    __slots__ = ("url",)
    url: str

    def __new__(cls, text: str, url: str) -> Self:
        """The text `text`, linked to `url`."""
        made = super().__new__(cls, text)
        made.url = url
        return made

    def __repr__(self) -> str:
        """The text and its address, as digests of rows are made from this."""
        return f"{super().__repr__()} -> {self.url}"


KEY, SEAL = "key", "seal"
"""The two hidden columns at the beginning of every tab: what a row is about, and what was last drawn in it."""

HEADER = "Row key (leave as it is)"
"""The key of the header row, shown in its key cell."""

WITHDRAWN = "Withdrawn"
"""Shown in a row that is no longer drawn, and remains because people work on its tab."""


@dataclass(frozen=True)
class Column:
    """A drawn column. `width` in pixels; `identity`: its cell, like the key, shows what a row is about.

    `kind`: "day" or "moment" for numbers displayed as London's date, or date and time (sheets.drawing.words); "link"
    for links; "" otherwise.
    """

    key: str
    header: str
    width: int = 100
    identity: bool = False
    wrap: bool = False
    kind: Literal["", "day", "moment", "link"] = ""


@dataclass(frozen=True)
class Row:
    """A drawn row: a value for each column of its tab.

    A `volatile` row is written with others, never on its own account. `total`: it sums up the others, so new rows are
    placed above it.
    """

    key: str
    values: tuple[Value, ...]
    volatile: bool = False
    total: bool = False


@dataclass(frozen=True)
class Rule:
    """Cells whose text is exactly `text` have this background colour, #rrggbb."""

    text: str
    colour: str


@dataclass(frozen=True)
class ApartColumns:
    """Columns with rules of their own, because they are graded on another scale."""

    columns: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Filter:
    """A filter view: the rows whose cell in `column` holds `text`."""

    title: str
    column: str
    text: str


@dataclass(frozen=True)
class TabChart:
    """A stacked bar chart: a bar for each of `rows`, named by column `domain`, with a part for each of `series`.

    `series`: (column, colour). The rows are drawn right below the header, or `below` rows further down. `at_column`:
    the column at which the chart is placed.
    """

    chart_id: int
    title: str
    domain: str
    series: tuple[tuple[str, str], ...]
    rows: tuple[str, ...]
    at_column: int
    below: int = 0


@dataclass(frozen=True)
class Tab:
    """A drawn tab; `columns` follow the two hidden ones. `coloured`: the first and last column to which `rules` apply.

    `apart`: columns with other rules. `frozen`: the number of columns that stay in view. `kept`: rows once drawn are
    people's, and new ones are added below them.
    """

    key: str
    title: str
    sheet_id: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    frozen: int = 0
    rules: tuple[Rule, ...] = ()
    coloured: tuple[str, str] | None = None
    apart: tuple[ApartColumns, ...] = ()
    filters: tuple[Filter, ...] = ()
    charts: tuple[TabChart, ...] = ()
    kept: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for an inconsistent drawing, so that it never reaches Google."""
        keys = [row.key for row in self.rows]
        if len({*keys, HEADER}) != len(keys) + 1 or not all(keys):
            raise ValueError(f"the rows of {self.key} don't have a key each")
        if any(len(row.values) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.key} doesn't have a value for each column")

    @property
    def header(self) -> Row:
        """The header as a row of the tab."""
        return Row(HEADER, tuple(column.header for column in self.columns))

    @property
    def column_keys(self) -> tuple[str, ...]:
        """The keys of all drawn columns, the two hidden ones first."""
        return (KEY, SEAL, *(column.key for column in self.columns))


@dataclass(frozen=True)
class SyncInfo:
    """What a drawing says about itself. `pending`: number of changes not shown yet; `readers`: who can open the sheet.

    `trail`: the heads of the trail's chains (audit.trail_check). `withheld`: reflections are left out because anyone
    with the link can open the sheet. `copy`: it is drawn into a file, which isn't kept up to date.
    """

    drawn_at: datetime
    generation: int
    pending: int = 0
    readers: tuple[str, ...] = ()
    help_url: str = ""
    trail: tuple[str, ...] = ()
    withheld: bool = False
    copy: bool = False
