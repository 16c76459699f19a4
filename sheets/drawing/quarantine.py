"""The tab Quarantine: rows that were set aside, with when and why. It is created when it is first needed."""

from collections.abc import Sequence
from datetime import datetime

from sheets import seals
from sheets.drawing.words import moment
from sheets.find_edits import SetAside
from sheets.tabs import Column, Row, Tab
from sheets.text import clean, parts

SHEET_ID = 731_000_099
COLUMNS = (
    Column("when", "Set aside (London)", 190, kind="moment"),
    Column("tab", "From tab", 110),
    Column("about", "Row", 220),
    Column("why", "Why", 260),
    Column("held", "What it held", 600, wrap=True),
)


WITHHELD = "Withheld: who coordinates reads it in Slack"
NOTHING = "Nothing but what that row holds too"


def tab(rows: Sequence[SetAside], when: datetime, *, withheld: bool) -> Tab:
    """The tab Quarantine with `rows` to be added below the existing ones; `withheld`: without their contents."""
    return Tab("quarantine", "Quarantine", SHEET_ID, COLUMNS, tuple(_rows(rows, when, withheld=withheld)), kept=True)


def _rows(rows: Sequence[SetAside], when: datetime, *, withheld: bool) -> list[Row]:
    made = []
    for number, row in enumerate(rows):
        text = (WITHHELD if withheld else row.held) if row.held else NOTHING
        for part, held in enumerate(parts(text)):
            key = f"{when.isoformat()} {number}.{part} {seals.digest(row.row_key, 8)}"
            why = row.why if part == 0 else f"{row.why} (continued)"
            made.append(Row(key, (moment(when), clean(row.tab), clean(row.about), why, held)))
    return made
