"""Requests that write cells: values, formats, notes, borders, validation, merges."""

from sandbox.sheets import tables
from sandbox.sheets.a1 import Box, GridRange, letters
from sandbox.sheets.batch.context import Batch, Handler, check_cell
from sandbox.sheets.batch.tables import table_end
from sandbox.sheets.colours import paired
from sandbox.sheets.errors import Refused
from sandbox.sheets.masks import Mask, apply, update_mask
from sandbox.sheets.model import ROWS, Sheet
from sandbox.sheets.wire import Cell, Obj

_COLOURLESS = {"userEnteredValue", "note", "dataValidation"}
_READ_ONLY = ("effectiveValue", "formattedValue", "effectiveFormat", "hyperlink")


def update_cells(batch: Batch, request: Obj) -> None:
    """UpdateCellsRequest: from `start`, or over the whole of `range`."""
    mask = with_styles(update_mask(request.get("fields"), "CellData"))
    rows = [row.get("values", []) for row in request.get("rows", [])]
    if "range" in request:
        sheet, box = batch.area(request["range"])
        last = (box.bottom, box.right)
    else:
        start = request.get("start", {})
        at = GridRange(start.get("sheetId", 0), start.get("rowIndex", 0), None, start.get("columnIndex", 0))
        sheet, whole = batch.area(at.json())
        box = Box(whole.top, whole.top + len(rows), whole.left, whole.left + max(map(len, rows), default=0))
        last = (sheet.row_count, sheet.column_count)
    _check_fits(rows, box, last)
    batch.touch(sheet, box)
    _check_types(sheet, box, mask)
    for down in range(len(box.rows) if "range" in request else len(rows)):
        given = rows[down] if down < len(rows) else []
        width = len(box.columns) if "range" in request else len(given)
        for across in range(width):
            write(sheet, box.top + down, box.left + across, given[across] if across < len(given) else {}, mask)


def _check_fits(rows: list[list[Cell]], box: Box, last: tuple[int, int]) -> None:
    if box.top + len(rows) > last[0]:
        raise Refused(f"Attempting to write row: {last[0]}, beyond the last requested row of: {last[0] - 1}")
    if box.left + max(map(len, rows), default=0) > last[1]:
        raise Refused(f"Attempting to write column: {last[1]}, beyond the last requested column of: {last[1] - 1}")


def write(sheet: Sheet, row: int, column: int, given: Cell, mask: Mask) -> None:
    """Write the fields of a CellData that `mask` selects; `mask` comes from with_styles."""
    _put(sheet, row, column, _writable(given), mask)


def _writable(given: Cell) -> Cell:
    """The writable fields of a CellData, with each colour in both of its forms."""
    source = {name: value for name, value in given.items() if name not in _READ_ONLY}
    if source.keys() <= _COLOURLESS:
        return source
    both = paired(source)
    return both if isinstance(both, dict) else {}


def _put(sheet: Sheet, row: int, column: int, source: Cell, mask: Mask) -> None:
    """Write the fields of a writable CellData that `mask` selects; drop a value hidden by a merge, as Sheets does."""
    cell = apply(sheet.cell(row, column), source, mask)
    if cell.get("userEnteredValue") in ({"stringValue": ""}, {}) or hidden(sheet, row, column):
        cell.pop("userEnteredValue", None)
    sheet.put(row, column, check_cell(cell))


def with_styles(mask: Mask) -> Mask:
    """The mask, extended so that it selects both forms of each colour."""
    both: Mask = {}
    for name, inner in mask.items():
        both[name] = with_styles(inner)
        if name.endswith("olor"):
            both[name + "Style"] = {}
        elif name.endswith("olorStyle"):
            both[name.removesuffix("Style")] = {}
            both[name] = {}
    return both


def hidden(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a merge hides the cell, so that another cell shows in its place."""
    for merge in sheet.lists["merges"]:
        box = sheet.bounds(GridRange.read(merge))
        if (row, column) in box:
            return (row, column) != (box.top, box.left)
    return False


def repeat_cell(batch: Batch, request: Obj) -> None:
    """RepeatCellRequest."""
    mask = with_styles(update_mask(request.get("fields"), "CellData"))
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    _check_types(sheet, box, mask)
    source = _writable(request.get("cell", {}))
    for row in box.rows:
        for column in box.columns:
            _put(sheet, row, column, source, mask)


def _check_types(sheet: Sheet, box: Box, mask: Mask) -> None:
    """Refuse number formats in typed columns of a table, whose type determines the format."""
    form: Mask | None = mask.get("userEnteredFormat", {} if "*" in mask else None)
    if form is not None and (not form or "numberFormat" in form) and tables.is_typed(sheet, box):
        raise Refused(tables.TYPED)


def append_cells(batch: Batch, request: Obj) -> None:
    """AppendCellsRequest: below the last row with content; adds rows if necessary.

    With a table's id: below the last row of the table with content, and the table grows over the new rows.
    """
    mask = with_styles(update_mask(request.get("fields"), "CellData"))
    rows = [row.get("values", []) for row in request.get("rows", [])]
    if "tableId" in request:
        sheet, top, left = table_end(batch, request["tableId"], len(rows))
    else:
        sheet = batch.book.by_id(request.get("sheetId", 0))
        top, left = max(sheet.cells, default=-1) + 1, 0
    if top + len(rows) > sheet.row_count:
        sheet.resize(ROWS, top + len(rows))
        batch.book.check_size()
    box = Box(top, top + len(rows), left, left + max(map(len, rows), default=0))
    _check_fits(rows, box, (sheet.row_count, sheet.column_count))
    batch.touch(sheet, box)
    for down, values in enumerate(rows):
        for across, cell in enumerate(values):
            write(sheet, top + down, left + across, cell, mask)


def set_data_validation(batch: Batch, request: Obj) -> None:
    """SetDataValidationRequest; without a rule, it clears the validation."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    if tables.is_typed(sheet, box):
        raise Refused(tables.TYPED)
    rule = request.get("rule")
    for row in box.rows:
        for column in box.columns:
            sheet.put(row, column, sheet.cell(row, column) | {"dataValidation": rule})


def merge_cells(batch: Batch, request: Obj) -> None:
    """MergeCellsRequest: the top left value is kept, the others are dropped."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    if any(tables.across(sheet, box)):
        raise Refused("You can't merge cells in a table.")
    kind = request.get("mergeType", "MERGE_ALL")
    if kind == "MERGE_COLUMNS":
        boxes = [Box(box.top, box.bottom, column, column + 1) for column in box.columns]
    elif kind == "MERGE_ROWS":
        boxes = [Box(row, row + 1, box.left, box.right) for row in box.rows]
    else:
        boxes = [box]
    for one in boxes:
        _merge(sheet, one)


def _merge(sheet: Sheet, box: Box) -> None:
    kept = []
    for merge in sheet.lists["merges"]:
        area = GridRange.read(merge)
        if not area.holds(box.on(sheet.id)):
            kept.append(merge)
            continue
        inner = sheet.bounds(area)
        if (inner.top, inner.left) not in box or (inner.bottom - 1, inner.right - 1) not in box:
            place = f"{letters(inner.left)}{inner.top + 1}"
            raise Refused(f"You must select all cells in a merged range to merge or unmerge them. (at {place})")
    if box.size > 1:
        kept.append(box.on(sheet.id).json())
        for row, column, cell in list(sheet.filled(box)):
            if (row, column) != (box.top, box.left):
                sheet.put(row, column, {name: one for name, one in cell.items() if name != "userEnteredValue"})
    sheet.lists["merges"] = kept


def unmerge_cells(batch: Batch, request: Obj) -> None:
    """UnmergeCellsRequest."""
    sheet, box = batch.area(request.get("range", {}))
    batch.touch(sheet, box)
    kept = []
    for merge in sheet.lists["merges"]:
        inner = sheet.bounds(GridRange.read(merge))
        if not GridRange.read(merge).holds(box.on(sheet.id)):
            kept.append(merge)
        elif (inner.top, inner.left) not in box or (inner.bottom - 1, inner.right - 1) not in box:
            raise Refused("You must select all cells in a merged range to merge or unmerge them.")
    sheet.lists["merges"] = kept


HANDLERS: dict[str, Handler] = {
    "updateCells": update_cells,
    "repeatCell": repeat_cell,
    "appendCells": append_cells,
    "setDataValidation": set_data_validation,
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
}
