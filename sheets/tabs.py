"""What a drawn tab is made of: columns, keyed rows, colours, filter views, a chart; nothing of Google's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

Value = str | int | float
"""What a drawn cell holds; "" is an empty one."""


class Link(str):
    """A text that leads to `url` when it is clicked."""

    __slots__ = ("url",)
    url: str

    def __new__(cls, text: str, url: str) -> Self:
        """The text `text`."""
        made = super().__new__(cls, text)
        made.url = url
        return made

    def __repr__(self) -> str:
        """The text and where it leads, since digests of rows are made of this."""
        return f"{super().__repr__()} -> {self.url}"


KEY, SEAL = "key", "seal"
"""The two hidden columns that every tab begins with: what a row is about, and what was last drawn there."""

HEADER = "Row key (leave as it is)"
"""The key of the header row: what stands in its key cell."""

WITHDRAWN = "Withdrawn"
"""What a row says that isn't drawn any more, and stays because people work on its tab."""


@dataclass(frozen=True)
class Column:
    """A drawn column. `width` in pixels; `identity`: its cell helps to say, beside the key, what a row is about.

    `kind`: how numbers in it look: as a day, or as a day and a time, both London's (sheets.drawing.words), or as they
    are; or that its cells are links.
    """

    key: str
    header: str
    width: int = 100
    identity: bool = False
    wrap: bool = False
    kind: Literal["", "day", "moment", "link"] = ""


@dataclass(frozen=True)
class Row:
    """A drawn row: a value for each column of its tab. A `volatile` one is no reason to write, only written along.

    `total`: it sums up the others, so that new ones come above it.
    """

    key: str
    values: tuple[Value, ...]
    volatile: bool = False
    total: bool = False


@dataclass(frozen=True)
class Rule:
    """Cells that say exactly `text` have this background, #rrggbb."""

    text: str
    colour: str


@dataclass(frozen=True)
class ApartColumns:
    """Columns with rules of their own: those that are graded on another scale."""

    columns: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Filter:
    """A filter view: the rows whose cell in `column` says `text`."""

    title: str
    column: str
    text: str


@dataclass(frozen=True)
class TabChart:
    """A stacked bar chart: a bar for each row of `rows`, named in column `domain`, a part for each of `series`.

    `series`: (column, colour). The rows are drawn right below the header, or so many rows `below` that.
    `at_column`: how far right it stands.
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
    """A drawn tab; `columns` come after the hidden two. `coloured` names the columns under the rules, first and last.

    `apart`: columns under other rules. `frozen` counts the columns that stay in view. `kept`: rows once drawn are
    people's, new ones come below them.
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
        """A drawing at odds with itself never reaches Google."""
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
        """All drawn columns, the hidden two first."""
        return (KEY, SEAL, *(column.key for column in self.columns))


@dataclass(frozen=True)
class SyncInfo:
    """What a drawing says about itself. `pending`: changes that it doesn't show yet; `readers`: who can open it.

    `trail`: the heads of the trail's chains (audit.trail_check). `withheld`: reflections are kept out, since
    anyone with the link can open the sheet. `copy`: it is a file, which nothing keeps up to date.
    """

    drawn_at: datetime
    generation: int
    pending: int = 0
    readers: tuple[str, ...] = ()
    help_url: str = ""
    trail: tuple[str, ...] = ()
    withheld: bool = False
    copy: bool = False
