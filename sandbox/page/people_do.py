"""What people do to sheets: sort, rename, insert, type, convert, delete, share, lock; and a sentence about each."""

from collections.abc import Callable, Mapping
from typing import Final

from sandbox.desk import Desk
from sandbox.page import grid
from sandbox.page.where import Where
from sandbox.sheets import Look
from sandbox.sheets import Person as Editor
from sandbox.sheets.a1 import letters, parse_corners
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import COLUMNS, Sheet
from sandbox.slack.answers import CannotDo

TITLE: Final = "What we call it"
HEADING: Final = "Our own notes"
TYPED: Final = "typed over"


def do(desk: Desk, where: Where, name: str) -> str:
    """Do what the button `name` says to the tab shown, and return a sentence about it. Raises CannotDo."""
    if name == "another":
        desk.another_sheet()
        return "An empty spreadsheet more, shared with the product. Look at it by its name, and paste its address."
    if name == "draw":
        whose = desk.whose(where.book)
        desk.product.run("sheet", "rebuild", str(desk.number), *(["--for", whose] if whose else []))
        return "The product was told to look at the sheet, and draws it."
    look = desk.drive.spreadsheet(where.book)
    sheet = grid.chosen(look, where.tab)
    try:
        return _DOINGS[name](desk, look, sheet)
    except Refused as refused:
        raise CannotDo(refused.message) from refused


def type_over(desk: Desk, where: Where, cell: str, words: str) -> str:
    """Type `words` into a cell given by its A1 name, and return a sentence about it. Raises CannotDo."""
    area = parse_corners(cell.strip().upper()) if cell.strip() else None
    if area is None:
        raise CannotDo("Which cell? Click one, or write its name, such as C3.")
    look = desk.drive.spreadsheet(where.book)
    sheet = grid.chosen(look, where.tab)
    try:
        _editor(desk, look).type(sheet.title, cell.strip().upper(), words)
    except (Refused, ValueError) as refused:
        raise CannotDo(f"{cell} can't be typed into: {refused}") from refused
    return f"Typed into {cell.strip().upper()}. If the product writes that cell, it comes back as it was."


def _editor(desk: Desk, look: Look) -> Editor:
    """The coordinator, who owns the spreadsheet, with it open in a browser."""
    return Editor(desk.drive, look.book.id)


def _seen(look: Look, sheet: Sheet) -> list[int]:
    """The indexes of the columns that have content and aren't hidden."""
    hidden = set(look.hidden(sheet.title, COLUMNS))
    texts = look.grid(sheet.title)
    wide = max((len(row) for row in texts), default=0)
    return [at for at in range(wide) if at not in hidden]


def _sort(desk: Desk, look: Look, sheet: Sheet) -> str:
    seen, high = _seen(look, sheet), len(look.grid(sheet.title))
    if not seen or high < 3:  # noqa: PLR2004  # a heading and two rows at the least
        raise CannotDo("There is nothing to sort on this tab.")
    last = max(seen)
    _editor(desk, look).sort(sheet.title, f"A2:{letters(last)}{high}", seen[min(1, len(seen) - 1)], descending=True)
    return "Sorted backwards. The product finds its rows by their key, wherever they are. Update now, or send a return."


def _rename(desk: Desk, look: Look, sheet: Sheet) -> str:
    title = TITLE if sheet.title != TITLE else f"{TITLE} now"
    _editor(desk, look).rename_tab(sheet.title, title)
    return "Renamed. The product knows its tab by a mark, and your title stays."


def _insert(desk: Desk, look: Look, sheet: Sheet) -> str:
    seen = _seen(look, sheet)
    at = seen[min(1, len(seen) - 1)] + 1 if seen else 0
    _editor(desk, look).insert_columns(sheet.title, at)
    _editor(desk, look).type(sheet.title, f"{letters(at)}1", HEADING)
    return "A column of your own. It stays with its rows, and the product's columns are found beside it."


def _overtype(desk: Desk, look: Look, sheet: Sheet) -> str:
    seen, texts = _seen(look, sheet), look.grid(sheet.title)
    for row in range(1, len(texts)):
        for column in seen[1:] or seen:
            if texts[row][column] and texts[row][column] != TYPED:
                cell = f"{letters(column)}{row + 1}"
                _editor(desk, look).type(sheet.title, cell, TYPED)
                return f"{cell} typed over. It comes back when the product draws: now, or after the next return."
    raise CannotDo("There is nothing to type over on this tab.")


def _table(desk: Desk, look: Look, sheet: Sheet) -> str:
    if sheet.lists["tables"]:
        _editor(desk, look).convert_to_cells(sheet.title)
        return "Cells again."
    seen, high = _seen(look, sheet), len(look.grid(sheet.title))
    if not seen or high < 2:  # noqa: PLR2004  # a heading and one row at the least
        raise CannotDo("There is nothing to make a table of on this tab.")
    _editor(desk, look).convert_to_table(sheet.title, f"{letters(seen[0])}1:{letters(seen[-1])}{high}")
    return "A table. Sort it, type into it, send a return: new rows come into it, and what is yours stays with its row."


def _delete(desk: Desk, look: Look, sheet: Sheet) -> str:
    _editor(desk, look).delete_tab(sheet.title)
    return f"“{sheet.title}” is deleted. The product makes it anew when it draws: now, or after the next return."


def _link(desk: Desk, look: Look, sheet: Sheet) -> str:
    del sheet
    if any(one["type"] == "anyone" for one in desk.drive.files[look.book.id].permissions):
        desk.drive.restrict(look.book.id)
        return "Shared with people only again. Update now, and what agencies wrote is back."
    desk.drive.share(look.book.id, "", "reader", "anyone")
    return (
        "Anyone who has the link can open it now. Update now, and what agencies wrote is taken out; coordinators are"
        " told."
    )


def _lock(desk: Desk, look: Look, sheet: Sheet) -> str:
    ours = [one for one in sheet.lists["protectedRanges"] if not one.get("warningOnly")]
    for one in ours:
        _editor(desk, look).do(deleteProtectedRange={"protectedRangeId": one["protectedRangeId"]})
    if ours:
        return f"“{sheet.title}” isn't locked any more. Update now."
    _editor(desk, look).do(addProtectedRange={"protectedRange": {"range": {"sheetId": sheet.id}}})
    return f"“{sheet.title}” is locked. Update now: the other tabs are updated, and coordinators are told what to do."


_DOINGS: Final[Mapping[str, Callable[[Desk, Look, Sheet], str]]] = {
    "sort": _sort,
    "rename": _rename,
    "insert": _insert,
    "overtype": _overtype,
    "table": _table,
    "delete": _delete,
    "link": _link,
    "lock": _lock,
}
