"""Requests for tabs and for the spreadsheet itself."""

from copy import deepcopy

from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.batch.shifting import Delete, shift
from sandbox.sheets.colours import paired
from sandbox.sheets.defaults import sheet_properties
from sandbox.sheets.errors import Refused
from sandbox.sheets.formula_text import rewrite
from sandbox.sheets.masks import apply, update_mask
from sandbox.sheets.model import COLUMNS, ROWS, Sheet
from sandbox.sheets.render import on_sheet
from sandbox.sheets.wire import Obj

_MAX_TITLE = 100


def add_sheet(batch: Batch, request: Obj) -> Obj:
    """AddSheetRequest."""
    given = request.get("properties", {})
    book = batch.book
    sheet_id = given.get("sheetId")
    if sheet_id is None:
        sheet_id = book.fresh_id()
    check_id(batch, sheet_id)
    title = given.get("title") or _free_title(batch, "Sheet", start=len(book.sheets) + 1)
    check_title(batch, title)
    properties = sheet_properties(sheet_id, title, 0)
    grid = properties["gridProperties"] | given.get("gridProperties", {})
    paired_given = paired(given)
    extra = paired_given if isinstance(paired_given, dict) else {}
    sheet = Sheet(properties | extra | {"sheetId": sheet_id, "title": title, "gridProperties": tidy_grid(grid)})
    if not sheet.properties.get("hidden"):
        sheet.properties.pop("hidden", None)
    check_grid(sheet)
    place(batch, sheet, given.get("index"))
    book.check_size()
    return {"addSheet": {"properties": sheet.properties}}


def tidy_grid(grid: Obj) -> Obj:
    """GridProperties without the values that Google omits."""
    return {name: value for name, value in grid.items() if value or name in ("rowCount", "columnCount")}


def place(batch: Batch, sheet: Sheet, index: int | None) -> None:
    """Insert a tab before the one now at `index` (None: last)."""
    sheets = batch.book.sheets
    sheets.insert(len(sheets) if index is None else min(index, len(sheets)), sheet)
    batch.book.renumber()


def check_id(batch: Batch, sheet_id: int) -> None:
    """Refuse a sheetId that a new tab can't have."""
    if sheet_id < 0:
        raise Refused(f"Sheet ID must be non-negative: {sheet_id}")
    if any(sheet.id == sheet_id for sheet in batch.book.sheets):
        raise Refused(f"A sheet with the ID {sheet_id} already exists.")


def check_title(batch: Batch, title: str, besides: Sheet | None = None) -> None:
    """Refuse a title that is empty, too long, or another tab's (ignoring case)."""
    if not title or len(title) > _MAX_TITLE:
        raise Refused("Sheet name cannot be empty." if not title else "Sheet name is too long.")
    if any(sheet.title.casefold() == title.casefold() and sheet is not besides for sheet in batch.book.sheets):
        raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')


def check_grid(sheet: Sheet) -> None:
    """Refuse an empty grid, and one of which all rows or columns are frozen."""
    grid = sheet.properties["gridProperties"]
    names = (("rowCount", "frozenRowCount", "rows"), ("columnCount", "frozenColumnCount", "columns"))
    for count, frozen, what in names:
        if grid[count] < 1:
            raise Refused(f"The sheet must have at least one {what[:-1]}.")
        if grid.get(frozen, 0) >= grid[count]:
            raise Refused(f"You can't freeze all visible {what} on the sheet.")


def _free_title(batch: Batch, stem: str, start: int) -> str:
    taken = {sheet.title.casefold() for sheet in batch.book.sheets}
    number = start
    while f"{stem}{number}".casefold() in taken:
        number += 1
    return f"{stem}{number}"


def delete_sheet(batch: Batch, request: Obj) -> None:
    """DeleteSheetRequest."""
    book = batch.book
    sheet = book.by_id(request.get("sheetId", 0), "sheet")
    others = [one for one in book.sheets if one is not sheet]
    if not others:
        raise Refused("You can't remove all the sheets in a document.")
    if all(one.properties.get("hidden") for one in others):
        raise Refused("You can't remove all the visible sheets in a document.")
    book.sheets = others
    book.metadata = {key: one for key, one in book.metadata.items() if on_sheet(one) != sheet.id}
    book.named_ranges = [one for one in book.named_ranges if one["range"].get("sheetId", 0) != sheet.id]
    book.renumber()


def update_sheet_properties(batch: Batch, request: Obj) -> None:
    """UpdateSheetPropertiesRequest."""
    given = request.get("properties", {})
    mask = dict(update_mask(request.get("fields"), "SheetProperties"))
    sheet = batch.book.by_id(given.get("sheetId", 0), "sheet")
    if "*" in mask:
        mask = {name: {} for name in given}
    if "title" in mask:
        check_title(batch, given.get("title", ""), besides=sheet)
        rename(batch, sheet, given["title"])
    for name in ("title", "sheetId"):
        mask.pop(name, None)
    index = given.get("index", 0) if mask.pop("index", None) is not None else None
    _set_properties(batch, sheet, given, mask)
    if index is not None:
        _move(batch, sheet, index)


def _set_properties(batch: Batch, sheet: Sheet, given: Obj, mask: Obj) -> None:
    rows, columns = sheet.row_count, sheet.column_count
    source = paired(given)
    if "tabColor" in mask or "tabColorStyle" in mask:
        mask |= {"tabColor": {}, "tabColorStyle": {}}
    if mask:
        properties = apply(sheet.properties, source if isinstance(source, dict) else {}, mask)
        grid = {"rowCount": rows, "columnCount": columns} | properties.get("gridProperties", {})
        sheet.properties = properties | {"gridProperties": tidy_grid(grid)}
    if not sheet.properties.get("hidden"):
        sheet.properties.pop("hidden", None)
    elif all(one.properties.get("hidden") for one in batch.book.sheets):
        raise Refused("You can't hide all the sheets in a document.")
    check_grid(sheet)
    for dimension, before in ((ROWS, rows), (COLUMNS, columns)):
        if sheet.count(dimension) < before:
            shift(batch.book, sheet, dimension, Delete(sheet.count(dimension), before))
    batch.book.check_size()


def rename(batch: Batch, sheet: Sheet, title: str) -> None:
    """Rename a tab, also in the formulas that refer to it."""
    before = sheet.title
    sheet.properties = sheet.properties | {"title": title}
    if before == title:
        return
    for tab in batch.book.sheets:
        for row, column, cell in list(tab.filled(tab.bounds())):
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula and "!" in formula:
                fresh = rewrite(formula, lambda _t, ends: ends, lambda name: title if name == before else name)
                tab.put(row, column, cell | {"userEnteredValue": {"formulaValue": fresh}})


def _move(batch: Batch, sheet: Sheet, index: int) -> None:
    sheets = batch.book.sheets
    if not 0 <= index <= len(sheets):
        raise Refused(f"Sheet index must be between 0 and {len(sheets)}: {index}")
    before = sheets.index(sheet)
    sheets.remove(sheet)
    sheets.insert(index - 1 if index > before else index, sheet)
    batch.book.renumber()


def duplicate_sheet(batch: Batch, request: Obj) -> Obj:
    """DuplicateSheetRequest."""
    source = batch.book.by_id(request.get("sourceSheetId", 0), "sheet")
    sheet_id = request.get("newSheetId")
    if sheet_id is None:
        sheet_id = batch.book.fresh_id()
    check_id(batch, sheet_id)
    title = request.get("newSheetName") or copy_title(batch, source.title)
    check_title(batch, title)
    copy = copied(batch, source, sheet_id, title)
    place(batch, copy, request.get("insertSheetIndex", 0))
    batch.book.check_size()
    return {"duplicateSheet": {"properties": copy.properties}}


def copy_title(batch: Batch, title: str) -> str:
    """`Copy of X`, with a number if that title is taken."""
    taken = {sheet.title.casefold() for sheet in batch.book.sheets}
    stem = f"Copy of {title}"
    return stem if stem.casefold() not in taken else _free_title(batch, f"{stem} ", start=2)


def copied(batch: Batch, source: Sheet, sheet_id: int, title: str) -> Sheet:
    """A copy of a tab; its objects get ids of their own."""
    state = _readdress(deepcopy(source.to_state()), source.id, sheet_id)
    copy = Sheet.from_state(state if isinstance(state, dict) else {})
    copy.properties = copy.properties | {"sheetId": sheet_id, "title": title}
    for values in copy.lists.values():
        for one in values:
            for name in ("protectedRangeId", "filterViewId", "chartId", "bandedRangeId"):
                if name in one:
                    one[name] = batch.book.fresh_id()
    taken = {table["name"].casefold() for tab in batch.book.sheets for table in tab.lists["tables"]}
    for table in copy.lists["tables"]:
        names = (f"{table['name']}_{number}" for number in range(1, len(taken) + 2))
        table["name"] = next(name for name in names if name.casefold() not in taken)
        table["tableId"] = str(batch.book.fresh_id())
        taken.add(table["name"].casefold())
    return copy


def _readdress(value: object, before: int, after: int) -> object:
    if isinstance(value, list):
        return [_readdress(one, before, after) for one in value]
    if not isinstance(value, dict):
        return value
    result = {name: _readdress(one, before, after) for name, one in value.items()}
    places = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "startIndex", "rowIndex"}
    if places & set(value) and value.get("sheetId", 0) == before:
        result["sheetId"] = after
    return result


def update_spreadsheet_properties(batch: Batch, request: Obj) -> None:
    """UpdateSpreadsheetPropertiesRequest."""
    mask = update_mask(request.get("fields"), "SpreadsheetProperties")
    given = paired(request.get("properties", {}))
    source = given if isinstance(given, dict) else {}
    names = {name: {} for name in source} if "*" in mask else mask
    batch.book.properties = apply(batch.book.properties, source, names)


HANDLERS: dict[str, Handler] = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "updateSheetProperties": update_sheet_properties,
    "duplicateSheet": duplicate_sheet,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
