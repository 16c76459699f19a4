"""Requests that move blocks of cells: insert, delete, sort, copy, cut, remove duplicates."""

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.batch.cells import hidden
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.errors import Refused
from sandbox.sheets.formula_text import carried
from sandbox.sheets.formulas import Value, literal
from sandbox.sheets.model import COLUMNS, ROWS, Sheet
from sandbox.sheets.wire import Cell, Obj

_FORMAT = ("userEnteredFormat", "textFormatRuns")
_KEPT_BY_PASTE: dict[str, tuple[str, ...]] = {
    "PASTE_VALUES": ("userEnteredValue",),
    "PASTE_FORMULA": ("userEnteredValue",),
    "PASTE_FORMAT": _FORMAT,
    "PASTE_DATA_VALIDATION": ("dataValidation",),
    "PASTE_CONDITIONAL_FORMATTING": (),
    "PASTE_NORMAL": ("userEnteredValue", "note", "dataValidation", *_FORMAT),
    "PASTE_NO_BORDERS": ("userEnteredValue", "note", "dataValidation", *_FORMAT),
}


def _slide(sheet: Sheet, box: Box, dimension: str, by: int) -> None:
    """Move the cells of `box` and those after it in the dimension by so many places; drop those without a place."""
    down = dimension == ROWS
    band = _band(sheet, box, dimension)
    lifted = list(sheet.filled(band))
    for row, column, _ in lifted:
        sheet.put(row, column, {})
    for row, column, cell in lifted:
        place = (row + by, column) if down else (row, column + by)
        if place in band:
            sheet.put(*place, cell)
    _slide_merges(sheet, band, *((by, 0) if down else (0, by)))


def _slide_merges(sheet: Sheet, band: Box, down: int, across: int) -> None:
    kept = []
    for merge in sheet.lists["merges"]:
        inner = sheet.bounds(GridRange.read(merge))
        if (inner.top, inner.left) in band and (inner.bottom - 1, inner.right - 1) in band:
            moved = Box(inner.top + down, inner.bottom + down, inner.left + across, inner.right + across)
            if (moved.top, moved.left) in band:
                kept.append(moved.on(sheet.id).json())
        elif GridRange.read(merge).holds(band.on(sheet.id)):
            raise Refused("You can't insert or delete cells over a merge that is only partly within the range.")
        else:
            kept.append(merge)
    sheet.lists["merges"] = kept


def insert_range(batch: Batch, request: Obj) -> None:
    """InsertRangeRequest: the grid grows if a cell with content would fall off it."""
    sheet, box = batch.area(request.get("range", {}))
    dimension = _dimension(request)
    batch.touch(sheet, box)
    length = len(box.rows) if dimension == ROWS else len(box.columns)
    places = [place[:2] for place in sheet.filled(_band(sheet, box, dimension))]
    last = max((row if dimension == ROWS else column for row, column in places), default=-1)
    if last + length >= sheet.count(dimension):
        sheet.resize(dimension, last + length + 1)
        batch.book.check_size()
    _slide(sheet, box, dimension, length)


def _band(sheet: Sheet, box: Box, dimension: str) -> Box:
    if dimension == ROWS:
        return Box(box.top, sheet.row_count, box.left, box.right)
    return Box(box.top, box.bottom, box.left, sheet.column_count)


def _dimension(request: Obj) -> str:
    dimension = str(request.get("shiftDimension", ""))
    if dimension not in (ROWS, COLUMNS):
        raise Refused("No shiftDimension specified.")
    return dimension


def delete_range(batch: Batch, request: Obj) -> None:
    """DeleteRangeRequest."""
    sheet, box = batch.area(request.get("range", {}))
    dimension = _dimension(request)
    batch.touch(sheet, box)
    for row, column, _ in list(sheet.filled(box)):
        sheet.put(row, column, {})
    _slide(sheet, box, dimension, -(len(box.rows) if dimension == ROWS else len(box.columns)))


def sort_key(value: Value) -> tuple[int, float, str]:
    """A value's key in an ascending sort: numbers, then text, then booleans; the caller handles blanks."""
    if isinstance(value, bool):
        return (2, float(value), "")
    if isinstance(value, str):
        return (1, 0.0, value.casefold())
    return (0, float(value or 0), "")


def sort_range(batch: Batch, request: Obj) -> None:
    """SortRangeRequest: cells move with formats and notes; rows don't, so hidden rows and metadata stay in place."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    if any(GridRange.read(merge).holds(box.on(sheet.id)) for merge in sheet.lists["merges"]):
        raise Refused("You can't sort a range that contains merged cells.")
    order = list(box.rows)
    for spec in reversed(request.get("sortSpecs", [])):
        column = spec.get("dimensionIndex", 0)
        if not box.left <= column < box.right:
            raise Refused(f"The sort column {column} is outside the range.")
        values = {row: literal(batch.evaluator.effective(sheet, row, column)) for row in order}
        blank = [row for row in order if values[row] in (None, "")]
        full = [row for row in order if values[row] not in (None, "")]
        full.sort(key=lambda row, of=values: sort_key(of[row]), reverse=spec.get("sortOrder") == "DESCENDING")  # type: ignore[misc]
        order = full + blank
    _reorder(sheet, box, order)


def _reorder(sheet: Sheet, box: Box, order: list[int]) -> None:
    lines = {row: {at: cell for at, cell in sheet.cells.get(row, {}).items() if at in box.columns} for row in order}
    for row, source in zip(box.rows, order, strict=True):
        rest = {at: cell for at, cell in sheet.cells.get(row, {}).items() if at not in box.columns}
        moved = {at: moved_cell(cell, row - source, 0) for at, cell in lines[source].items()}
        sheet.put_row(row, rest | moved)


def moved_cell(cell: Cell, rows: int, columns: int) -> Cell:
    """A cell as copied by so many rows and columns, with its relative references adjusted."""
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    if not formula:
        return cell
    return cell | {"userEnteredValue": {"formulaValue": carried(formula, rows, columns)}}


def copy_paste(batch: Batch, request: Obj) -> None:
    """CopyPasteRequest: repeat the source over a larger destination, or paste it as a whole over a smaller one."""
    source, box = batch.area(request.get("source", {}))
    target, into = batch.area(request.get("destination", {}))
    turned = request.get("pasteOrientation") == "TRANSPOSE"
    height, width = len(box.rows), len(box.columns)
    if turned:
        height, width = width, height
    rows = max(height, len(into.rows) // height * height)
    columns = max(width, len(into.columns) // width * width)
    into = Box(into.top, into.top + rows, into.left, into.left + columns)
    if into.bottom > target.row_count or into.right > target.column_count:
        raise Refused("The destination does not fit in the grid.")
    batch.touch(target, into)
    kind = request.get("pasteType", "PASTE_NORMAL")
    lifted = {(row, column): source.cell(row, column) for row in box.rows for column in box.columns}
    literals = {place: batch.evaluator.effective(source, *place) for place in lifted}
    for row in into.rows:
        for column in into.columns:
            down, across = (row - into.top) % height, (column - into.left) % width
            place = (box.top + (across if turned else down), box.left + (down if turned else across))
            cell = moved_cell(lifted[place], row - place[0], column - place[1])
            if kind == "PASTE_VALUES":
                cell = cell | {"userEnteredValue": literals[place]}
            paste(target, row, column, cell, kind)


def paste(sheet: Sheet, row: int, column: int, cell: Cell, kind: str) -> None:
    """Paste those fields of a cell that the paste type includes."""
    fields = _KEPT_BY_PASTE[kind]
    kept = {name: value for name, value in sheet.cell(row, column).items() if name not in fields}
    brought = {name: cell[name] for name in fields if name in cell}
    if kind == "PASTE_NO_BORDERS" and "userEnteredFormat" in brought:
        brought["userEnteredFormat"] = {n: v for n, v in brought["userEnteredFormat"].items() if n != "borders"}
    if hidden(sheet, row, column):
        brought.pop("userEnteredValue", None)
    sheet.put(row, column, kept | brought)


def cut_paste(batch: Batch, request: Obj) -> None:
    """CutPasteRequest: merges inside the source move with it."""
    source, box = batch.area(request.get("source", {}))
    at = request.get("destination", {})
    target = batch.book.by_id(at.get("sheetId", 0))
    down, across = at.get("rowIndex", 0) - box.top, at.get("columnIndex", 0) - box.left
    into = Box(box.top + down, box.bottom + down, box.left + across, box.right + across)
    if into.bottom > target.row_count or into.right > target.column_count:
        raise Refused("The destination does not fit in the grid.")
    batch.touch(source, box)
    batch.touch(target, into)
    kind = request.get("pasteType", "PASTE_NORMAL")
    lifted = {(row, column): source.cell(row, column) for row in box.rows for column in box.columns}
    for (row, column), cell in lifted.items():
        source.put(row, column, {n: v for n, v in cell.items() if n not in _KEPT_BY_PASTE[kind]})
    inside = [m for m in source.lists["merges"] if _within(source, m, box)]
    source.lists["merges"] = [m for m in source.lists["merges"] if m not in inside]
    for (row, column), cell in lifted.items():
        paste(target, row + down, column + across, cell, kind)
    for merge in inside:
        one = source.bounds(GridRange.read(merge))
        moved = Box(one.top + down, one.bottom + down, one.left + across, one.right + across)
        target.lists["merges"] = [*target.lists["merges"], moved.on(target.id).json()]


def _within(sheet: Sheet, merge: Obj, box: Box) -> bool:
    inner = sheet.bounds(GridRange.read(merge))
    return (inner.top, inner.left) in box and (inner.bottom - 1, inner.right - 1) in box


def delete_duplicates(batch: Batch, request: Obj) -> Obj:
    """DeleteDuplicatesRequest: later rows with equal values (ignoring case) are removed, and rows below move up."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    compared = [
        column
        for one in request.get("comparisonColumns", [])
        for column in range(one.get("startIndex", 0), one.get("endIndex", box.right))
    ] or list(box.columns)
    seen: set[tuple[tuple[int, float, str], ...]] = set()
    kept: list[int] = []

    def value(row: int, column: int) -> Value:
        return literal(batch.evaluator.effective(sheet, row, column))

    for row in box.rows:
        key = tuple(sort_key(value(row, column)) for column in compared)
        if key not in seen or all(value(row, column) is None for column in box.columns):
            kept.append(row)
        seen.add(key)
    removed = len(box.rows) - len(kept)
    if removed:
        gone = [row for row in box.rows if row not in set(kept)]
        _reorder(sheet, box, kept + gone)
        for row in range(box.bottom - removed, box.bottom):
            sheet.put_row(row, {at: cell for at, cell in sheet.cells.get(row, {}).items() if at not in box.columns})
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


HANDLERS: dict[str, Handler] = {
    "insertRange": insert_range,
    "deleteRange": delete_range,
    "sortRange": sort_range,
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "deleteDuplicates": delete_duplicates,
}
