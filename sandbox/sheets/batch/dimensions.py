"""Requests for whole rows and columns."""

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.batch.shifting import Delete, Insert, Move, shift
from sandbox.sheets.errors import Refused
from sandbox.sheets.masks import apply, update_mask
from sandbox.sheets.model import COLUMNS, ROWS, Sheet
from sandbox.sheets.wire import Obj

_INHERITED = ("userEnteredFormat", "dataValidation")


def span(batch: Batch, value: Obj) -> tuple[Sheet, str, int, int]:
    """The sheet, dimension, start and end of a DimensionRange; an open end is the grid's."""
    sheet = batch.book.by_id(value.get("sheetId", 0))
    dimension = value.get("dimension")
    if dimension not in (ROWS, COLUMNS):
        raise Refused("No dimension specified.")
    start = value.get("startIndex", 0)
    end = value.get("endIndex", sheet.count(dimension))
    if start < 0 or end < start:
        raise Refused(f"range.endIndex[{end}] must be greater than or equal to range.startIndex[{start}]")
    return sheet, dimension, start, end


def _across(sheet: Sheet, dimension: str, start: int, end: int) -> Box:
    area = GridRange(0, start, end) if dimension == ROWS else GridRange(0, None, None, start, end)
    return sheet.bounds(area)


def append_dimension(batch: Batch, request: Obj) -> None:
    """AppendDimensionRequest."""
    sheet, dimension, _, _ = span(batch, request)
    length = request.get("length", 0)
    if length < 1:
        raise Refused("Length must be positive.")
    sheet.resize(dimension, sheet.count(dimension) + length)
    batch.book.check_size()


def insert_dimension(batch: Batch, request: Obj) -> None:
    """InsertDimensionRequest."""
    sheet, dimension, start, end = span(batch, request.get("range", {}))
    if start > sheet.count(dimension):
        raise Refused(
            f"range.startIndex[{start}] must be less than or equal to the grid size[{sheet.count(dimension)}]"
        )
    before = request.get("inheritFromBefore", False)
    if before and start == 0:
        raise Refused("Cannot inherit properties from before the first row or column.")
    batch.touch(sheet, _across(sheet, dimension, start, start + 1))
    shift(batch.book, sheet, dimension, Insert(start, end - start))
    sheet.resize(dimension, sheet.count(dimension) + end - start)
    _freeze(sheet, dimension, start, end - start)
    _inherit(sheet, dimension, (start, end), start - 1 if before else end)
    batch.book.check_size()


def _inherit(sheet: Sheet, dimension: str, new: tuple[int, int], source: int) -> None:
    for row, column, cell in list(sheet.filled(_across(sheet, dimension, source, source + 1))):
        look = {name: cell[name] for name in _INHERITED if name in cell}
        for at in range(*new) if look else ():
            sheet.put(at if dimension == ROWS else row, column if dimension == ROWS else at, look)


def _freeze(sheet: Sheet, dimension: str, start: int, change: int) -> None:
    name = "frozenRowCount" if dimension == ROWS else "frozenColumnCount"
    grid = sheet.properties["gridProperties"]
    if start < grid.get(name, 0):
        frozen = max(start, grid[name] + change)
        rest = {key: value for key, value in grid.items() if key != name}
        sheet.properties = sheet.properties | {"gridProperties": rest | ({name: frozen} if frozen else {})}


def delete_dimension(batch: Batch, request: Obj) -> None:
    """DeleteDimensionRequest."""
    sheet, dimension, start, end = span(batch, request.get("range", {}))
    count, one = sheet.count(dimension), "row" if dimension == ROWS else "column"
    if start >= count or end > count:
        missing = max(start, count)
        raise Refused(
            f"Cannot delete a {one} that doesn't exist. "
            f"Tried to delete {one} index {missing} but there are only {count} {one}s."
        )
    if end - start >= count:
        raise Refused(f"You can't delete all the {one}s on the sheet.")
    grid = sheet.properties["gridProperties"]
    frozen = grid.get("frozenRowCount" if dimension == ROWS else "frozenColumnCount", 0)
    if start <= frozen and end == count:
        raise Refused(f"Sorry, it is not possible to delete all non-frozen {one}s.")
    batch.touch(sheet, _across(sheet, dimension, start, end))
    shift(batch.book, sheet, dimension, Delete(start, end))
    sheet.resize(dimension, count - (end - start))
    _freeze(sheet, dimension, start, start - min(end, frozen))


def move_dimension(batch: Batch, request: Obj) -> None:
    """MoveDimensionRequest."""
    sheet, dimension, start, end = span(batch, request.get("source", {}))
    to, count = request.get("destinationIndex", 0), sheet.count(dimension)
    if end > count or to > count:
        raise Refused(f"Cannot move to index {to}: there are only {count} {dimension.lower()}.")
    if start < to < end:
        raise Refused("The destination index must not be inside the source range.")
    for merge in sheet.lists["merges"]:
        low, high = ("startRowIndex", "endRowIndex") if dimension == ROWS else ("startColumnIndex", "endColumnIndex")
        if (merge[low] < start < merge[high]) or (merge[low] < end < merge[high]) or merge[low] < to < merge[high]:
            raise Refused("You can't perform a move that partially intersects a merge.")
    batch.touch(sheet, _across(sheet, dimension, min(start, to), max(end, to)))
    shift(batch.book, sheet, dimension, Move(start, end, to))


def update_dimension_properties(batch: Batch, request: Obj) -> None:
    """UpdateDimensionPropertiesRequest."""
    mask = update_mask(request.get("fields"), "DimensionProperties")
    sheet, dimension, start, end = span(batch, request.get("range", {}))
    if start >= sheet.count(dimension):
        raise Refused(f"range.startIndex[{start}] is beyond the grid size[{sheet.count(dimension)}]")
    given = {name: value for name, value in request.get("properties", {}).items() if name != "developerMetadata"}
    for at in range(start, min(end, sheet.count(dimension))):
        properties = apply(sheet.dimensions[dimension].get(at, {}), given, mask)
        set_dimension(sheet, dimension, at, properties)


def set_dimension(sheet: Sheet, dimension: str, at: int, properties: Obj) -> None:
    """Set the properties of a row or column; false values are removed."""
    kept = {name: value for name, value in properties.items() if value}
    if kept:
        sheet.dimensions[dimension][at] = kept
    else:
        sheet.dimensions[dimension].pop(at, None)


HANDLERS: dict[str, Handler] = {
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
}
