"""Requests and ranges in few words."""

from typing import Any

from sandbox.sheets import Look


def block(*rows: list[str | float]) -> dict[str, Any]:
    def value(one: str | float) -> dict[str, Any]:
        kind = "numberValue" if isinstance(one, int | float) else "formulaValue" if one[:1] == "=" else "stringValue"
        return {"userEnteredValue": {kind: one}}

    cells = [{"values": [value(one) for one in row]} for row in rows]
    return {"updateCells": {"start": {}, "rows": cells, "fields": "userEnteredValue"}}


def rows(start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": end}


def columns(start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}


def area(top: int, bottom: int, left: int, right: int) -> dict[str, int]:
    return {"startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right}


def tag(where: dict[str, Any], value: str) -> dict[str, Any]:
    location = {"dimensionRange": where}
    made = {"metadataKey": "k", "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def tags(look: Look) -> dict[str, int]:
    return {
        one["metadataValue"]: one["location"]["dimensionRange"]["startIndex"] for one in look.book.metadata.values()
    }


def hangings() -> list[dict[str, Any]]:
    """One of everything that hangs on A2:C4."""
    where = area(1, 4, 0, 3)
    source = {"sourceRange": {"sources": [area(1, 4, 1, 2)]}}
    chart = {"basicChart": {"chartType": "COLUMN", "stackedType": "STACKED", "series": [{"series": source}]}}
    condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": "x"}]}
    rule = {"ranges": [where], "booleanRule": {"condition": condition, "format": {"backgroundColor": {"red": 1}}}}
    return [
        {"addProtectedRange": {"protectedRange": {"range": where, "warningOnly": True}}},
        {"addFilterView": {"filter": {"title": "v", "range": where, "criteria": {"1": {"hiddenValues": ["x"]}}}}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"addChart": {"chart": {"spec": chart, "position": {"overlayPosition": {"anchorCell": {"rowIndex": 6}}}}}},
        {"addBanding": {"bandedRange": {"range": where, "rowProperties": {"firstBandColor": {"red": 1}}}}},
        {"addNamedRange": {"namedRange": {"name": "n", "range": where}}},
        {"mergeCells": {"range": area(1, 3, 2, 3), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": where}}},
    ]
