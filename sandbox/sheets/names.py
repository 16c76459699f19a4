"""The range that an A1 range or a named range stands for in a spreadsheet."""

from sandbox.sheets.a1 import GridRange, on_sheet, parse_corners, split
from sandbox.sheets.errors import Refused
from sandbox.sheets.model import Sheet, Spreadsheet


def _titled(book: Spreadsheet, title: str) -> Sheet | None:
    return next((sheet for sheet in book.sheets if sheet.title.casefold() == title.casefold()), None)


def _named(book: Spreadsheet, name: str) -> GridRange | None:
    ranges = (one["range"] for one in book.named_ranges if one["name"].casefold() == name.casefold())
    return next((GridRange.read(one) for one in ranges), None)


def resolve(book: Spreadsheet, text: str) -> GridRange:
    """The range of `Tab!A1:B2`, `A1:B2` (on the first tab), a tab's title, or a named range. Raises Refused."""
    try:
        title, rest = split(text)
    except ValueError:
        raise unparsable(text) from None
    if title is not None:
        sheet = _titled(book, title)
        named = _named(book, rest)
        if sheet is not None and named is not None:
            return named
        area = parse_corners(rest) if rest else GridRange()
        if sheet is None or area is None:
            raise unparsable(text)
        return on_sheet(area, sheet.id)
    named = _named(book, text)
    if named is not None:
        return named
    sheet = _titled(book, text)
    if sheet is not None and parse_corners(text) is None:
        return GridRange(sheet.id)
    area = parse_corners(text)
    if area is None:
        raise unparsable(text)
    return on_sheet(area, book.sheets[0].id)


def unparsable(text: str) -> Refused:
    """The refusal of a text that isn't a range."""
    return Refused(f"Unable to parse range: {text}")
