"""The requests of Google's batchUpdate that this product sends, one small function each."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast

from sheets.found_sheet import Foreign, Found, Rectangle
from sheets.tabs import Value

Request = dict[str, object]
"""One element of batchUpdate's `requests`."""

Dimension = Literal["ROWS", "COLUMNS"]


_LOOKS = {"repeatCell", "addConditionalFormatRule", "addFilterView", "addProtectedRange", "addNamedRange", "addChart"}


def is_of_looks(request: Request) -> bool:
    """Whether a request changes only a tab's appearance, or adds something to click."""
    return not _LOOKS.isdisjoint(request)


def colour(rgb: str) -> Request:
    """#rrggbb as Google's ColorStyle."""
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"rgbColor": {"red": red, "green": green, "blue": blue}}


def span(sheet_id: int, dimension: Dimension, start: int, end: int) -> Request:
    """A DimensionRange; `end` is exclusive."""
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def grid_range(sheet_id: int, area: Rectangle) -> Request:
    """A GridRange with all four bounds."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }


def below(sheet_id: int, row: int, left: int, right: int) -> Request:
    """A GridRange of columns from `row` down, however long the tab becomes."""
    return {"sheetId": sheet_id, "startRowIndex": row, "startColumnIndex": left, "endColumnIndex": right}


def write(sheet_id: int, row: int, column: int, rows: Sequence[Sequence[Value]]) -> Request:
    """Write literal values from a cell to the right and down; "" empties a cell. Formats and notes stay."""
    return {
        "updateCells": {
            "start": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [_cell(value) for value in values]} for values in rows],
            "fields": "userEnteredValue",
        }
    }


def replace(sheet_id: int, column: int, old: str, new: str) -> Request:
    """Replace `old` by `new` in all cells of a column that hold exactly `old`."""
    where = {"sheetId": sheet_id, "startColumnIndex": column, "endColumnIndex": column + 1}
    how = {"matchCase": True, "matchEntireCell": True}
    return {"findReplace": {"find": old, "replacement": new, "range": where, **how}}


def link(sheet_id: int, row: int, column: int, urls: Sequence[str]) -> Request:
    """Link the texts from a cell downwards to these addresses; "" removes a link."""
    forms = ({"userEnteredFormat": {"textFormat": {"link": {"uri": url}}}} if url else {} for url in urls)
    return {
        "updateCells": {
            "start": {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [form]} for form in forms],
            "fields": "userEnteredFormat.textFormat.link",
        }
    }


def put_back(sheet_id: int, row: int, column: int, value: Found) -> Request:
    """Write into one cell what people had there, including a formula or a tick box."""
    made = write(sheet_id, row, column, [["" if isinstance(value, Foreign) else value]])
    if isinstance(value, Foreign):
        ticked = value.text in ("TRUE", "FALSE")
        entered: Request = {"boolValue": value.text == "TRUE"} if ticked else {"formulaValue": value.text}
        cast("Request", made["updateCells"])["rows"] = [{"values": [{"userEnteredValue": entered}]}]
    return made


def _cell(value: Value) -> Request:
    """A literal value, never parsed by Google, so that text beginning with = + - @ stays text."""
    if value == "":
        return {}
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


def saying(text: str) -> Request:
    """The condition that a cell's text is exactly `text`.

    Google parses a condition's value as if somebody typed it, so a text that Google could take for a formula, a number
    or a date is written as a formula that returns it.
    """
    quoted = text.replace('"', '""')
    return {"type": "TEXT_EQ", "values": [{"userEnteredValue": text if text[:1].isalpha() else f'="{quoted}"'}]}


def insert(sheet_id: int, dimension: Dimension, at: int, count: int, *, inherit: bool) -> Request:
    """Insert rows or columns before `at`; `inherit`: formatted like the previous one."""
    return {
        "insertDimension": {"range": span(sheet_id, dimension, at, at + count), "inheritFromBefore": inherit},
    }


def append_row(sheet_id: int) -> Request:
    """Add a row at the grid's end."""
    return {"appendDimension": {"sheetId": sheet_id, "dimension": "ROWS", "length": 1}}


def move_row(sheet_id: int, row: int, before: int) -> Request:
    """Move a row before another one; both numbered as before the move."""
    return {"moveDimension": {"source": span(sheet_id, "ROWS", row, row + 1), "destinationIndex": before}}


def delete(sheet_id: int, dimension: Dimension, at: int) -> Request:
    """Delete a row or a column."""
    return {"deleteDimension": {"range": span(sheet_id, dimension, at, at + 1)}}


def unmerge(sheet_id: int, area: Rectangle) -> Request:
    """Undo a merge of cells."""
    return {"unmergeCells": {"range": grid_range(sheet_id, area)}}


def delete_tab(sheet_id: int) -> Request:
    """Delete a tab and everything on it."""
    return {"deleteSheet": {"sheetId": sheet_id}}


def mark(key: str, value: str, location: Mapping[str, object], number: int | None = None) -> Request:
    """Create developer metadata, which moves with its tab or column; its id is `number`, or chosen by Google."""
    metadata = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    identified = metadata if number is None else {"metadataId": number, **metadata}
    return {"createDeveloperMetadata": {"developerMetadata": identified}}


def unmark(number: int) -> Request:
    """Delete the developer metadata with this id, if it exists."""
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}


def unmark_all(key: str) -> Request:
    """Delete all developer metadata with this key; there must be some."""
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataKey": key}}}}


def unmark_column(sheet_id: int, key: str, value: str) -> Request:
    """Delete a column's developer metadata: from now on the column is people's."""
    lookup = {
        "metadataKey": key,
        "metadataValue": value,
        "metadataLocation": {"sheetId": sheet_id},
        "locationMatchingStrategy": "INTERSECTING_LOCATION",
    }
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def width(sheet_id: int, start: int, end: int, pixels: int) -> Request:
    """Set the width of columns."""
    properties = {"pixelSize": pixels}
    return _columns(sheet_id, start, end, properties, "pixelSize")


def hide(sheet_id: int, start: int, end: int) -> Request:
    """Hide columns."""
    return _columns(sheet_id, start, end, {"hiddenByUser": True}, "hiddenByUser")


def _columns(sheet_id: int, start: int, end: int, properties: Mapping[str, object], fields: str) -> Request:
    where = span(sheet_id, "COLUMNS", start, end)
    return {"updateDimensionProperties": {"range": where, "properties": properties, "fields": fields}}


def format_cells(where: Mapping[str, object], form: Mapping[str, object], anew: Sequence[str] = ()) -> Request:
    """Set a format for all cells of a GridRange; other formats stay, except those in `anew`, which are reset."""
    fields = f"userEnteredFormat({','.join(dict.fromkeys((*form, *anew)))})"
    return {"repeatCell": {"range": where, "cell": {"userEnteredFormat": form}, "fields": fields}}
