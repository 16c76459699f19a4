"""The properties of a new spreadsheet and a new tab, as Google sets them."""

from sandbox.sheets.colours import THEME, WHITE
from sandbox.sheets.model import Sheet, Spreadsheet
from sandbox.sheets.wire import Obj

ROW_PIXELS, COLUMN_PIXELS = 21, 100

DEFAULT_FORMAT: Obj = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}


def spreadsheet_properties(title: str, locale: str, time_zone: str) -> Obj:
    """The properties of a new spreadsheet."""
    colours = [{"colorType": name, "color": {"rgbColor": colour}} for name, colour in THEME.items()]
    return {
        "title": title,
        "locale": locale,
        "autoRecalc": "ON_CHANGE",
        "timeZone": time_zone,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": {"primaryFontFamily": "Arial", "themeColors": colours},
    }


def sheet_properties(sheet_id: int, title: str, index: int) -> Obj:
    """The properties of a new tab."""
    return {
        "sheetId": sheet_id,
        "title": title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }


def new_spreadsheet(new_id: str, title: str, locale: str, time_zone: str) -> Spreadsheet:
    """A spreadsheet with one empty tab, Sheet1, whose sheetId is 0."""
    sheet = Sheet(sheet_properties(0, "Sheet1", 0))
    return Spreadsheet(new_id, spreadsheet_properties(title, locale, time_zone), [sheet])
