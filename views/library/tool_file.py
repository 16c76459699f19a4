"""An audit tool as a workbook, by direct message."""

from audit.library import to_xlsform
from audit.tools import Tool
from views.documents import File
from views.parts import Content, View, done, escape

GET = "tool.export"
"""The button that asks for the workbook (value: the mark of a tool)."""
LABEL = "Get it as Excel"

_HOW = (
    "Change what you like, one question a row, and press “Upload a workbook” under “Audit tools”. If it is to be a tool"
    " of its own, write another form_title and form_id in the sheet “settings”. Otherwise it becomes the next version"
    " of this one."
)


def confirmation(tool: Tool) -> View:
    """The confirmation that the workbook comes as a direct message."""
    line = f"📄 *“{escape(tool.title)}” comes as an Excel workbook in a message from this app.*"
    return done("The audit tool", [line, _HOW])


def message(tool: Tool) -> Content:
    """The message that shares the workbook."""
    title = f"{tool.title}, version {tool.version}"
    file = File(f"{tool.key}.xlsx", title, lambda: to_xlsform.workbook(tool))
    return Content(f"📄 The audit tool “{escape(tool.title)}” as an Excel workbook. {_HOW}", [], document=file)
