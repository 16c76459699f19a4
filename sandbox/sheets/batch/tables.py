"""Requests for tables."""

from sandbox.sheets import tables
from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.colours import paired
from sandbox.sheets.errors import Refused
from sandbox.sheets.masks import apply, update_mask
from sandbox.sheets.model import Sheet
from sandbox.sheets.render import bands
from sandbox.sheets.wire import Obj

BANDED = "You cannot add alternating background colors to a range that already has alternating background colors."
FILTERED = "You can't apply a filter to a range that partially intersects a table."


def add_table(batch: Batch, request: Obj) -> Obj:
    """AddTableRequest."""
    given = request.get("table", {})
    sheet, box = batch.area(given.get("range", {}))
    batch.touch(sheet, box)
    _check_place(sheet, box)
    if any(GridRange.read(one["range"]).holds(box.on(sheet.id)) for one in sheet.lists["bandedRanges"]):
        raise Refused(BANDED)
    key = given.get("tableId") or str(batch.book.fresh_id())
    if any(table["tableId"] == key for _, table in _all(batch)):
        raise Refused(f"A table with the ID {key} already exists.")
    made: Obj = {"tableId": key, "name": given.get("name") or _free_name(batch), "range": box.on(sheet.id).json()}
    _check_name(batch, made["name"], key)
    if "rowsProperties" in given:
        made["rowsProperties"] = paired(given["rowsProperties"])
    columns = _columns(given.get("columnProperties", []), box)
    unnamed = (one for _, one in sorted(columns.items()) if "columnType" in one and not one.get("columnName"))
    for number, one in enumerate(unnamed, 1):
        one["columnName"] = f"Column {number}"
    made["columnProperties"] = tables.listed(columns, box)
    sheet.lists["tables"] = [*sheet.lists["tables"], made]
    _write_names(sheet, columns, box)
    tables.untick(sheet, made)
    tables.settle(batch.book)
    return {"addTable": {"table": sheet.lists["tables"][-1]}}


def _all(batch: Batch) -> list[tuple[Sheet, Obj]]:
    return [(sheet, table) for sheet in batch.book.sheets for table in sheet.lists["tables"]]


def _free_name(batch: Batch) -> str:
    taken = {table["name"].casefold() for _, table in _all(batch)}
    return next(name for number in range(1, len(taken) + 2) if (name := f"Table{number}").casefold() not in taken)


def _check_name(batch: Batch, name: str, besides: str) -> None:
    if any(one["name"].casefold() == name.casefold() and one["tableId"] != besides for _, one in _all(batch)):
        raise Refused(f'A table with the name "{name}" already exists.')


def _check_place(sheet: Sheet, box: Box, besides: str = "") -> None:
    if any(one["tableId"] != besides for one in tables.across(sheet, box)):
        raise Refused("A table can't overlap another table.")
    if any(GridRange.read(merge).holds(box.on(sheet.id)) for merge in sheet.lists["merges"]):
        raise Refused("A table can't have merged cells.")


def _columns(given: list[Obj], box: Box) -> dict[int, Obj]:
    """The sheet's column index -> the column's properties. Raises Refused if Google wouldn't accept them."""
    made: dict[int, Obj] = {}
    for one in given:
        place, kind = one.get("columnIndex", 0), one.get("columnType")
        if not 0 <= place < len(box.columns) or box.left + place in made:
            raise Refused(f"Invalid column index: {place}")
        if kind == "DROPDOWN" and not one.get("dataValidationRule", {}).get("condition"):
            raise Refused("Condition must be set for dropdown column type.")
        if kind != "DROPDOWN" and "dataValidationRule" in one:
            raise Refused("Cannot set condition for non-dropdown column type.")
        made[box.left + place] = {name: value for name, value in one.items() if name != "columnIndex"}
    return made


def _write_names(sheet: Sheet, columns: dict[int, Obj], box: Box) -> None:
    for column, one in columns.items():
        if one.get("columnName"):
            cell = sheet.cell(box.top, column)
            sheet.put(box.top, column, cell | {"userEnteredValue": {"stringValue": one["columnName"]}})


def update_table(batch: Batch, request: Obj) -> None:
    """UpdateTableRequest: columns are replaced as a whole; omitted ones keep their header but lose their type."""
    given, mask = request.get("table", {}), update_mask(request.get("fields"), "Table")
    sheet, place = found(batch, given.get("tableId", ""))
    before = sheet.lists["tables"][place]
    fresh = apply(before, given, mask) | {"tableId": before["tableId"]}
    whole = "*" in mask
    _, box = batch.area(fresh["range"])
    _check_place(sheet, box, before["tableId"])
    _check_name(batch, fresh["name"], before["tableId"])
    columns = _columns(given["columnProperties"], box) if whole or "columnProperties" in mask else {}
    if any(not one.get("columnName") for one in columns.values()):
        raise Refused("Table header row cell must have a value.")
    kept = columns if whole or "columnProperties" in mask else tables.columns_of(sheet, before)
    values = list(sheet.lists["tables"])
    values[place] = fresh | {"range": box.on(sheet.id).json(), "columnProperties": tables.listed(kept, box)}
    sheet.lists["tables"] = values
    _write_names(sheet, columns, box)
    tables.untick(sheet, values[place])


def found(batch: Batch, key: str) -> tuple[Sheet, int]:
    """The sheet and the list index of the table with that id. Raises Refused if there is none."""
    for sheet in batch.book.sheets:
        for place, table in enumerate(sheet.lists["tables"]):
            if table["tableId"] == key:
                return sheet, place
    raise Refused(f"No table with id: {key}")


def table_end(batch: Batch, key: str, length: int) -> tuple[Sheet, int, int]:
    """The sheet, row and column for `length` rows appended to a table; grows the table over them."""
    sheet, place = found(batch, key)
    table = sheet.lists["tables"][place]
    box = tables.box_of(sheet, table)
    filled = [row for row, _, cell in sheet.filled(box) if "userEnteredValue" in cell]
    top = max(filled, default=box.top) + 1
    values = list(sheet.lists["tables"])
    values[place] = table | {"range": table["range"] | {"endRowIndex": max(box.bottom, top + length)}}
    sheet.lists["tables"] = values
    return sheet, top, box.left


def delete_table(batch: Batch, request: Obj) -> None:
    """DeleteTableRequest: also deletes its cells and conditional formats over them, as reported of Google."""
    sheet, place = found(batch, request.get("tableId", ""))
    table = sheet.lists["tables"][place]
    box = tables.box_of(sheet, table)
    batch.touch(sheet, box)
    for row, column, _ in list(sheet.filled(box)):
        sheet.put(row, column, {})
    rules = sheet.lists["conditionalFormats"]
    here = box.on(sheet.id)
    sheet.lists["conditionalFormats"] = [
        one for one in rules if not any(GridRange.read(area).holds(here) for area in one["ranges"])
    ]
    sheet.lists["tables"] = [one for at, one in enumerate(sheet.lists["tables"]) if at != place]


def filtered(batch: Batch, given: Obj) -> Obj:
    """The range of a filter, which may name a table instead. Raises Refused if the range cuts a table."""
    if given.get("tableId") and "range" not in given:
        sheet, place = found(batch, given["tableId"])
        return dict(sheet.lists["tables"][place]["range"])
    area = batch.bounded(given.get("range", {}))
    sheet, box = batch.area(area)
    if any(tables.box_of(sheet, one) != box for one in tables.across(sheet, box)):
        raise Refused(FILTERED)
    return area


def refuse_bands(sheet: Sheet, box: Box) -> None:
    """Refuse alternating colours over other ones, including those of a table."""
    others = [*sheet.lists["bandedRanges"], *bands(sheet)]
    if any(GridRange.read(one["range"]).holds(box.on(sheet.id)) for one in others):
        raise Refused(BANDED)


HANDLERS: dict[str, Handler] = {
    "addTable": add_table,
    "updateTable": update_table,
    "deleteTable": delete_table,
}
