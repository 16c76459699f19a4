"""A sheet's name, as a link if it has a spreadsheet."""

from audit.sheet.spreadsheet_address import link
from audit.whose_sheet import named
from views.parts import escape


def linked(number: int, whose: str, spreadsheet_id: str | None) -> str:
    """The sheet's name (mrkdwn), as a link if it has a spreadsheet."""
    name, url = f"Sheet of {escape(named(number, whose))}", link(spreadsheet_id)
    return f"<{url}|{name}>" if url else name
