"""A spreadsheet as people see it: texts, formats with conditional formats applied, charts with their numbers."""

from dataclasses import dataclass

from sandbox.sheets.a1 import GridRange
from sandbox.sheets.colours import rgb
from sandbox.sheets.conditions import holds
from sandbox.sheets.formulas import Evaluator, Value, literal
from sandbox.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from sandbox.sheets.render import formatted_value
from sandbox.sheets.wire import Obj


@dataclass(frozen=True)
class Series:
    """A series of a chart: its name, its values, and their categories."""

    name: str
    values: list[Value]
    categories: list[str]


class Look:
    """A spreadsheet at one moment, to read; changes to it don't change the Drive."""

    def __init__(self, book: Spreadsheet) -> None:
        self.book = book
        self.evaluator = Evaluator(book)

    @property
    def titles(self) -> list[str]:
        """The tabs' titles in order."""
        return [sheet.title for sheet in self.book.sheets]

    def sheet(self, title: str) -> Sheet:
        """The tab with that title. Raises KeyError if there is none."""
        return self.book.sheet(title)

    def text(self, title: str, row: int, column: int) -> str:
        """The text that a cell shows; 0-based."""
        sheet = self.sheet(title)
        effective = self.evaluator.effective(sheet, row, column)
        return formatted_value(effective, sheet.cell(row, column)) if effective else ""

    def grid(self, title: str) -> list[list[str]]:
        """The texts of all cells as rows of equal length, up to the last row and column with text."""
        sheet = self.sheet(title)
        shown = {(row, column): self.text(title, row, column) for row, column, _ in sheet.filled(sheet.bounds())}
        full = [place for place, text in shown.items() if text]
        height, width = max((row for row, _ in full), default=-1) + 1, max((at for _, at in full), default=-1) + 1
        return [[shown.get((row, column), "") for column in range(width)] for row in range(height)]

    def format(self, title: str, row: int, column: int) -> Obj:
        """A cell's format: its own, overlaid by that of the first conditional format whose condition holds."""
        sheet = self.sheet(title)
        own: Obj = dict(sheet.cell(row, column).get("userEnteredFormat", {}))
        for rule in sheet.lists["conditionalFormats"]:
            extra = self._format_by(rule, sheet, row, column)
            if extra is not None:
                text = own.get("textFormat", {}) | extra.get("textFormat", {})
                return own | extra | ({"textFormat": text} if text else {})
        return own

    def _format_by(self, rule: Obj, sheet: Sheet, row: int, column: int) -> Obj | None:
        if "booleanRule" not in rule or not rule["ranges"]:
            return None
        boxes = [sheet.bounds(GridRange.read(area)) for area in rule["ranges"]]
        if not any((row, column) in box for box in boxes):
            return None
        origin = (min(box.top for box in boxes), min(box.left for box in boxes))
        condition = rule["booleanRule"].get("condition", {})
        met = holds(condition, sheet, (row, column), self.evaluator, origin)
        return dict(rule["booleanRule"].get("format", {})) if met else None

    def colour(self, title: str, row: int, column: int) -> tuple[float, float, float] | None:
        """A cell's background as red, green and blue from 0 to 1; None for the default."""
        return rgb(self.format(title, row, column).get("backgroundColor"))

    def hidden(self, title: str, dimension: str) -> list[int]:
        """The indexes of rows or columns (`dimension`: ROWS, COLUMNS) hidden by a user or a filter."""
        known = self.sheet(title).dimensions[dimension]
        return sorted(at for at, one in known.items() if one.get("hiddenByUser") or one.get("hiddenByFilter"))

    def charts(self, title: str) -> list[tuple[Obj, list[Series]]]:
        """Each basic chart of a tab: its EmbeddedChart, and its series."""
        return [(chart, self._series(chart)) for chart in self.sheet(title).lists["charts"]]

    def _series(self, chart: Obj) -> list[Series]:
        basic = chart["spec"].get("basicChart", {})
        headers = basic.get("headerCount", 0)
        domains = basic.get("domains", [])
        categories = [str(one or "") for one in self._values(domains[0].get("domain", {}))][headers:] if domains else []
        made = []
        for one in basic.get("series", []):
            values = self._values(one.get("series", {}))
            name = " ".join(str(value or "") for value in values[:headers])
            made.append(Series(name, values[headers:], categories))
        return made

    def _values(self, data: Obj) -> list[Value]:
        values: list[Value] = []
        for source in data.get("sourceRange", {}).get("sources", []):
            area = GridRange.read(source)
            sheet = next((one for one in self.book.sheets if one.id == area.sheet_id), None)
            if sheet is None:  # its tab was deleted
                continue
            box = sheet.bounds(area)
            values += [
                literal(self.evaluator.effective(sheet, row, column)) for row in box.rows for column in box.columns
            ]
        return values

    def as_json(self) -> Obj:
        """All tabs as JSON: texts, formats (row, column, format), notes, hidden rows and columns, charts."""
        return {"spreadsheetId": self.book.id, "title": self.book.title, "sheets": [self._tab(t) for t in self.titles]}

    def _tab(self, title: str) -> Obj:
        sheet, grid = self.sheet(title), self.grid(title)
        places = [(row, column) for row, line in enumerate(grid) for column in range(len(line))]
        formats = [[row, column, form] for row, column in places if (form := self.format(title, row, column))]
        charts = [{"chart": chart, "series": [vars(one) for one in series]} for chart, series in self.charts(title)]
        return {
            "properties": sheet.properties,
            "grid": grid,
            "formats": formats,
            "notes": [[r, c, cell["note"]] for r, c, cell in sheet.filled(sheet.bounds()) if "note" in cell],
            "merges": sheet.lists["merges"],
            "hiddenRows": self.hidden(title, ROWS),
            "hiddenColumns": self.hidden(title, COLUMNS),
            "columnPixels": {at: one.get("pixelSize") for at, one in sheet.dimensions[COLUMNS].items()},
            "charts": charts,
            "filterViews": sheet.lists["filterViews"],
            "protectedRanges": sheet.lists["protectedRanges"],
            "tables": sheet.lists["tables"],
        }
