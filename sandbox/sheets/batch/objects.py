"""Requests for a sheet's objects: protected ranges, charts, banding, named ranges."""

from sandbox.sheets.batch.context import PROTECTED, Batch, Handler
from sandbox.sheets.batch.tables import refuse_bands
from sandbox.sheets.colours import paired
from sandbox.sheets.errors import Refused
from sandbox.sheets.masks import apply, update_mask
from sandbox.sheets.model import Sheet
from sandbox.sheets.wire import Obj

CHART_SIZE: Obj = {"widthPixels": 600, "heightPixels": 371}


def find(batch: Batch, name: str, key: str, value: int) -> tuple[Sheet, int]:
    """The sheet and the list index of the object with the id `value`. Raises Refused if there is none."""
    for sheet in batch.book.sheets:
        for place, one in enumerate(sheet.lists[name]):
            if one.get(key) == value:
                return sheet, place
    what = {"charts": "embedded object", "protectedRanges": "protected range"}
    raise Refused(f"No {what[name]} with id: {value}")


def styled(value: Obj) -> Obj:
    """The object with each colour in both of its forms."""
    both = paired(value)
    return both if isinstance(both, dict) else {}


def _new_id(batch: Batch, name: str, key: str, value: int | None) -> int:
    if value is None:
        return batch.book.fresh_id()
    if any(one.get(key) == value for sheet in batch.book.sheets for one in sheet.lists[name]):
        raise Refused(f"An object with the ID {value} already exists.")
    return value


def _protected_sheet(batch: Batch, given: Obj) -> Sheet:
    if "namedRangeId" in given and "range" not in given:
        for named in batch.book.named_ranges:
            if named["namedRangeId"] == given["namedRangeId"]:
                given["range"] = named["range"]
    return batch.area(given.get("range", {}))[0]


def add_protected_range(batch: Batch, request: Obj) -> Obj:
    """AddProtectedRangeRequest."""
    given = dict(request.get("protectedRange", {}))
    sheet = _protected_sheet(batch, given)
    key = _new_id(batch, "protectedRanges", "protectedRangeId", given.get("protectedRangeId"))
    made: Obj = {"protectedRangeId": key, "range": tidy_range(given.get("range", {}))}
    made |= {name: given[name] for name in ("description", "warningOnly", "unprotectedRanges") if given.get(name)}
    made |= {"requestingUserCanEdit": True}
    editors = dict(given.get("editors", {}))
    warning = given.get("warningOnly")  # then Google returns an empty list of editors
    made["editors"] = {} if warning else editors | {"users": sorted({*editors.get("users", []), batch.user})}
    sheet.lists["protectedRanges"] = [*sheet.lists["protectedRanges"], made]
    return {"addProtectedRange": {"protectedRange": made}}


def tidy_range(value: Obj) -> Obj:
    """A GridRange without a sheetId of 0, which Google leaves out."""
    return {name: one for name, one in value.items() if name != "sheetId" or one}


def update_protected_range(batch: Batch, request: Obj) -> None:
    """UpdateProtectedRangeRequest."""
    mask = update_mask(request.get("fields"), "ProtectedRange")
    given = request.get("protectedRange", {})
    sheet, place = find(batch, "protectedRanges", "protectedRangeId", given.get("protectedRangeId", 0))
    _may_change(batch, sheet.lists["protectedRanges"][place])
    key = {"protectedRangeId": given.get("protectedRangeId", 0), "requestingUserCanEdit": True}
    fresh = apply(sheet.lists["protectedRanges"][place], given, mask) | key
    if "range" in fresh:
        fresh["range"] = tidy_range(fresh["range"])
    values = list(sheet.lists["protectedRanges"])
    values[place] = fresh
    sheet.lists["protectedRanges"] = values


def _may_change(batch: Batch, protected: Obj) -> None:
    users = protected.get("editors", {}).get("users", [])
    if not (batch.owner or protected.get("warningOnly") or batch.user in users):
        raise Refused(PROTECTED)


def delete_protected_range(batch: Batch, request: Obj) -> None:
    """DeleteProtectedRangeRequest."""
    sheet, place = find(batch, "protectedRanges", "protectedRangeId", request.get("protectedRangeId", 0))
    _may_change(batch, sheet.lists["protectedRanges"][place])
    drop(sheet, "protectedRanges", place)


def drop(sheet: Sheet, name: str, place: int) -> Obj:
    """Remove an object from a sheet, and return it."""
    values = list(sheet.lists[name])
    gone = values.pop(place)
    sheet.lists[name] = values
    return gone


def add_chart(batch: Batch, request: Obj) -> Obj:
    """AddChartRequest."""
    given = styled(request.get("chart", {}))
    if not given.get("spec"):
        raise Refused("Chart spec is required.")
    check_ranges(batch, given["spec"])
    key = _new_id(batch, "charts", "chartId", given.get("chartId"))
    position = given.get("position", {})
    overlay = dict(position.get("overlayPosition", {}))
    if position.get("newSheet") or "sheetId" in position:
        raise Refused("The stand-in keeps charts on grids only: give an overlayPosition.")
    overlay = CHART_SIZE | {"anchorCell": {}} | overlay
    sheet = batch.book.by_id(overlay["anchorCell"].get("sheetId", 0))
    overlay["anchorCell"] = tidy_range(overlay["anchorCell"])
    made = {"chartId": key, "spec": chart_spec(given["spec"]), "position": {"overlayPosition": overlay}}
    if "border" in given:
        made["border"] = given["border"]
    sheet.lists["charts"] = [*sheet.lists["charts"], made]
    return {"addChart": {"chart": made}}


def chart_spec(spec: Obj) -> Obj:
    """A ChartSpec with Google's defaults."""
    return {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS", "fontName": "Roboto"} | spec


def check_ranges(batch: Batch, value: object) -> None:
    """Refuse a spec with a source that is on no sheet or beyond its grid."""
    if isinstance(value, list):
        for one in value:
            check_ranges(batch, one)
    elif isinstance(value, dict):
        for name, one in value.items():
            for area in one if name == "sources" else ():
                batch.area(area)
            check_ranges(batch, one)


def update_chart_spec(batch: Batch, request: Obj) -> None:
    """UpdateChartSpecRequest."""
    sheet, place = find(batch, "charts", "chartId", request.get("chartId", 0))
    spec = styled(request.get("spec", {}))
    check_ranges(batch, spec)
    values = list(sheet.lists["charts"])
    values[place] = values[place] | {"spec": chart_spec(spec)}
    sheet.lists["charts"] = values


def delete_embedded_object(batch: Batch, request: Obj) -> None:
    """DeleteEmbeddedObjectRequest."""
    sheet, place = find(batch, "charts", "chartId", request.get("objectId", 0))
    drop(sheet, "charts", place)


def update_position(batch: Batch, request: Obj) -> Obj:
    """UpdateEmbeddedObjectPositionRequest."""
    sheet, place = find(batch, "charts", "chartId", request.get("objectId", 0))
    chart = drop(sheet, "charts", place)
    before = chart["position"]["overlayPosition"]
    overlay = request.get("newPosition", {}).get("overlayPosition", {})
    mask = update_mask(request.get("fields") or "*", "OverlayPosition")
    fresh = before | overlay if "*" in mask else apply(before, overlay, mask)
    fresh["anchorCell"] = tidy_range(fresh.get("anchorCell", {}))
    target = batch.book.by_id(fresh["anchorCell"].get("sheetId", 0))
    moved = chart | {"position": {"overlayPosition": fresh}}
    values = list(target.lists["charts"])
    values.insert(place if target is sheet else len(values), moved)
    target.lists["charts"] = values
    return {"updateEmbeddedObjectPosition": {"position": moved["position"]}}


def add_banding(batch: Batch, request: Obj) -> Obj:
    """AddBandingRequest."""
    given = styled(request.get("bandedRange", {}))
    sheet, box = batch.area(given.get("range", {}))
    refuse_bands(sheet, box)
    key = _new_id(batch, "bandedRanges", "bandedRangeId", given.get("bandedRangeId"))
    made = given | {"bandedRangeId": key, "range": batch.bounded(given.get("range", {}))}
    sheet.lists["bandedRanges"] = [*sheet.lists["bandedRanges"], made]
    return {"addBanding": {"bandedRange": made}}


def add_named_range(batch: Batch, request: Obj) -> Obj:
    """AddNamedRangeRequest."""
    given = request.get("namedRange", {})
    batch.area(given.get("range", {}))
    if any(one["name"].casefold() == given.get("name", "").casefold() for one in batch.book.named_ranges):
        raise Refused(f'A named range with the name "{given["name"]}" already exists.')
    key = given.get("namedRangeId") or str(batch.book.fresh_id())
    made = {"namedRangeId": key, "name": given.get("name", ""), "range": tidy_range(given.get("range", {}))}
    batch.book.named_ranges = [*batch.book.named_ranges, made]
    return {"addNamedRange": {"namedRange": made}}


def _named(batch: Batch, key: str) -> int:
    for place, one in enumerate(batch.book.named_ranges):
        if one["namedRangeId"] == key:
            return place
    raise Refused(f"No named range with id: {key}")


def delete_named_range(batch: Batch, request: Obj) -> None:
    """DeleteNamedRangeRequest."""
    place = _named(batch, request.get("namedRangeId", ""))
    batch.book.named_ranges = [one for at, one in enumerate(batch.book.named_ranges) if at != place]


HANDLERS: dict[str, Handler] = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "deleteEmbeddedObject": delete_embedded_object,
    "updateEmbeddedObjectPosition": update_position,
    "addBanding": add_banding,
    "addNamedRange": add_named_range,
    "deleteNamedRange": delete_named_range,
}
