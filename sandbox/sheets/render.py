"""A spreadsheet as the Sheets API returns it, reduced to what the field mask selects."""

from collections.abc import Iterable
from zlib import crc32

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.defaults import COLUMN_PIXELS, DEFAULT_FORMAT, ROW_PIXELS
from sandbox.sheets.formula_parse import Call, Literal, parse
from sandbox.sheets.formulas import Evaluator, error_sign
from sandbox.sheets.masks import Mask, under
from sandbox.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from sandbox.sheets.numbers import formatted
from sandbox.sheets.wire import Cell, Obj

_VALUE_FIELDS = ("effectiveValue", "formattedValue", "effectiveFormat", "hyperlink")


def spreadsheet(
    book: Spreadsheet, mask: Mask, areas: list[GridRange] | None, *, grid: bool, table_bands: bool = True
) -> Obj:
    """The Spreadsheet resource. `areas`: only the tabs of these ranges, None for all; `grid`: with cells."""
    answer: Obj = {"spreadsheetId": book.id, "properties": book.properties}
    inner = under(mask, "sheets")
    if inner is not None:
        answer["sheets"] = [
            sheet(book, tab, inner, areas, grid=grid, table_bands=table_bands)
            for tab in book.sheets
            if areas is None or any(area.sheet_id == tab.id for area in areas)
        ]
    if book.named_ranges:
        answer["namedRanges"] = book.named_ranges
    answer["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
    if found := located(book, "SPREADSHEET"):
        answer["developerMetadata"] = found
    return answer


def located(book: Spreadsheet, kind: str, sheet_id: int | None = None) -> list[Obj]:
    """The developer metadata of a location type, and if `sheet_id` is given only on that tab."""
    return [
        one
        for one in book.metadata.values()
        if one["location"]["locationType"] == kind and (sheet_id is None or on_sheet(one) == sheet_id)
    ]


def on_sheet(metadata: Obj) -> int | None:
    """The sheetId that developer metadata belongs to; None for the spreadsheet's own."""
    location = metadata["location"]
    if location["locationType"] == "SPREADSHEET":
        return None
    return int(location["sheetId"] if "sheetId" in location else location["dimensionRange"].get("sheetId", 0))


def sheet(
    book: Spreadsheet, tab: Sheet, mask: Mask, areas: list[GridRange] | None, *, grid: bool, table_bands: bool
) -> Obj:
    """A Sheet resource; `table_bands`: whether its banded ranges include those of its tables."""
    answer: Obj = {"properties": tab.properties}
    inner = under(mask, "data")
    if grid and inner is not None:
        boxes = [tab.bounds(area) for area in areas or [GridRange(tab.id)] if area.sheet_id == tab.id]
        answer["data"] = [grid_data(book, tab, box, inner) for box in boxes]
    answer |= {name: values for name, values in tab.lists.items() if values}
    if table_bands and tab.lists["tables"]:
        answer["bandedRanges"] = [*tab.lists["bandedRanges"], *bands(tab)]
    if tab.basic_filter:
        answer["basicFilter"] = tab.basic_filter
    if found := located(book, "SHEET", tab.id):
        answer["developerMetadata"] = found
    return answer


def bands(tab: Sheet) -> list[Obj]:
    """The banded ranges of a tab's tables, each with an id made from the table's."""
    found = []
    for table in tab.lists["tables"]:
        key = table["tableId"]
        rows = {name: one for name, one in table.get("rowsProperties", {}).items() if name != "footerColorStyle"}
        number = int(key) if key.isdecimal() else crc32(key.encode()) >> 1
        found.append({"bandedRangeId": number, "range": table["range"], "rowProperties": rows})
    return found


def grid_data(book: Spreadsheet, tab: Sheet, box: Box, mask: Mask) -> Obj:
    """The GridData of a box: rows up to the last with content, and the properties of every row and column."""
    answer: Obj = {}
    if box.top:
        answer["startRow"] = box.top
    if box.left:
        answer["startColumn"] = box.left
    inner = under(mask, "rowData")
    if inner is not None:
        rows = row_data(book, tab, box, inner)
        if rows:
            answer["rowData"] = rows
    for name, dimension, span in (("rowMetadata", ROWS, box.rows), ("columnMetadata", COLUMNS, box.columns)):
        if under(mask, name) is not None:
            answer[name] = dimension_data(book, tab, dimension, span)
    return answer


def dimension_data(book: Spreadsheet, tab: Sheet, dimension: str, span: Iterable[int]) -> list[Obj]:
    """The DimensionProperties of rows or columns."""
    kind = dimension[:-1].replace("COLUMN", "COLUMN")
    tagged: dict[int, list[Obj]] = {}
    for one in located(book, kind, tab.id):
        tagged.setdefault(one["location"]["dimensionRange"].get("startIndex", 0), []).append(one)
    base = {"pixelSize": ROW_PIXELS if dimension == ROWS else COLUMN_PIXELS}
    known = tab.dimensions[dimension]
    answer = []
    for index in span:
        properties = base | known.get(index, {}) if index in known else base
        answer.append(properties | {"developerMetadata": tagged[index]} if index in tagged else properties)
    return answer


def row_data(book: Spreadsheet, tab: Sheet, box: Box, mask: Mask) -> list[Obj]:
    """The RowData of a box, without empty rows at the end and empty cells at the end of each row."""
    inner = under(mask, "values")
    renderer = CellRenderer(book, tab, inner or {})
    rows: list[Obj] = []
    for row, column, cell in tab.filled(box):
        while len(rows) <= row - box.top:
            rows.append({})
        if inner is None:
            continue
        values = rows[-1].setdefault("values", [])
        values.extend({} for _ in range(column - box.left - len(values)))
        values.append(renderer.cell(row, column, cell))
    return rows


class CellRenderer:
    """Makes CellData: the entered values with the values and formats that result."""

    def __init__(self, book: Spreadsheet, tab: Sheet, mask: Mask) -> None:
        self.book = book
        self.tab = tab
        self.evaluator = Evaluator(book)
        self.wanted = {name for name in _VALUE_FIELDS if under(mask, name) is not None}

    def cell(self, row: int, column: int, cell: Cell) -> Obj:
        """The CellData of a cell."""
        answer = dict(cell)
        if not self.wanted:
            return answer
        effective = self.evaluator.effective(self.tab, row, column)
        if effective:
            answer["effectiveValue"] = effective
            answer["formattedValue"] = formatted_value(effective, cell)
        if "effectiveFormat" in self.wanted:
            answer["effectiveFormat"] = effective_format(cell)
        link = hyperlink(cell) if "hyperlink" in self.wanted else None
        if link:
            answer["hyperlink"] = link
        return answer


def formatted_value(effective: Obj, cell: Cell) -> str:
    """The text that a cell shows."""
    if "numberValue" in effective:
        return formatted(effective["numberValue"], cell.get("userEnteredFormat", {}).get("numberFormat"))
    if "boolValue" in effective:
        return str(effective["boolValue"]).upper()
    if "errorValue" in effective:
        return error_sign(effective)
    return str(effective.get("stringValue", ""))


def hyperlink(cell: Cell) -> str | None:
    """The URL of a cell that is one link, by =HYPERLINK or by its text format; None for others."""
    formula = str(cell.get("userEnteredValue", {}).get("formulaValue", ""))
    if formula.upper().startswith("=HYPERLINK("):
        try:
            node = parse(formula)
        except ValueError:
            return None
        if isinstance(node, Call) and node.arguments and isinstance(node.arguments[0], Literal):
            return str(node.arguments[0].value)
    uri = cell.get("userEnteredFormat", {}).get("textFormat", {}).get("link", {}).get("uri")
    return str(uri) if uri else None


def effective_format(cell: Cell) -> Obj:
    """The default format, overlaid by the cell's own."""
    own = cell.get("userEnteredFormat", {})
    merged: Obj = DEFAULT_FORMAT | own
    merged["textFormat"] = DEFAULT_FORMAT["textFormat"] | own.get("textFormat", {})
    merged["padding"] = DEFAULT_FORMAT["padding"] | own.get("padding", {})
    return {"hyperlinkDisplayType": "LINKED" if hyperlink(cell) else "PLAIN_TEXT"} | merged
