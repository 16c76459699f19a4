"""A cycle's sheet as an Excel workbook, by direct message."""

from audit.cycle_facts import CycleView
from views.documents import File
from views.parts import Content, View, done, escape

EXPORT = "sheet.export"
LABEL = "Get it as Excel"

_CARE = (
    "It holds what the sheet shows, and isn't kept up to date. Do not pass it on, and delete it once you have"
    " finished with it."
)


def confirmation(cycle: CycleView) -> View:
    """The confirmation that the file comes as a direct message."""
    line = f"📄 *The sheet of {escape(cycle.name)} comes as an Excel workbook in a message from this app.*"
    return done("The sheet", [line, _CARE])


def message(cycle: CycleView, file: File) -> Content:
    """The message that shares the workbook."""
    return Content(f"📄 The sheet of {escape(cycle.name)} as an Excel workbook. {_CARE}", [], document=file)
