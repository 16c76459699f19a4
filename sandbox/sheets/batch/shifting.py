"""Rows and columns that are inserted, deleted or moved, and everything on the sheet that moves with them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.sheets import tables
from sandbox.sheets.a1 import INDEXES
from sandbox.sheets.formula_text import Change, Corner, rewrite
from sandbox.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from sandbox.sheets.render import on_sheet
from sandbox.sheets.wire import Cell, Obj

Span = tuple[int, int]
_GONE = object()


class Shift(Protocol):
    """The new place of each row or column of a sheet."""

    def index(self, at: int) -> int | None:
        """The new index of the row or column `at`; None if it is deleted."""
        ...

    def span(self, start: int, end: int) -> Span | None:
        """The new extent of a range; None if nothing of it is left."""
        ...


@dataclass(frozen=True)
class Insert:
    """Insert `length` rows or columns before `at`."""

    at: int
    length: int

    def index(self, at: int) -> int | None:
        """See Shift."""
        return at if at < self.at else at + self.length

    def span(self, start: int, end: int) -> Span | None:
        """See Shift: a range grows if the insertion is inside it."""
        return (start + self.length if start >= self.at else start), (end + self.length if end > self.at else end)


@dataclass(frozen=True)
class Delete:
    """Delete the rows or columns from `start` up to `end`, exclusive."""

    start: int
    end: int

    def index(self, at: int) -> int | None:
        """See Shift."""
        if at < self.start:
            return at
        return None if at < self.end else at - (self.end - self.start)

    def span(self, start: int, end: int) -> Span | None:
        """See Shift."""

        def edge(at: int) -> int:
            return at if at <= self.start else max(self.start, at - (self.end - self.start))

        return (edge(start), edge(end)) if edge(start) < edge(end) else None


@dataclass(frozen=True)
class Move:
    """Move the rows or columns from `start` up to `end`, exclusive, before `to`, an index from before the move."""

    start: int
    end: int
    to: int

    def index(self, at: int) -> int | None:
        """See Shift."""
        length = self.end - self.start
        target = self.to if self.to <= self.start else self.to - length
        if self.start <= at < self.end:
            return target + at - self.start
        rest = at if at < self.start else at - length
        return rest if rest < target else rest + length

    def span(self, start: int, end: int) -> Span | None:
        """See Shift: a range moves if all of it does; otherwise it stays around its rows or columns that stay."""
        stayed = [at for at in (start, end - 1) if not self.start <= at < self.end]
        if self.start > start and self.end < end:
            stayed += [self.start - 1, self.end]
        elif self.start <= start and self.end < end:
            stayed.append(self.end)
        elif self.start > start and self.end >= end:
            stayed.append(self.start - 1)
        whole = self.start <= start and end <= self.end
        places = [self.index(at) or 0 for at in ([start, end - 1] if whole else stayed) if start <= at < end]
        return min(places), max(places) + 1


def shift(book: Spreadsheet, sheet: Sheet, dimension: str, by: Shift) -> None:
    """Move cells, sizes, metadata, ranges and formulas; the caller changes the grid's size."""
    _shift_cells(sheet, dimension, by)
    kept = ((by.index(at), properties) for at, properties in sheet.dimensions[dimension].items())
    sheet.dimensions[dimension] = {at: properties for at, properties in kept if at is not None}
    change = _range_change(sheet.id, dimension, by)
    for tab in book.sheets:
        for name, values in tab.lists.items():
            if name == "tables":  # tables.carry does it, since their columns have indexes of their own
                continue
            walked = (walk(value, change, dimension, by) for value in values)
            tab.lists[name] = [one for one in walked if isinstance(one, dict)]
    tables.carry(sheet, dimension, by)
    sheet.lists["merges"] = [one for one in sheet.lists["merges"] if not _single(one)]
    if sheet.basic_filter:
        filtered = walk(sheet.basic_filter, change, dimension, by)
        sheet.basic_filter = filtered if isinstance(filtered, dict) else None
    named = (walk(one, change, dimension, by) for one in book.named_ranges)
    book.named_ranges = [one for one in named if isinstance(one, dict)]
    _shift_metadata(book, sheet.id, dimension, by)
    _shift_formulas(book, sheet, dimension, by)


def _shift_cells(sheet: Sheet, dimension: str, by: Shift) -> None:
    if dimension == ROWS:
        moved = ((by.index(row), line) for row, line in sheet.cells.items())
        sheet.cells = {row: line for row, line in moved if row is not None}
        return
    for row, line in list(sheet.cells.items()):
        across = ((by.index(column), cell) for column, cell in line.items())
        sheet.put_row(row, {column: cell for column, cell in across if column is not None})


def _shift_metadata(book: Spreadsheet, sheet_id: int, dimension: str, by: Shift) -> None:
    kind = dimension[:-1]
    for key, one in list(book.metadata.items()):
        if one["location"]["locationType"] != kind or on_sheet(one) != sheet_id:
            continue
        place = one["location"]["dimensionRange"]
        index = by.index(place["startIndex"])
        if index is None:
            del book.metadata[key]
        else:
            moved = place | {"startIndex": index, "endIndex": index + 1}
            book.metadata[key] = one | {"location": one["location"] | {"dimensionRange": moved}}


RangeChange = Callable[[Obj], object]


def _range_change(sheet_id: int, dimension: str, by: Shift) -> RangeChange:
    first, last = INDEXES[:2] if dimension == ROWS else INDEXES[2:]
    lone = "rowIndex" if dimension == ROWS else "columnIndex"

    def spanned(value: Obj, start: str, end: str) -> object:
        if start not in value and end not in value:
            return value
        span = by.span(value.get(start, 0), value.get(end, 1 << 30))
        if span is None:
            return _GONE
        return value | {start: span[0]} | ({end: span[1]} if end in value else {})

    def change(value: Obj) -> object:
        if value.get("sheetId", 0) != sheet_id:
            return value
        if "dimension" in value:
            return spanned(value, "startIndex", "endIndex") if value["dimension"] == dimension else value
        if lone in value:
            return value | {lone: by.index(value[lone]) or 0}
        return spanned(value, first, last)

    return change


_RANGE_KEYS = {"sheetId", "dimension", "startIndex", "endIndex", "rowIndex", "columnIndex", *INDEXES}


def walk(value: object, change: RangeChange, dimension: str, by: Shift) -> object:
    """`value` with every range in it changed; an object whose `range` or whole `ranges` is gone is removed."""
    if isinstance(value, list):
        return [one for one in (walk(item, change, dimension, by) for item in value) if one is not _GONE]
    if not isinstance(value, dict):
        return value
    if value and set(value) <= _RANGE_KEYS and set(value) & (_RANGE_KEYS - {"sheetId", "columnIndex"}):
        return change(value)
    result: Obj = {}
    for name, inner in value.items():
        if dimension == COLUMNS and name in ("criteria", "columnIndex", "dimensionIndex"):
            _by_column(result, name, inner, by)
            continue
        changed = walk(inner, change, dimension, by)
        if changed is _GONE and name == "range":
            return _GONE
        if name == "ranges" and inner and not changed:
            return _GONE
        if changed is not _GONE:
            result[name] = changed
    return result


def _by_column(result: Obj, name: str, inner: object, by: Shift) -> None:
    if isinstance(inner, dict):
        places = ((by.index(int(column)), one) for column, one in inner.items())
        result[name] = {str(column): one for column, one in places if column is not None}
    elif isinstance(inner, int):
        result[name] = by.index(inner) or 0


def _single(merge: Obj) -> bool:
    rows = merge["endRowIndex"] - merge["startRowIndex"]
    columns = merge["endColumnIndex"] - merge["startColumnIndex"]
    return bool(rows * columns <= 1)


def _shift_formulas(book: Spreadsheet, changed: Sheet, dimension: str, by: Shift) -> None:
    for tab in book.sheets:
        change = _formula_change(changed, dimension, by, own=tab is changed)
        for row, column, cell in list(tab.filled(tab.bounds())):
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula and (rewritten := rewrite(formula, change)) != formula:
                tab.put(row, column, with_formula(cell, rewritten))


def _formula_change(changed: Sheet, dimension: str, by: Shift, *, own: bool) -> Change:
    def change(title: str | None, ends: list[Corner]) -> list[Corner] | None:
        return _shift_reference(ends, dimension, by) if (own and title is None) or title == changed.title else ends

    return change


def with_formula(cell: Cell, formula: str) -> Cell:
    """The cell with this formula as its entered value."""
    return cell | {"userEnteredValue": {"formulaValue": formula}}


def _shift_reference(ends: list[Corner], dimension: str, by: Shift) -> list[Corner] | None:
    places = [end.row if dimension == ROWS else end.column for end in ends]
    if any(place is None for place in places):
        return ends
    low, high = min(place or 0 for place in places), max(place or 0 for place in places)
    span = by.span(low, high + 1)
    if span is None:
        return None
    sides = (span[0], span[1] - 1)
    moved = []
    for end, side in zip(ends, sides, strict=False):
        row, column = (side, end.column) if dimension == ROWS else (end.row, side)
        moved.append(Corner(row, column, end.row_held, end.column_held))
    return moved
