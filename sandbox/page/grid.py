"""The right side of the page: the sheet as a grid with its colours and charts, and buttons for people's edits."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from markupsafe import Markup

from sandbox.desk import Desk, address
from sandbox.page.charts import Line, Plot, chart
from sandbox.page.html import el
from sandbox.page.where import Where
from sandbox.sheets import Look, Series
from sandbox.sheets.a1 import letters
from sandbox.sheets.colours import rgb
from sandbox.sheets.model import COLUMNS, ROWS, Sheet
from sandbox.slack.shapes import Obj, obj, text

WIDTH: Final = 100
SPARE_ROWS: Final = 3
"""Empty rows shown below the last one with content, to type into."""
ABUSES: Final = (
    ("sort", "Sort", "Sort the rows by the last column, backwards"),
    ("rename", "Rename tab", "Give this tab a title of your own"),
    ("insert", "Insert column", "Insert a column of your own after the first one shown"),
    ("overtype", "Overtype a cell", "Type over a cell that the product writes"),
    ("table", "Convert to table", "Make a table of what is seen of this tab, or (pressed again) cells of it"),
    ("delete", "Delete tab", "Delete this tab"),
    ("link", "Link sharing", "Let anyone who has the link open the sheet, or (pressed again) people only"),
    ("lock", "Lock tab", "Protect this tab, so that only its owner may edit it, or (pressed again) no more"),
)


@dataclass(frozen=True)
class Shown:
    """A tab as it is rendered: the indexes of its visible rows and columns, widths in pixels, and frozen counts."""

    look: Look
    sheet: Sheet
    rows: list[int]
    columns: list[int]
    widths: list[int]
    frozen_rows: int
    frozen_columns: int


def chosen(look: Look, tab: str) -> Sheet:
    """The tab with that sheetId, or else the second one (Status), or else the first."""
    found = [one for one in look.book.sheets if str(one.id) == tab]
    return found[0] if found else look.book.sheets[min(1, len(look.book.sheets) - 1)]


def grid(desk: Desk, where: Where) -> Markup:
    """The right side: a spreadsheet with its tabs, and links to other spreadsheets."""
    if where.book not in desk.drive.files:
        return el("p", "The spreadsheet is gone.", class_="nothing")
    look = desk.drive.spreadsheet(where.book)
    sheet = chosen(look, where.tab)
    head = el(
        "header",
        el("h2", look.book.title),
        el("span", "the stand-in for Google Sheets", class_="about"),
        _books(desk, where),
    )
    drawn = [_abuses(), _formula_bar(sheet), _drawn(look, sheet), _tabs(look, sheet, where)]
    return el("div", head, None if desk.knows(where.book) else _address(where.book), drawn, class_="book")


def _books(desk: Desk, where: Where) -> Markup:
    """Links to the spreadsheets, if there are several, and a button for another one."""
    books = [file.book for file in list(desk.drive.files.values())]
    links = [
        el("a", book.title, href=where.to(book=book.id, tab=""), data_go="book", id=f"book|{book.id}",
           aria_current="page" if book.id == where.book else None)
        for book in books
    ]  # fmt: skip
    more = el("button", "Another sheet", type="button", data_sheet="another", id="sheet|another",
              title="An empty spreadsheet, to be lent to one agency or for one area")  # fmt: skip
    return el("nav", links if len(books) > 1 else None, more, class_="books", aria_label="Spreadsheets")


def _address(book: str) -> Markup:
    """The spreadsheet's address, to be pasted where the product asks for it."""
    words = "This sheet is shared with the product. Paste its address where the product asks for the Google Sheet:"
    box = el("input", value=address(book), readonly=True, id="address", data_whole=True,
             aria_label="This sheet's address")  # fmt: skip
    return el("div", el("label", words, for_="address"), box, class_="address")


def _abuses() -> Markup:
    buttons = [
        el("button", words, type="button", title=about, data_sheet=name, id=f"sheet|{name}")
        for name, words, about in ABUSES
    ]
    draw = el("button", "Update now", type="button", data_sheet="draw", id="sheet|draw", class_="primary",
              title="Tell the product to look at the sheet; it does so after each return anyhow")  # fmt: skip
    return el("div", buttons, draw, class_="abuses", role="group",
              aria_label="What people do to sheets")  # fmt: skip


def _formula_bar(sheet: Sheet) -> Markup:
    cell = el(
        "input", name="cell", id="cell", value="", size=5, aria_label="Cell", placeholder="C3", autocomplete="off"
    )
    words = el("input", name="words", id="cell-words", aria_label="What to type into the cell", autocomplete="off",
               placeholder="Click a cell, type over it, press Enter")  # fmt: skip
    enter = el("button", "Type", type="submit", id="cell-type")
    return el("form", cell, words, enter, class_="formula", data_type=True, data_of=sheet.id)


def _tabs(look: Look, chosen: Sheet, where: Where) -> Markup:
    seen = [sheet for sheet in look.book.sheets if not sheet.properties.get("hidden")]
    links = [el("li", _tab(sheet, where, here=sheet.id == chosen.id)) for sheet in seen]
    return el("nav", el("ul", links), class_="tabs", aria_label="Tabs of the sheet")


def _tab(sheet: Sheet, where: Where, *, here: bool) -> Markup:
    own, current = str(sheet.id), "page" if here else None
    return el("a", sheet.title, href=where.to(tab=own), data_go="tab", id=f"tab|{own}", aria_current=current)


def _shown(look: Look, sheet: Sheet) -> Shown:
    texts = look.grid(sheet.title)
    hidden = {dimension: set(look.hidden(sheet.title, dimension)) for dimension in (ROWS, COLUMNS)}
    high, wide = len(texts) + SPARE_ROWS, max((len(row) for row in texts), default=0) + 1
    rows = [at for at in range(min(high, sheet.row_count)) if at not in hidden[ROWS]]
    columns = [at for at in range(min(wide, sheet.column_count)) if at not in hidden[COLUMNS]]
    sizes = sheet.dimensions[COLUMNS]
    widths = [int(sizes.get(at, {}).get("pixelSize", WIDTH)) for at in columns]
    own = obj(sheet.properties.get("gridProperties"))
    frozen = [sum(at < _count(own, name) for at in seen) for name, seen in
              (("frozenRowCount", rows), ("frozenColumnCount", columns))]  # fmt: skip
    return Shown(look, sheet, rows, columns, widths, *frozen)


def _count(own: Obj, name: str) -> int:
    value = own.get(name)
    return value if isinstance(value, int) else 0


def _drawn(look: Look, sheet: Sheet) -> Markup:
    shown = _shown(look, sheet)
    columns = [el("col", class_="numbers"), *(el("col", style=f"width:{width}px") for width in shown.widths)]
    heads = [el("th", letters(at), scope="col", **_stuck(shown, number, 0)) for number, at in enumerate(shown.columns)]
    head = el("tr", el("td", class_="corner"), heads)
    body = [_row(shown, number, at) for number, at in enumerate(shown.rows)]
    total = 40 + sum(shown.widths)
    table = el("table", el("colgroup", columns), el("thead", head), el("tbody", body), style=f"width:{total}px")
    pictures = [chart(_plot(one, series)) for one, series in look.charts(sheet.title)]
    names = [
        text(one.get("name")) for one in look.book.named_ranges if _count(obj(one.get("range")), "sheetId") == sheet.id
    ]
    named = el("p", f"Named ranges: {', '.join(names)}", class_="nothing") if names else None
    return el(
        "div",
        table,
        pictures,
        named,
        id="grid",
        class_="grid",
        tabindex=0,
        role="region",
        aria_label=f"Sheet {sheet.title}",
    )


def _stuck(shown: Shown, number: int, above: int) -> dict[str, str]:
    """The class and style of a frozen column's cell; empty for other columns."""
    del above
    if number >= shown.frozen_columns:
        return {}
    left = 40 + list(accumulate([0, *shown.widths]))[number]
    return {"class_": "frozen", "style": f"left:{left}px"}


def _row(shown: Shown, number: int, at: int) -> Markup:
    cells = [_cell(shown, at, column, place) for place, column in enumerate(shown.columns)]
    frozen = number < shown.frozen_rows
    return el("tr", el("th", at + 1, scope="row", class_="numbers"), cells, class_="frozen" if frozen else None)


def _cell(shown: Shown, row: int, column: int, place: int) -> Markup:
    title = shown.sheet.title
    words = shown.look.text(title, row, column)
    form = shown.look.format(title, row, column)
    stuck = _stuck(shown, place, row)
    look = _styles(form)
    style = ";".join(one for one in (stuck.get("style", ""), look) if one)
    note = text(shown.sheet.cell(row, column).get("note")) or None
    leads = text(obj(obj(form.get("textFormat")).get("link")).get("uri"))
    wraps = "wrap" if form.get("wrapStrategy") == "WRAP" else ""
    names = " ".join(one for one in (stuck.get("class_", ""), wraps, "noted" if note else "") if one)
    return el("td", el("div", words) if words else None, style=style or None, class_=names or None,
              title=note or (f"Leads to {leads}" if leads and words else None),
              data_cell=f"{letters(column)}{row + 1}")  # fmt: skip


def _styles(form: Obj) -> str:
    style = obj(form.get("textFormat"))
    parts = [
        _colour("background", form.get("backgroundColor")),
        _colour("color", style.get("foregroundColor")),
        "font-weight:600" if style.get("bold") else "",
        "font-style:italic" if style.get("italic") else "",
        {"CENTER": "text-align:center", "RIGHT": "text-align:right"}.get(text(form.get("horizontalAlignment")), ""),
    ]
    return ";".join(part for part in parts if part)


def _colour(name: str, given: object) -> str:
    parts = rgb(obj(given)) if given else None
    return f"{name}:{_hex(parts)}" if parts else ""


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _plot(given: Obj, series: list[Series]) -> Plot:
    spec = obj(given.get("spec"))
    basic = obj(spec.get("basicChart"))
    kind = {"LINE": "line", "AREA": "area"}.get(text(basic.get("chartType")), "bar")
    colours = [_series_colour(one) for one in basic.get("series", [])]  # type: ignore[attr-defined]
    lines = [
        Line(one.name, [float(value) if isinstance(value, int | float) else 0.0 for value in one.values], colour)
        for one, colour in zip(series, colours, strict=False)
    ]
    categories = series[0].categories if series else []
    stacked = kind == "bar" and basic.get("stackedType") == "STACKED"
    return Plot("stacked" if stacked else kind, text(spec.get("title")), categories, lines)  # type: ignore[arg-type]


def _series_colour(one: Obj) -> str:
    colour = obj(obj(one.get("colorStyle")).get("rgbColor")) or obj(one.get("color"))
    parts = rgb(colour) if colour else None
    return _hex(parts) if parts else ""
