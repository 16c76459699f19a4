"""spreadsheets.values: reading and writing by A1 range."""

from sandbox.sheets.a1 import Box, GridRange, letters, show
from sandbox.sheets.appending import table_for
from sandbox.sheets.batch.cells import hidden
from sandbox.sheets.batch.context import Batch, check_cell, check_start
from sandbox.sheets.entering import enter, entry
from sandbox.sheets.errors import Refused
from sandbox.sheets.formulas import Evaluator, error_sign
from sandbox.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from sandbox.sheets.names import resolve
from sandbox.sheets.render import formatted_value
from sandbox.sheets.wire import Cell, Obj

_DATES = ("DATE", "TIME", "DATE_TIME")
Options = Obj  # query parameters or body fields by Google's names


def place(book: Spreadsheet, text: str) -> tuple[Sheet, GridRange]:
    """The sheet and range of an A1 text. Raises Refused if it isn't a range or starts beyond the grid."""
    area = resolve(book, text)
    sheet = book.by_id(area.sheet_id)
    check_start(sheet, area)
    return sheet, area


def get(book: Spreadsheet, area: GridRange, options: Options) -> Obj:
    """A ValueRange: rows (or columns) of values, without empty values at their ends."""
    sheet = book.by_id(area.sheet_id)
    check_start(sheet, area)
    box = sheet.bounds(area)
    major = options.get("majorDimension") or ROWS
    answer: Obj = {"range": show(sheet.title, box), "majorDimension": major}
    values = matrix(book, sheet, box, major, options)
    return answer | ({"values": values} if values else {})


def matrix(book: Spreadsheet, sheet: Sheet, box: Box, major: str, options: Options) -> list[list[object]]:
    """The values of a box, without empty values at the ends of lines and without empty lines at the end."""
    evaluator = Evaluator(book)
    lines: list[list[object]] = []
    by_rows = major != COLUMNS
    places: list[tuple[int, int, object]] = []
    for at_row, at_column, cell in sheet.filled(box):
        value = rendered(evaluator, sheet, (at_row, at_column), cell, options)
        if value not in ("", None):
            down, across = at_row - box.top, at_column - box.left
            places.append((down, across, value) if by_rows else (across, down, value))
    for row, column, value in sorted(places, key=lambda one: one[:2]):
        while len(lines) <= row:
            lines.append([])
        lines[row].extend("" for _ in range(column - len(lines[row])))
        lines[row].append(value)
    return lines


def rendered(evaluator: Evaluator, sheet: Sheet, at: tuple[int, int], cell: Cell, options: Options) -> object:
    """A cell's value by valueRenderOption and dateTimeRenderOption; None if the cell is empty."""
    how = options.get("valueRenderOption") or "FORMATTED_VALUE"
    value = cell.get("userEnteredValue", {})
    if how == "FORMULA" and "formulaValue" in value:
        return value["formulaValue"]
    effective = evaluator.effective(sheet, *at)
    if not effective:
        return None
    as_text = options.get("dateTimeRenderOption") == "FORMATTED_STRING"
    dated = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type") in _DATES
    if how == "FORMATTED_VALUE" or (as_text and dated):
        return formatted_value(effective, cell)
    if "errorValue" in effective:
        return error_sign(effective)
    return next(iter(effective.values()))


def update(batch: Batch, area: GridRange, given: Obj, options: Options, *, bound: bool = True) -> Obj:
    """Write a ValueRange at `area`, and return an UpdateValuesResponse.

    Values must fit into the area if `bound`, unless it is a single cell. Raises Refused.
    """
    option = options.get("valueInputOption")
    if option not in ("RAW", "USER_ENTERED"):
        raise Refused("'valueInputOption' is required but not specified")
    sheet = batch.book.by_id(area.sheet_id)
    check_start(sheet, area)
    box = sheet.bounds(area)
    rows = given.get("values", [])
    by_rows = given.get("majorDimension") != COLUMNS
    height, width = len(rows), max(map(len, rows), default=0)
    if not by_rows:
        height, width = width, height
    into = Box(box.top, box.top + height, box.left, box.left + width)
    _check_within(sheet, area, into, single=not bound or box.size == 1)
    answer: Obj = {"spreadsheetId": batch.book.id, "updatedRange": show(sheet.title, _extent(into))}
    batch.touch(sheet, into)
    count = 0
    for major, values in enumerate(rows):
        for minor, value in enumerate(values):
            known = entry(value, f"values[{major}][{minor}]")
            at = (box.top + major, box.left + minor) if by_rows else (box.top + minor, box.left + major)
            count += known is not None  # a null leaves its cell as it is, and isn't counted
            if known is not None and not hidden(sheet, *at):
                locale = str(batch.book.properties["locale"])
                sheet.put(*at, check_cell(enter(sheet.cell(*at), known, locale, raw=option == "RAW")))
    batch.changed()
    if count:
        answer |= {"updatedRows": height, "updatedColumns": width, "updatedCells": count}
    if options.get("includeValuesInResponse"):
        answer["updatedData"] = get(batch.book, into.on(sheet.id), response_options(options))
    return answer


def _extent(box: Box) -> Box:
    return Box(box.top, max(box.bottom, box.top + 1), box.left, max(box.right, box.left + 1))


def response_options(options: Options) -> Options:
    """The options for rendering values in the answer to a write."""
    return {
        "valueRenderOption": options.get("responseValueRenderOption"),
        "dateTimeRenderOption": options.get("responseDateTimeRenderOption"),
    }


def _check_within(sheet: Sheet, area: GridRange, into: Box, *, single: bool) -> None:
    last_row = sheet.row_count if single or area.bottom is None else min(area.bottom, sheet.row_count)
    last_column = sheet.column_count if single or area.right is None else min(area.right, sheet.column_count)
    within = f"Requested writing within range [{show(sheet.title, area)}], but tried writing to "
    if into.bottom > last_row:
        raise Refused(f"{within}row [{last_row + 1}]")
    if into.right > last_column:
        raise Refused(f"{within}column [{letters(last_column)}]")


def append(batch: Batch, area: GridRange, given: Obj, options: Options) -> Obj:
    """Write a ValueRange below the table at `area`, with new rows if necessary; returns an AppendValuesResponse."""
    sheet = batch.book.by_id(area.sheet_id)
    check_start(sheet, area)
    box = sheet.bounds(area)
    table = table_for(sheet, box)
    top, left = (table.bottom, table.left) if table else (box.top, box.left)
    rows = given.get("values", [])
    height, width = len(rows), max(map(len, rows), default=0)
    if given.get("majorDimension") == COLUMNS:
        height, width = width, height
    if options.get("insertDataOption") == "INSERT_ROWS" and top < sheet.row_count and height:
        from sandbox.sheets.batch.dimensions import insert_dimension

        place_ = {"sheetId": sheet.id, "dimension": ROWS, "startIndex": top, "endIndex": top + height}
        insert_dimension(batch, {"range": place_, "inheritFromBefore": top > 0})
    for dimension, needed in ((ROWS, top + max(height, 1)), (COLUMNS, left + width)):
        if needed > sheet.count(dimension):
            sheet.resize(dimension, needed)
    batch.book.check_size()
    at = GridRange(sheet.id, top, None, left, None)
    answer: Obj = {"spreadsheetId": batch.book.id}
    if table:
        answer["tableRange"] = show(sheet.title, table)
    return answer | {"updates": update(batch, at, given, options, bound=False)}


def clear(batch: Batch, area: GridRange) -> str:
    """Empty the cells of `area` but keep formats and notes; returns the cleared range in A1."""
    sheet = batch.book.by_id(area.sheet_id)
    check_start(sheet, area)
    box = sheet.bounds(area)
    batch.touch(sheet, box)
    for row, column, cell in list(sheet.filled(box)):
        sheet.put(row, column, {name: one for name, one in cell.items() if name != "userEnteredValue"})
    return show(sheet.title, box)


def totals(responses: list[Obj], areas: list[GridRange]) -> Obj:
    """The sums of a batch of updates; a row or column that several of them wrote to counts once."""
    rows, columns = set(), set()
    for one, area in zip(responses, areas, strict=True):
        top, left = area.top or 0, area.left or 0
        rows |= {(area.sheet_id, top + row) for row in range(one.get("updatedRows", 0))}
        columns |= {(area.sheet_id, left + column) for column in range(one.get("updatedColumns", 0))}
    answer: Obj = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(one.get("updatedCells", 0) for one in responses),
        "totalUpdatedSheets": len({area.sheet_id for area in areas}),
    }
    return {name: value for name, value in answer.items() if value}
