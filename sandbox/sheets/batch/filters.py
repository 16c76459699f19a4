"""Requests for filters, filter views and conditional formats."""

from sandbox.sheets.a1 import GridRange
from sandbox.sheets.batch import tables
from sandbox.sheets.batch.context import Batch, Handler
from sandbox.sheets.batch.dimensions import set_dimension
from sandbox.sheets.batch.objects import drop, styled
from sandbox.sheets.conditions import holds
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import ROWS, Sheet
from sandbox.sheets.render import formatted_value
from sandbox.sheets.wire import Obj


def both_forms(given: Obj) -> Obj:
    """A filter with its criteria both by column and as filterSpecs, as Google returns them."""
    made = dict(given)
    if "filterSpecs" in given:
        made["criteria"] = {
            str(one.get("columnIndex", 0)): one.get("filterCriteria", {}) for one in given["filterSpecs"]
        }
    elif "criteria" in given:
        pairs = sorted(given["criteria"].items(), key=lambda pair: int(pair[0]))
        made["filterSpecs"] = [{"columnIndex": int(column), "filterCriteria": one} for column, one in pairs]
    return {name: one for name, one in made.items() if one not in ({}, [])} | {"range": made.get("range", {})}


def set_basic_filter(batch: Batch, request: Obj) -> None:
    """SetBasicFilterRequest."""
    given = styled(request.get("filter", {}))
    area = tables.filtered(batch, given)
    sheet, _ = batch.area(area)
    sheet.basic_filter = both_forms(given | {"range": area})
    _hide(batch, sheet)


def clear_basic_filter(batch: Batch, request: Obj) -> None:
    """ClearBasicFilterRequest."""
    sheet = batch.book.by_id(request.get("sheetId", 0))
    sheet.basic_filter = None
    _hide(batch, sheet)


def _hide(batch: Batch, sheet: Sheet) -> None:
    for row, properties in list(sheet.dimensions[ROWS].items()):
        set_dimension(sheet, ROWS, row, properties | {"hiddenByFilter": False})
    criteria = (sheet.basic_filter or {}).get("criteria", {})
    if not criteria:
        return
    box = sheet.bounds(GridRange.read((sheet.basic_filter or {})["range"]))
    for row in range(box.top + 1, box.bottom):
        if not all(_passes(batch, sheet, (row, int(column)), one) for column, one in criteria.items()):
            set_dimension(sheet, ROWS, row, sheet.dimensions[ROWS].get(row, {}) | {"hiddenByFilter": True})


def _passes(batch: Batch, sheet: Sheet, cell: tuple[int, int], criteria: Obj) -> bool:
    effective = batch.evaluator.effective(sheet, *cell)
    shown = formatted_value(effective, sheet.cell(*cell)) if effective else ""
    if shown in criteria.get("hiddenValues", []):
        return False
    condition = criteria.get("condition")
    return not condition or holds(condition, sheet, cell, batch.evaluator)


def add_filter_view(batch: Batch, request: Obj) -> Obj:
    """AddFilterViewRequest."""
    given = styled(request.get("filter", {}))
    area = tables.filtered(batch, given)
    sheet, _ = batch.area(area)
    views = [view for tab in batch.book.sheets for view in tab.lists["filterViews"]]
    key = given.get("filterViewId") or batch.book.fresh_id()
    if any(view["filterViewId"] == key for view in views):
        raise Refused(f"A filter view with the ID {key} already exists.")
    title = given.get("title") or f"Filter {len(views) + 1}"
    made = both_forms(given | {"filterViewId": key, "title": title, "range": area})
    sheet.lists["filterViews"] = [*sheet.lists["filterViews"], made]
    return {"addFilterView": {"filter": made}}


def _rule(batch: Batch, given: Obj) -> tuple[Sheet, Obj]:
    rule = styled(given)
    areas = rule.get("ranges", [])
    if not areas:
        raise Refused("At least one range must be specified.")
    if "booleanRule" not in rule and "gradientRule" not in rule:
        raise Refused("A rule must be specified.")
    if len({area.get("sheetId", 0) for area in areas}) > 1:
        raise Refused("All ranges must be on the same sheet.")
    sheet, _ = batch.area(areas[0])
    return sheet, {"ranges": [batch.bounded(area) for area in areas]} | {
        name: one for name, one in rule.items() if name != "ranges"
    }


def add_rule(batch: Batch, request: Obj) -> None:
    """AddConditionalFormatRuleRequest."""
    sheet, rule = _rule(batch, request.get("rule", {}))
    values = list(sheet.lists["conditionalFormats"])
    index = request.get("index", 0)
    if not 0 <= index <= len(values):
        raise Refused(f"The index {index} is beyond the {len(values)} conditional formats of the sheet.")
    values.insert(index, rule)
    sheet.lists["conditionalFormats"] = values


def _at(batch: Batch, sheet_id: int, index: int) -> Sheet:
    sheet = batch.book.by_id(sheet_id)
    if not 0 <= index < len(sheet.lists["conditionalFormats"]):
        raise Refused(f"No conditional format on sheet: {sheet_id} at index: {index}")
    return sheet


def update_rule(batch: Batch, request: Obj) -> Obj:
    """UpdateConditionalFormatRuleRequest: replace the rule at an index, or move it to another index."""
    index = request.get("index", 0)
    sheet_id = request.get("sheetId")
    if sheet_id is None:
        areas = request.get("rule", {}).get("ranges", [{}])
        sheet_id = areas[0].get("sheetId", 0) if areas else 0
    sheet = _at(batch, sheet_id, index)
    old = drop(sheet, "conditionalFormats", index)
    answer: Obj = {"oldRule": old, "oldIndex": index}
    if "rule" in request:
        target, rule = _rule(batch, request["rule"])
        place = index
    else:
        target, rule, place = sheet, old, request.get("newIndex", 0)
    values = list(target.lists["conditionalFormats"])
    values.insert(place, rule)
    target.lists["conditionalFormats"] = values
    return {"updateConditionalFormatRule": answer | {"newRule": rule, "newIndex": place}}


def delete_rule(batch: Batch, request: Obj) -> Obj:
    """DeleteConditionalFormatRuleRequest."""
    index = request.get("index", 0)
    sheet = _at(batch, request.get("sheetId", 0), index)
    return {"deleteConditionalFormatRule": {"rule": drop(sheet, "conditionalFormats", index)}}


HANDLERS: dict[str, Handler] = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addFilterView": add_filter_view,
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule,
}
