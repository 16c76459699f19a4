"""Requests for developer metadata, and the data filters that select it."""

from collections.abc import Iterator

from sandbox.sheets.a1 import GridRange
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.errors import Refused
from sandbox.sheets.masks import apply, update_mask
from sandbox.sheets.model import COLUMNS, ROWS, Spreadsheet
from sandbox.sheets.names import resolve
from sandbox.sheets.render import on_sheet
from sandbox.sheets.wire import Obj


def location(book: Spreadsheet, given: Obj) -> Obj:
    """A DeveloperMetadataLocation as Google returns it: a row, a column, a tab or the spreadsheet. Raises Refused."""
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in given:
        place = given["dimensionRange"]
        sheet = book.by_id(place.get("sheetId", 0))
        dimension, start = place.get("dimension"), place.get("startIndex", 0)
        if dimension not in (ROWS, COLUMNS):
            raise Refused("No dimension specified.")
        if place.get("endIndex", sheet.count(dimension)) != start + 1:
            raise Refused("Developer metadata can only be associated with a single row or column.")
        if start >= sheet.count(dimension):
            raise Refused(f"The {dimension[:-1].lower()} index {start} is beyond the grid.")
        placed = {"sheetId": sheet.id} if sheet.id else {}
        placed |= {"dimension": dimension, "startIndex": start, "endIndex": start + 1}
        return {"locationType": dimension[:-1], "dimensionRange": placed}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": book.by_id(given["sheetId"]).id}
    raise Refused("A location must be specified.")


def create(batch: Batch, request: Obj) -> Obj:
    """CreateDeveloperMetadataRequest."""
    given = request.get("developerMetadata", {})
    if not given.get("metadataKey"):
        raise Refused("The metadata key must be specified.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Refused("The metadata visibility must be specified.")
    key = given.get("metadataId") or batch.book.fresh_id()
    if key in batch.book.metadata:
        raise Refused(f"Developer metadata with the ID {key} already exists.")
    made = {"metadataId": key, "metadataKey": given["metadataKey"]}
    if given.get("metadataValue"):
        made["metadataValue"] = given["metadataValue"]
    made |= {"location": location(batch.book, given.get("location", {})), "visibility": given["visibility"]}
    batch.book.metadata[key] = made
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def update(batch: Batch, request: Obj) -> Obj:
    """UpdateDeveloperMetadataRequest."""
    mask = update_mask(request.get("fields"), "DeveloperMetadata")
    found = list(matching(batch.book, request.get("dataFilters", [])))
    if not found:
        raise Refused("No developer metadata matches the data filters.")
    given = request.get("developerMetadata", {})
    changed = []
    for one in found:
        fresh = apply(one, given | {"metadataId": one["metadataId"]}, mask)
        fresh["location"] = location(batch.book, fresh.get("location", {}))
        batch.book.metadata[one["metadataId"]] = fresh
        changed.append(fresh)
    return {"updateDeveloperMetadata": {"developerMetadata": changed}}


def delete(batch: Batch, request: Obj) -> Obj:
    """DeleteDeveloperMetadataRequest."""
    found = list(matching(batch.book, [request.get("dataFilter", {})]))
    for one in found:
        del batch.book.metadata[one["metadataId"]]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": found} if found else {}}


def matching(book: Spreadsheet, filters: list[Obj]) -> Iterator[Obj]:
    """The developer metadata that at least one of the data filters selects."""
    for one in book.metadata.values():
        if any(selects(book, data_filter, one) for data_filter in filters):
            yield one


def selects(book: Spreadsheet, data_filter: Obj, one: Obj) -> bool:
    """Whether a data filter selects a piece of developer metadata."""
    if "developerMetadataLookup" in data_filter:
        return _looked_up(book, data_filter["developerMetadataLookup"], one)
    if "a1Range" in data_filter:
        area = resolve(book, data_filter["a1Range"])
    elif "gridRange" in data_filter:
        area = GridRange.read(data_filter["gridRange"])
    else:
        return False
    return area_of(one) is not None and area.holds(area_of(one) or area)


def area_of(one: Obj) -> GridRange | None:
    """The cells that developer metadata belongs to; None for the spreadsheet's own."""
    sheet_id, place = on_sheet(one), one["location"].get("dimensionRange")
    if sheet_id is None:
        return None
    if place is None:
        return GridRange(sheet_id)
    start, end = place["startIndex"], place["endIndex"]
    if place["dimension"] == ROWS:
        return GridRange(sheet_id, start, end)
    return GridRange(sheet_id, None, None, start, end)


def _looked_up(book: Spreadsheet, lookup: Obj, one: Obj) -> bool:
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if name in lookup and lookup[name] != one.get(name):
            return False
    kind = one["location"]["locationType"]
    if "metadataLocation" not in lookup:
        return lookup.get("locationType") in (None, kind)
    at = lookup["metadataLocation"]
    exact = lookup.get("locationMatchingStrategy", "EXACT_LOCATION") != "INTERSECTING_LOCATION"
    if exact:
        return bool(location(book, at) == one["location"]) if not _many(at) else _inside(at, one)
    if lookup.get("locationType") not in (None, kind):
        return False
    return _intersects(at, one)


def _many(at: Obj) -> bool:
    place = at.get("dimensionRange")
    return place is not None and place.get("endIndex", -1) != place.get("startIndex", 0) + 1


def _inside(at: Obj, one: Obj) -> bool:
    place, own = at["dimensionRange"], one["location"].get("dimensionRange")
    if own is None or own["dimension"] != place.get("dimension") or on_sheet(one) != place.get("sheetId", 0):
        return False
    return bool(place.get("startIndex", 0) <= own["startIndex"] < place.get("endIndex", 1 << 31))


def _intersects(at: Obj, one: Obj) -> bool:
    if at.get("spreadsheet"):
        return True
    place = at.get("dimensionRange")
    if place is None:
        return bool(on_sheet(one) == at.get("sheetId", 0))
    if on_sheet(one) != place.get("sheetId", 0):
        return False
    if "dimensionRange" not in one["location"] or one["location"]["dimensionRange"]["dimension"] != place["dimension"]:
        return True
    return _inside(at, one)


HANDLERS: dict[str, Handler] = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
