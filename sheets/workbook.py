"""Drawn tabs as an Excel workbook: the same cells, colours and charts, and nothing that Excel could take for a formula.

The two hidden columns are left out: they serve to keep a sheet up to date, which a file isn't.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from audit.calendar import in_london
from audit.cycle.board import Board
from sheets.drawing import draw
from sheets.tabs import Link, Rule, SyncInfo, Tab, TabChart, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CELL_LIMIT = 32_767
"""Excel's maximum number of characters in a cell; counted here as UTF-16 units."""
_SHORTENED = "\n[shortened, since Excel holds no more in a cell: the whole text is in Slack]"
_PIXELS = 7
"""Pixels per unit of Excel's column width."""
_CHART_ROWS = 18
_NUMBERS = {"day": "ddd d mmm yyyy", "moment": "ddd d mmm yyyy, h:mm AM/PM"}


def name(board: Board) -> str:
    """The file's name."""
    return f"audit-{board.cycle.number}-sheet-{in_london(board.now).date().isoformat()}.xlsx"


def tabs(board: Board, trail: tuple[str, ...]) -> tuple[Tab, ...]:
    """The tabs of the file: those of the sheet. `trail`: the heads of the trail's chains (audit.trail_check)."""
    return draw(board, SyncInfo(board.now, 0, trail=trail, copy=True))


def written(drawn: Sequence[Tab]) -> bytes:
    """The content of the .xlsx file."""
    from openpyxl import Workbook  # slow to load, and needed only here

    from audit import workbook_file

    book = Workbook()
    book.remove(book.worksheets[0])
    for tab in drawn:
        _write(book.create_sheet(tab.title), tab)
    return workbook_file.made(book)


def _write(sheet: "Worksheet", tab: Tab) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for down, row in enumerate((tab.header, *tab.rows), 1):
        for across, (column, value) in enumerate(zip(tab.columns, row.values, strict=True), 1):
            _put(sheet, down, across, value, _NUMBERS.get(column.kind))
    for across, column in enumerate(tab.columns, 1):
        sheet.column_dimensions[get_column_letter(across)].width = column.width / _PIXELS
        look = Alignment(wrap_text=column.wrap or None, vertical="top")
        for down in range(1, len(tab.rows) + 2):
            sheet.cell(down, across).alignment = look
        sheet.cell(1, across).font = Font(bold=True)
    sheet.freeze_panes = f"{get_column_letter(tab.frozen + 1)}2"
    last = f"{get_column_letter(len(tab.columns))}{len(tab.rows) + 1}"
    if tab.filters:
        sheet.auto_filter.ref = f"A1:{last}"
    _colour(sheet, tab)
    for place, chart in enumerate(tab.charts):
        _draw(sheet, tab, chart, place)


def _put(sheet: "Worksheet", down: int, across: int, value: Value, look: str | None) -> None:
    from audit import workbook_file

    """Set a cell. Text stays text, whatever it begins with, even after somebody edits the cell.

    `look`: the number format, if the value counts days.
    """
    if value == "":
        return
    cell = sheet.cell(down, across)
    if isinstance(value, str):
        cell.value = workbook_file.literal(_fit(value))
        workbook_file.mark_as_text(cell)
        cell.hyperlink = value.url if isinstance(value, Link) else None
    else:
        cell.value = value
        cell.number_format = look or cell.number_format


def _fit(text: str) -> str:
    encoded = text.encode("utf-16-le")
    if len(encoded) // 2 <= CELL_LIMIT:
        return text
    return encoded[: (CELL_LIMIT - len(_SHORTENED)) * 2].decode("utf-16-le", errors="ignore") + _SHORTENED


def _colour(sheet: "Worksheet", tab: Tab) -> None:
    """The colours of grades as conditional formatting, so that they stay right when somebody sorts."""
    keys = [column.key for column in tab.columns]
    spans = [((keys.index(tab.coloured[0]), keys.index(tab.coloured[1])), tab.rules)] if tab.coloured else []
    spans += [((keys.index(key), keys.index(key)), apart.rules) for apart in tab.apart for key in apart.columns]
    for (first, last), rules in spans:
        for rule in rules:
            _rule(sheet, first + 1, last + 1, len(tab.rows) + 1, rule)


def _rule(sheet: "Worksheet", first: int, last: int, bottom: int, rule: Rule) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    text = rule.text.replace('"', '""')
    fill = PatternFill(bgColor=rule.colour.lstrip("#"), fill_type="solid")
    area = f"{get_column_letter(first)}2:{get_column_letter(last)}{max(bottom, 2)}"
    made = CellIsRule(operator="equal", formula=[f'"{text}"'], fill=fill)  # type: ignore[no-untyped-call]  # openpyxl's
    sheet.conditional_formatting.add(area, made)


def _draw(sheet: "Worksheet", tab: Tab, chart: TabChart, place: int) -> None:
    """A stacked bar chart, below the previous charts."""
    from openpyxl.chart import BarChart, Reference, Series
    from openpyxl.utils import get_column_letter

    headers = {column.key: (across, column.header) for across, column in enumerate(tab.columns, 1)}
    top, bottom = 2 + chart.below, 1 + chart.below + len(chart.rows)
    drawn = BarChart()
    drawn.type, drawn.grouping, drawn.overlap, drawn.title = "bar", "stacked", 100, chart.title
    drawn.x_axis.delete = drawn.y_axis.delete = False  # otherwise Excel draws neither axis
    for key, colour in chart.series:
        across, header = headers[key]
        values = Reference(sheet, min_col=across, min_row=top, max_row=bottom)
        drawn.series.append(Series(values, title=header))
        drawn.series[-1].graphicalProperties.solidFill = colour.lstrip("#")
    domain, _ = headers[chart.domain]
    drawn.set_categories(Reference(sheet, min_col=domain, min_row=top, max_row=bottom))
    sheet.add_chart(drawn, f"{get_column_letter(len(tab.columns) + 2)}{2 + place * _CHART_ROWS}")
