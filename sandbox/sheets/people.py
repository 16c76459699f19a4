"""What people do to a spreadsheet in the browser, by the same requests as the API's; no quota applies."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.sheets.a1 import Box, GridRange, column_number, on_sheet, parse_corners
from sandbox.sheets.drive import OWNER, Drive
from sandbox.sheets.model import COLUMNS, ROWS, Sheet
from sandbox.sheets.wire import Obj


@dataclass(frozen=True)
class Person:
    """A person with the spreadsheet open. Tabs are given by title, cells and ranges in A1, rows and columns 0-based."""

    drive: Drive
    spreadsheet_id: str
    email: str = OWNER

    def do(self, **request: Obj) -> Obj:
        """Do any single batchUpdate request, as in `do(addSheet={...})`, and return its reply."""
        return self.drive.batch_update(self.spreadsheet_id, [dict(request)], self.email)[0]

    def tab(self, title: str) -> Sheet:
        """The tab as it is now."""
        return self.drive.spreadsheet(self.spreadsheet_id).sheet(title)

    def _range(self, title: str, a1: str) -> Obj:
        area = parse_corners(a1)
        if area is None:
            raise ValueError(a1)
        return on_sheet(area, self.tab(title).id).json()

    def _span(self, title: str, dimension: str, start: int, length: int) -> Obj:
        tab = self.tab(title)
        return {"sheetId": tab.id, "dimension": dimension, "startIndex": start, "endIndex": start + length}

    def _cell(self, title: str, a1: str) -> Obj:
        area = self._range(title, a1)
        start = {"rowIndex": area["startRowIndex"], "columnIndex": area["startColumnIndex"]}
        return {"sheetId": area.get("sheetId", 0)} | start

    def sort(self, title: str, a1: str, column: int, *, descending: bool = False) -> None:
        """Sort a range by a column."""
        order = "DESCENDING" if descending else "ASCENDING"
        specs = [{"dimensionIndex": column, "sortOrder": order}]
        self.do(sortRange={"range": self._range(title, a1), "sortSpecs": specs})

    def filter(self, title: str, a1: str, column: int, hide: list[str]) -> None:
        """Set a filter on a range that hides the rows with these texts in a column."""
        criteria = {str(column): {"hiddenValues": hide}}
        self.do(setBasicFilter={"filter": {"range": self._range(title, a1), "criteria": criteria}})

    def hide_rows(self, title: str, start: int, length: int = 1) -> None:
        """Hide rows."""
        self._hide(self._span(title, ROWS, start, length))

    def hide_column(self, title: str, at: int) -> None:
        """Hide a column."""
        self._hide(self._span(title, COLUMNS, at, 1))

    def _hide(self, span: Obj) -> None:
        properties = {"hiddenByUser": True}
        self.do(updateDimensionProperties={"range": span, "properties": properties, "fields": "hiddenByUser"})

    def insert_rows(self, title: str, at: int, length: int = 1) -> None:
        """Insert empty rows."""
        self.do(insertDimension={"range": self._span(title, ROWS, at, length), "inheritFromBefore": at > 0})

    def insert_columns(self, title: str, at: int, length: int = 1) -> None:
        """Insert empty columns."""
        self.do(insertDimension={"range": self._span(title, COLUMNS, at, length), "inheritFromBefore": at > 0})

    def delete_rows(self, title: str, at: int, length: int = 1) -> None:
        """Delete rows."""
        self.do(deleteDimension={"range": self._span(title, ROWS, at, length)})

    def delete_columns(self, title: str, at: int, length: int = 1) -> None:
        """Delete columns."""
        self.do(deleteDimension={"range": self._span(title, COLUMNS, at, length)})

    def move_rows(self, title: str, start: int, to: int, length: int = 1) -> None:
        """Drag rows before the row that is now at `to`."""
        self.do(moveDimension={"source": self._span(title, ROWS, start, length), "destinationIndex": to})

    def move_columns(self, title: str, start: int, to: int, length: int = 1) -> None:
        """Drag columns before the column that is now at `to`."""
        self.do(moveDimension={"source": self._span(title, COLUMNS, start, length), "destinationIndex": to})

    def type(self, title: str, a1: str, text: str) -> None:
        """Type into a cell; text that looks like a formula, a number or a date becomes one, and "" empties the cell."""
        self.paste(title, a1, [[text]])

    def paste(self, title: str, a1: str, rows: list[list[str]]) -> None:
        """Paste a block with its top left cell at `a1`; an empty text empties its cell."""
        start = self._cell(title, a1)
        lines = ["\t".join('"' + text.replace('"', '""') + '"' for text in row) for row in rows]
        self.do(pasteData={"coordinate": start, "data": "\n".join(lines), "type": "PASTE_VALUES", "delimiter": "\t"})

    def clear(self, title: str, a1: str) -> None:
        """Select a range and press Delete."""
        self.do(updateCells={"range": self._range(title, a1), "fields": "userEnteredValue"})

    def merge(self, title: str, a1: str) -> None:
        """Merge cells into one."""
        self.do(mergeCells={"range": self._range(title, a1), "mergeType": "MERGE_ALL"})

    def colour(self, title: str, a1: str, red: float, green: float, blue: float) -> None:
        """Set the background of cells; each part from 0 to 1."""
        look = {"backgroundColor": {"red": red, "green": green, "blue": blue}}
        cell = {"userEnteredFormat": look}
        fields = "userEnteredFormat.backgroundColor"
        self.do(repeatCell={"range": self._range(title, a1), "cell": cell, "fields": fields})

    def note(self, title: str, a1: str, text: str) -> None:
        """Attach a note to the cells."""
        self.do(repeatCell={"range": self._range(title, a1), "cell": {"note": text}, "fields": "note"})

    def add_tab(self, title: str, index: int | None = None) -> int:
        """Add a tab and return its sheetId."""
        place = {} if index is None else {"index": index}
        return int(self.do(addSheet={"properties": {"title": title} | place})["addSheet"]["properties"]["sheetId"])

    def rename_tab(self, title: str, new: str) -> None:
        """Give a tab another title."""
        self.do(updateSheetProperties={"properties": {"sheetId": self.tab(title).id, "title": new}, "fields": "title"})

    def move_tab(self, title: str, index: int) -> None:
        """Drag a tab before the one that is now at `index`."""
        properties = {"sheetId": self.tab(title).id, "index": index}
        self.do(updateSheetProperties={"properties": properties, "fields": "index"})

    def delete_tab(self, title: str) -> None:
        """Delete a tab."""
        self.do(deleteSheet={"sheetId": self.tab(title).id})

    def convert_to_table(self, title: str, a1: str, types: Mapping[str, str] | None = None) -> str:
        """Convert a range to a table, with column types guessed as the browser does, and return the table's id.

        `types`: Google's column types by the letters of columns. A dropdown offers the column's present texts.
        """
        box = self.tab(title).bounds(GridRange.read(self._range(title, a1)))
        wanted = {column_number(letters): kind for letters, kind in (types or {}).items()}
        columns = [self._column(title, box, at, wanted.get(at)) for at in box.columns]
        table = {"range": self._range(title, a1), "columnProperties": [one for one in columns if "columnType" in one]}
        return str(self.do(addTable={"table": table})["addTable"]["table"]["tableId"])

    def _column(self, title: str, box: Box, at: int, kind: str | None) -> Obj:
        tab = self.tab(title)
        cells = [cell for row in range(box.top + 1, box.bottom) if (cell := tab.cell(row, at)).get("userEnteredValue")]
        kinds = {self._kind(cell) for cell in cells}
        chosen = kind or (kinds.pop() if len(kinds) == 1 else "")
        header = self.drive.spreadsheet(self.spreadsheet_id).text(title, box.top, at)
        made: Obj = {"columnIndex": at - box.left, "columnName": header} | ({"columnType": chosen} if chosen else {})
        if chosen == "DROPDOWN":
            texts = sorted({str(next(iter(cell["userEnteredValue"].values()))) for cell in cells}) or ["Yes"]
            condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": one} for one in texts]}
            made["dataValidationRule"] = {"condition": condition}
        return made

    @staticmethod
    def _kind(cell: Obj) -> str:
        """The column type that a cell suggests, "" for none."""
        if "boolValue" in cell["userEnteredValue"]:
            return "BOOLEAN"
        if "numberValue" not in cell["userEnteredValue"]:
            return ""
        form = cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "")
        return form if form in ("DATE", "DATE_TIME") else "DOUBLE"

    def convert_to_cells(self, title: str) -> None:
        """Convert the tables of a tab to unformatted data; the cells stay."""
        file = self.drive.files[self.spreadsheet_id]
        book = file.book.snapshot()
        book.sheet(title).lists["tables"] = []
        self.drive.commit(file, book)

    def add_rows_below(self, title: str, rows: list[list[str]]) -> int:
        """Write rows below the last one, and return the index of the first."""
        top = max(self.tab(title).cells, default=-1) + 1
        self.paste(title, f"A{top + 1}", rows)
        return top
