"""The appearance of a new tab: grid, marks, widths, colours, filter views, protection, charts. People may change it."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby

from sheets import requests
from sheets.found_sheet import COLUMN_MARK, LOOKS_MARK, TAB_MARK, Grid, Rectangle
from sheets.requests import Request
from sheets.tabs import Column, Filter, Rule, Tab, TabChart

_SPARE_ROWS, _SPARE_COLUMNS = 60, 6  # room for people's own cells
_CHART_ROWS = 20  # height of a chart in rows
_MOST_NAMES = 100
CHART_IDS = 100
"""A chart found has the id drawn, or, if that was taken, one of this many ids from it on."""
LOOKS = "3"
"""The version of tabs' appearance. A new one updates the appearance of tabs that were drawn before."""
_NUMBERS = {"day": ("DATE", "ddd d mmm yyyy"), "moment": ("DATE_TIME", "ddd d mmm yyyy, h:mm am/pm")}
_HEAD = {
    "backgroundColorStyle": requests.colour("#e8eaed"),
    "textFormat": {"bold": True},
    "wrapStrategy": "WRAP",
    "verticalAlignment": "MIDDLE",
}


def new_tab(tab: Tab, sheet_id: int, title: str, index: int) -> list[Request]:
    """Requests that add a tab with everything except its cells."""
    grid = {
        "rowCount": len(tab.rows) + 1 + max(_SPARE_ROWS, len(tab.rows) // 4),
        "columnCount": len(tab.column_keys) + _SPARE_COLUMNS + (5 if tab.charts else 0),
        "frozenRowCount": 1,
    }
    if tab.frozen:
        grid["frozenColumnCount"] = 2 + tab.frozen
    properties = {"sheetId": sheet_id, "title": title, "index": index, "gridProperties": grid}
    at = {key: across for across, key in enumerate(tab.column_keys)}
    right = len(tab.column_keys)
    return [
        {"addSheet": {"properties": properties}},
        mark_tab(tab, sheet_id),
        _mark_looks(sheet_id),
        *(mark_column(sheet_id, key, across) for key, across in at.items()),
        *_widths(tab, sheet_id),
        *_formats(tab, sheet_id, at),
        *_rules(tab, sheet_id, at),
        *(_filter(one, sheet_id, at, right) for one in tab.filters),
        _protection(sheet_id, right),
        *(add_chart(chart, sheet_id, at, 0, place) for place, chart in enumerate(tab.charts)),
    ]


def mark_tab(tab: Tab, sheet_id: int) -> Request:
    """A request that marks the tab as ours."""
    return requests.mark(TAB_MARK, tab.key, {"sheetId": sheet_id})


def mark_column(sheet_id: int, key: str, across: int) -> Request:
    """A request that marks a column as ours."""
    where = {"dimensionRange": requests.span(sheet_id, "COLUMNS", across, across + 1)}
    return requests.mark(COLUMN_MARK, key, where)


def new_column(tab: Tab, key: str, sheet_id: int, across: int) -> list[Request]:
    """Requests that make a column just inserted one of ours."""
    column = next((one for one in tab.columns if one.key == key), None)
    here = requests.below(sheet_id, 0, across, across + 1)
    looks: list[Request] = [requests.hide(sheet_id, across, across + 1)]
    if column is not None:
        looks = [
            requests.width(sheet_id, across, across + 1, column.width),
            requests.format_cells(here | {"endRowIndex": 1}, _HEAD),
            requests.format_cells(here | {"startRowIndex": 1}, _body(column), ("numberFormat",)),  # not the neighbour's
        ]
    return [mark_column(sheet_id, key, across), *looks]


def number_formats(tab: Tab, sheet_id: int, row: int, at: Mapping[str, int], keys: Collection[str]) -> list[Request]:
    """Requests that give cells of a row their columns' number formats. What people type, as 10%, brings its own."""
    asked = [(column, at[column.key]) for column in tab.columns if column.key in keys]
    cells = ((column, Rectangle(row, row + 1, across, across + 1)) for column, across in asked)
    return [
        requests.format_cells(requests.grid_range(sheet_id, cell), _number(column), ("numberFormat",))
        for column, cell in cells
    ]


def _widths(tab: Tab, sheet_id: int) -> list[Request]:
    made = [requests.hide(sheet_id, 0, 2)]
    across = 2
    for pixels, group in groupby(column.width for column in tab.columns):
        count = len(list(group))
        made.append(requests.width(sheet_id, across, across + count, pixels))
        across += count
    return made


def _formats(tab: Tab, sheet_id: int, at: Mapping[str, int]) -> list[Request]:
    right = len(tab.column_keys)
    head = requests.grid_range(sheet_id, Rectangle(0, 1, 0, right))
    made = [
        requests.format_cells(head, _HEAD),
        requests.format_cells(requests.below(sheet_id, 1, 0, right), _body(None)),
    ]
    for column in tab.columns:
        if _own_look(column):
            where = requests.below(sheet_id, 1, at[column.key], at[column.key] + 1)
            made.append(requests.format_cells(where, _body(column)))
    return made


def _body(column: Column | None) -> Request:
    """The format of a column's cells. Long text is clipped so that rows stay one line high, unless the column wraps."""
    look: Request = {"verticalAlignment": "TOP", "wrapStrategy": "WRAP" if column and column.wrap else "CLIP"}
    return look | (_number(column) if column else {})


def _number(column: Column) -> Request:
    """A column's number format; empty if it has none of its own."""
    number = _NUMBERS.get(column.kind)
    return {"numberFormat": {"type": number[0], "pattern": number[1]}} if number else {}


def renew(tab: Tab, grid: Grid, at: Mapping[str, int], header: int) -> list[Request]:
    """Requests that update the appearance of a tab drawn by an older version, and mark it as updated.

    The first chart has always been drawn: if it is missing, somebody deleted it.
    """
    sheet_id = grid.sheet_id
    lookup = {"metadataKey": LOOKS_MARK, "metadataLocation": {"sheetId": sheet_id}}
    own = [(requests.below(sheet_id, 1, at[one.key], at[one.key] + 1), one) for one in tab.columns if _own_look(one)]
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        _mark_looks(sheet_id),
        *(requests.format_cells(where, _body(column)) for where, column in own),
        *(
            add_chart(chart, sheet_id, at, header, place)
            for place, chart in enumerate(tab.charts)
            if place and not any(is_of(chart, known) for known in grid.charts)
        ),
        *([] if f"roundtable_{tab.key}" in grid.names else name(tab, sheet_id, grid.names)),
    ]


def is_of(chart: TabChart, chart_id: int) -> bool:
    """Whether `chart_id` is the id of a drawing of `chart`."""
    return 0 <= chart_id - chart.chart_id < CHART_IDS


def _own_look(column: Column) -> bool:
    """Whether a column's cells have a format other than the usual one."""
    return column.wrap or column.kind in _NUMBERS


def _mark_looks(sheet_id: int) -> Request:
    return requests.mark(LOOKS_MARK, LOOKS, {"sheetId": sheet_id})


def _rules(tab: Tab, sheet_id: int, at: Mapping[str, int]) -> list[Request]:
    rules: list[tuple[Rule, list[Request]]] = []
    if tab.coloured is not None:
        first, last = tab.coloured
        rules += [(rule, [requests.below(sheet_id, 1, at[first], at[last] + 1)]) for rule in tab.rules]
    for each in tab.apart:
        where = [requests.below(sheet_id, 1, at[column], at[column] + 1) for column in each.columns]
        rules += [(rule, where) for rule in each.rules]
    return [_rule(*each, place) for place, each in enumerate(rules)]


def _rule(rule: Rule, where: list[Request], place: int) -> Request:
    form = {"backgroundColorStyle": requests.colour(rule.colour)}
    boolean = {"condition": requests.saying(rule.text), "format": form}
    return {"addConditionalFormatRule": {"rule": {"ranges": where, "booleanRule": boolean}, "index": place}}


def _filter(one: Filter, sheet_id: int, at: Mapping[str, int], right: int) -> Request:
    specs = [{"columnIndex": at[one.column], "filterCriteria": {"condition": requests.saying(one.text)}}]
    where = requests.below(sheet_id, 0, 0, right)
    return {"addFilterView": {"filter": {"title": one.title, "range": where, "filterSpecs": specs}}}


def _protection(sheet_id: int, right: int) -> Request:
    """A protection that only warns: people may edit regardless, and the edit is reverted."""
    protected = {
        "range": {"sheetId": sheet_id, "startColumnIndex": 0, "endColumnIndex": right},
        "description": "Filled in by Roundtable from its database; changes here are put back",
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": protected}}


def name(tab: Tab, sheet_id: int, names: Iterable[str]) -> list[Request]:
    """A request that names the table's range `roundtable_<key>` for people's formulas, numbered if the name is taken.

    Empty for a tab whose rows are people's, or if all names are taken.
    """
    if tab.kept:
        return []
    wished = (f"roundtable_{tab.key}{number}" for number in ("", *(f"_{n}" for n in range(2, _MOST_NAMES))))
    taken = {each.casefold() for each in names}
    free = next((each for each in wished if each not in taken), None)
    where = {"sheetId": sheet_id, "startColumnIndex": 2, "endColumnIndex": len(tab.column_keys)}
    return [{"addNamedRange": {"namedRange": {"name": free, "range": where}}}] if free else []


def add_chart(chart: TabChart, sheet_id: int, at: Mapping[str, int], header: int, place: int) -> Request:
    """A request that adds a chart beside the table, below the previous charts."""
    anchor = {"sheetId": sheet_id, "rowIndex": header + 1 + place * _CHART_ROWS, "columnIndex": chart.at_column}
    overlay = {"anchorCell": anchor, "widthPixels": 720, "heightPixels": 360}
    made = {
        "chartId": chart.chart_id,
        "spec": chart_spec(chart, sheet_id, at, header),
        "position": {"overlayPosition": overlay},
    }
    return {"addChart": {"chart": made}}


def chart_sources(chart: TabChart, at: Mapping[str, int], header: int) -> dict[str, list[Rectangle]]:
    """Column key -> the ranges of its data: the header, which names the parts, and the chart's rows below it."""
    top, keys = header + 1 + chart.below, [chart.domain, *(key for key, _ in chart.series)]
    rows = [(header, header + 1), (top, top + len(chart.rows))] if chart.below else [(header, top + len(chart.rows))]
    return {key: [Rectangle(*span, at[key], at[key] + 1) for span in rows] for key in keys}


def chart_spec(chart: TabChart, sheet_id: int, at: Mapping[str, int], header: int) -> Request:
    """The chart's specification: stacked bars for every row, whether a filter hides it or not."""
    sources = chart_sources(chart, at, header)

    def data(key: str) -> Request:
        return {"sourceRange": {"sources": [requests.grid_range(sheet_id, area) for area in sources[key]]}}

    series = [
        {"series": data(key), "targetAxis": "BOTTOM_AXIS", "colorStyle": requests.colour(colour)}
        for key, colour in chart.series
    ]
    basic = {
        "chartType": "BAR",
        "legendPosition": "BOTTOM_LEGEND",
        "stackedType": "STACKED",
        "headerCount": 1,
        "domains": [{"domain": data(chart.domain)}],
        "series": series,
    }
    return {"title": chart.title, "hiddenDimensionStrategy": "SHOW_ALL", "basicChart": basic}
