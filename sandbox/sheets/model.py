"""A spreadsheet's state: tabs with sparse cells and lists of objects, and copies of it that are cheap to make."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Self

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.errors import Refused
from sandbox.sheets.wire import Cell, Obj

ROWS, COLUMNS = "ROWS", "COLUMNS"
LISTS = (
    "merges",
    "protectedRanges",
    "filterViews",
    "conditionalFormats",
    "charts",
    "bandedRanges",
    "tables",
)
MAX_CELLS = 10_000_000


@dataclass
class Sheet:
    """A tab. `cells`: row -> column -> CellData; rows and cells are replaced, never changed in place."""

    properties: Obj
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    dimensions: dict[str, dict[int, Obj]] = field(default_factory=lambda: {ROWS: {}, COLUMNS: {}})
    lists: dict[str, list[Obj]] = field(default_factory=lambda: {name: [] for name in LISTS})
    basic_filter: Obj | None = None

    @property
    def id(self) -> int:
        """The sheetId."""
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        """The tab's name."""
        return str(self.properties["title"])

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return int(self.properties["gridProperties"]["rowCount"])

    @property
    def column_count(self) -> int:
        """The number of columns."""
        return int(self.properties["gridProperties"]["columnCount"])

    def count(self, dimension: str) -> int:
        """The number of rows or columns."""
        return self.row_count if dimension == ROWS else self.column_count

    def resize(self, dimension: str, length: int) -> None:
        """Set the number of rows or columns; the cells themselves stay as they are."""
        grid = dict(self.properties["gridProperties"])
        grid["rowCount" if dimension == ROWS else "columnCount"] = length
        self.properties = self.properties | {"gridProperties": grid}

    def bounds(self, area: GridRange | None = None) -> Box:
        """The part of `area` (None: the whole tab) that lies within the grid."""
        return (area or GridRange(self.id)).within(self.row_count, self.column_count)

    def cell(self, row: int, column: int) -> Cell:
        """The CellData at a place, empty if there is none. Not to be changed."""
        return self.cells.get(row, {}).get(column, {})

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Replace a cell; an empty one is removed."""
        kept = {name: value for name, value in cell.items() if value not in (None, {}, "")}
        line = dict(self.cells.get(row, {}))
        if kept:
            line[column] = kept
        else:
            line.pop(column, None)
        self.put_row(row, line)

    def put_row(self, row: int, line: dict[int, Cell]) -> None:
        """Replace the cells of a row."""
        if line:
            self.cells[row] = line
        else:
            self.cells.pop(row, None)

    def filled(self, box: Box) -> Iterator[tuple[int, int, Cell]]:
        """The non-empty cells in `box`, row by row."""
        rows: Iterable[int] = box.rows if len(box.rows) < len(self.cells) else sorted(self.cells)
        for row in rows:
            if box.top <= row < box.bottom and row in self.cells:
                line = self.cells[row]
                yield from ((row, column, line[column]) for column in sorted(line) if box.left <= column < box.right)

    def snapshot(self) -> "Sheet":
        """A copy that can be changed without changing this one; cells are shared until replaced."""
        return Sheet(
            dict(self.properties),
            dict(self.cells),
            {name: dict(values) for name, values in self.dimensions.items()},
            {name: list(values) for name, values in self.lists.items()},
            self.basic_filter,
        )

    def to_state(self) -> Obj:
        """The tab as JSON."""
        cells = [[row, column, cell] for row, line in self.cells.items() for column, cell in line.items()]
        sizes = {name: list(values.items()) for name, values in self.dimensions.items()}
        return {
            "properties": self.properties,
            "cells": cells,
            "dimensions": sizes,
            "lists": self.lists,
            "basicFilter": self.basic_filter,
        }

    @classmethod
    def from_state(cls, state: Obj) -> Self:
        """The tab from the JSON of `to_state`."""
        sheet = cls(state["properties"], basic_filter=state["basicFilter"])
        for row, column, cell in state["cells"]:
            sheet.cells.setdefault(row, {})[column] = cell
        sheet.dimensions = {name: dict(pairs) for name, pairs in state["dimensions"].items()}
        sheet.lists = {name: state["lists"].get(name, []) for name in LISTS}
        return sheet


@dataclass
class Spreadsheet:
    """A spreadsheet: its tabs in order, named ranges, and developer metadata with their locations."""

    id: str
    properties: Obj
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[Obj] = field(default_factory=list)
    metadata: dict[int, Obj] = field(default_factory=dict)
    next_id: int = 1

    @property
    def title(self) -> str:
        """The name, in Sheets and in Drive."""
        return str(self.properties["title"])

    def sheet(self, title: str) -> Sheet:
        """The tab with that title. Raises KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        raise KeyError(title)

    def by_id(self, sheet_id: int, what: str = "grid") -> Sheet:
        """The tab with that sheetId. Raises Refused, which calls the tab `what`, if there is none."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise Refused(f"No {what} with id: {sheet_id}")

    def fresh_id(self) -> int:
        """An id for a new object or tab; never returned twice."""
        taken = {sheet.id for sheet in self.sheets} | set(self.metadata)
        while True:
            self.next_id += 1
            number = (self.next_id * 2_654_435_761) % 2_000_000_000
            if number not in taken:
                return number

    def renumber(self) -> None:
        """Set each tab's index to its position."""
        for index, sheet in enumerate(self.sheets):
            sheet.properties = sheet.properties | {"index": index}

    def cell_count(self) -> int:
        """The number of cells of all tabs together."""
        return sum(sheet.row_count * sheet.column_count for sheet in self.sheets)

    def check_size(self) -> None:
        """Raise Refused if there are more cells than Google allows."""
        if self.cell_count() > MAX_CELLS:
            raise Refused(
                f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
            )

    def snapshot(self) -> "Spreadsheet":
        """A copy that can be changed without changing this one."""
        sheets = [sheet.snapshot() for sheet in self.sheets]
        return Spreadsheet(
            self.id, dict(self.properties), sheets, list(self.named_ranges), dict(self.metadata), self.next_id
        )

    def to_state(self) -> Obj:
        """The spreadsheet as JSON."""
        return {
            "id": self.id,
            "properties": self.properties,
            "sheets": [sheet.to_state() for sheet in self.sheets],
            "namedRanges": self.named_ranges,
            "metadata": list(self.metadata.values()),
            "nextId": self.next_id,
        }

    @classmethod
    def from_state(cls, state: Obj) -> Self:
        """The spreadsheet from the JSON of `to_state`."""
        sheets = [Sheet.from_state(one) for one in state["sheets"]]
        metadata = {one["metadataId"]: one for one in state["metadata"]}
        return cls(state["id"], state["properties"], sheets, state["namedRanges"], metadata, state["nextId"])

    def deep_copy(self, new_id: str) -> "Spreadsheet":
        """A separate copy with another id."""
        return Spreadsheet.from_state(deepcopy(self.to_state()) | {"id": new_id})
