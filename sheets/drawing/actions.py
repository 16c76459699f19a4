"""The tab Actions: what was recommended, who owns it, and how far it is."""

from sheets.tabs import Column, Tab

SHEET_ID = 731_000_005
COLUMNS = (
    Column("action", "Action", 360, identity=True),
    Column("from", "Case or recommendation", 180),
    Column("owner", "Owner", 180),
    Column("due", "Due", 110),
    Column("status", "Status", 110),
    Column("impact", "Impact and evidence", 300),
)


def tab() -> Tab:
    """Actions: its header, until the product knows actions."""
    return Tab("actions", "Actions", SHEET_ID, COLUMNS, (), frozen=1)
