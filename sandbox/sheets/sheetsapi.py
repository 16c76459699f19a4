"""The Sheets v4 methods."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sandbox.sheets import render, valueapi
from sandbox.sheets.a1 import GridRange
from sandbox.sheets.batch import engine, metadata, tabs
from sandbox.sheets.batch.context import Batch
from sandbox.sheets.defaults import sheet_properties, spreadsheet_properties
from sandbox.sheets.drive import Drive, File
from sandbox.sheets.errors import Refused, no_permission, not_found
from sandbox.sheets.masks import Mask, response_mask, under
from sandbox.sheets.model import Sheet, Spreadsheet
from sandbox.sheets.names import resolve
from sandbox.sheets.wire import Obj

Answered = TypeVar("Answered")


@dataclass
class Call:
    """A request to the Sheets API: user, parts of the path, query (name -> values), body (checked by schema)."""

    drive: Drive
    user: str
    parts: dict[str, str]
    query: dict[str, list[str]]
    body: Obj

    def option(self, name: str) -> str | None:
        """The last value of a query parameter, or None."""
        values = self.query.get(name)
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """Whether a query parameter is true."""
        return (self.option(name) or "").lower() in ("true", "1")

    @property
    def options(self) -> Obj:
        """The query parameters by name (last values), with flags as booleans."""
        flags = {"includeValuesInResponse": self.flag("includeValuesInResponse")}
        return {name: values[-1] for name, values in self.query.items() if values} | flags

    def file(self, rank: str) -> File:
        """The spreadsheet in the path, if the user's role is at least `rank`. Raises Refused."""
        return self.drive.file(self.parts["id"], self.user, rank)

    def write(self, work: Callable[[Batch], Answered]) -> Answered:
        """Do `work` on a copy of the spreadsheet, and keep the copy unless `work` raises Refused."""
        file = self.file("writer")
        batch = Batch(file.book.snapshot(), self.user, self.user == file.owner)
        answer = work(batch)
        batch.changed()
        self.drive.commit(file, batch.book)
        return answer


def mask_of(call: Call, type_name: str) -> Mask:
    """The mask of the `fields` parameter; empty for everything."""
    text = call.option("fields") or call.option("$fields")
    return response_mask(text, type_name) if text else {}


def wants_grid(call: Call, mask: Mask, *, asked: bool) -> bool:
    """Whether the answer includes cells: if `fields` is given, when it names them, and otherwise if `asked`."""
    if not (call.option("fields") or call.option("$fields")):
        return asked
    inner = under(mask, "sheets")
    return inner is not None and under(inner, "data") is not None


def get(call: Call) -> Obj:
    """spreadsheets.get."""
    mask = mask_of(call, "Spreadsheet")
    book = call.file("reader").book
    areas = [_placed(book, text) for text in call.query.get("ranges", []) if text]
    grid = wants_grid(call, mask, asked=call.flag("includeGridData"))
    bands = not call.flag("excludeTablesInBandedRanges")
    return render.spreadsheet(book, mask, areas or None, grid=grid, table_bands=bands)


def _placed(book: Spreadsheet, text: str) -> GridRange:
    return valueapi.place(book, text)[1]


def create(call: Call) -> Obj:
    """spreadsheets.create."""
    given = call.body
    if call.user.endswith(".gserviceaccount.com") and not call.drive.service_accounts_may_create:
        raise no_permission()
    wanted = given.get("properties", {})
    key = call.drive.create_spreadsheet(
        wanted.get("title", "Untitled spreadsheet"),
        call.user,
        locale=wanted.get("locale", "en_US"),
        zone=wanted.get("timeZone", "Etc/GMT"),
    )
    file = call.drive.files[key]
    book = file.book
    for sheet in given.get("sheets", []):
        properties = sheet.get("properties", {})
        number = len(book.sheets) if book.sheets[0].properties.get("asked") else 0
        _add_asked(book, properties, number)
    for sheet in book.sheets:
        sheet.properties.pop("asked", None)
    base = spreadsheet_properties(book.title, str(book.properties["locale"]), str(book.properties["timeZone"]))
    book.properties = base | wanted | {"title": book.title}
    call.drive.commit(file, book)
    return render.spreadsheet(book, mask_of(call, "Spreadsheet"), None, grid=False)


def _add_asked(book: Spreadsheet, given: Obj, number: int) -> None:
    title = given.get("title") or f"Sheet{number + 1}"
    made = sheet_properties(given.get("sheetId", book.fresh_id() if number else 0), title, number)
    grid = tabs.tidy_grid(made["gridProperties"] | given.get("gridProperties", {}))
    sheet = Sheet(made | given | {"title": title, "index": number, "gridProperties": grid, "asked": True})
    if number == 0:
        book.sheets = []
    book.sheets.append(sheet)


def batch_update(call: Call) -> Obj:
    """spreadsheets.batchUpdate."""
    file = call.file("writer")
    book, replies = engine.run(file.book, call.body.get("requests", []), call.user, owner=call.user == file.owner)
    call.drive.commit(file, book)
    answer: Obj = {"spreadsheetId": book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        mask = mask_of(call, "BatchUpdateSpreadsheetResponse")
        inner = under(mask, "updatedSpreadsheet") or {}
        areas = [resolve(book, text) for text in call.body.get("responseRanges", [])]
        grid = wants_grid(call, inner, asked=bool(call.body.get("responseIncludeGridData")))
        answer["updatedSpreadsheet"] = render.spreadsheet(book, inner, areas or None, grid=grid)
    return answer


def get_by_data_filter(call: Call) -> Obj:
    """spreadsheets.getByDataFilter."""
    mask = mask_of(call, "Spreadsheet")
    book = call.file("reader").book
    areas = [area for one in call.body.get("dataFilters", []) for area in filtered(book, one)]
    grid = wants_grid(call, mask, asked=bool(call.body.get("includeGridData")))
    bands = not call.body.get("excludeTablesInBandedRanges")
    return render.spreadsheet(book, mask, areas or None, grid=grid, table_bands=bands)


def filtered(book: Spreadsheet, data_filter: Obj) -> list[GridRange]:
    """The ranges that a data filter selects."""
    if "a1Range" in data_filter:
        return [_placed(book, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        area = GridRange.read(data_filter["gridRange"])
        book.by_id(area.sheet_id)
        return [area]
    areas = [metadata.area_of(one) for one in metadata.matching(book, [data_filter])]
    return [area for area in areas if area is not None]


def metadata_get(call: Call) -> Obj:
    """spreadsheets.developerMetadata.get."""
    book = call.file("reader").book
    try:
        return book.metadata[int(call.parts["number"])]
    except KeyError:
        raise not_found() from None


def metadata_search(call: Call) -> Obj:
    """spreadsheets.developerMetadata.search."""
    book = call.file("reader").book
    filters = call.body.get("dataFilters", [])
    if not filters:
        raise Refused("Must specify at least one data filter.")
    found = [
        {
            "developerMetadata": one,
            "dataFilters": [given for given in filters if metadata.selects(book, given, one)],
        }
        for one in metadata.matching(book, filters)
    ]
    return {"matchedDeveloperMetadata": found} if found else {}


def copy_to(call: Call) -> Obj:
    """spreadsheets.sheets.copyTo."""
    source = call.file("reader").book
    target = call.drive.file(call.body.get("destinationSpreadsheetId", ""), call.user, "writer")
    sheet = source.by_id(int(call.parts["number"]))
    batch = Batch(target.book.snapshot(), call.user, owner=True)
    copy = tabs.copied(batch, sheet, batch.book.fresh_id(), tabs.copy_title(batch, sheet.title))
    tabs.place(batch, copy, None)
    batch.book.check_size()
    call.drive.commit(target, batch.book)
    return copy.properties
