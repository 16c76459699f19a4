"""Questions about the sheet on the command line, and the coordinator's messages about it."""

import json
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from sqlalchemy import select

from audit import calendar
from audit.cycle.board import Board
from bot import cli
from bot.commands import function_of
from sheets.tabs import Row, Tab
from storage.sheet_state import SheetDrift
from tests.kit.play import Play

COORDINATOR = "U0COORDIN"


def asked(play: Play, *words: str) -> str:
    """The output of a command; SystemExit with its sentence if it fails."""
    given = cli._parser(words).parse_args(words)  # noqa: SLF001  # as main does
    with redirect_stdout(StringIO()) as said:
        function_of(given.words)(play.settings, given)
    return said.getvalue()


def told(play: Play, about: str) -> list[dict[str, Any]]:
    """The coordinator's direct messages that contain `about`."""
    who = play.person(COORDINATOR)
    return [dict(each) for each in who.messages(who.dm) if about in json.dumps(each, ensure_ascii=False)]


def morning(play: Play, days: int = 1) -> datetime:
    """9:01 on the day that is `days` working days after the product's today."""
    today = calendar.in_london(play.settings.clock.now()).date()
    return calendar.at(calendar.working_days_after(today, days), calendar.OPENING) + timedelta(minutes=1)


def redrawn(play: Play) -> None:
    """Have the sheet looked at again, as after any change, and wait for it."""
    asked(play, "sheet", "rebuild", "2")
    play.settled()


def kept(play: Play) -> list[SheetDrift]:
    with play.reading() as session:
        return list(session.scalars(select(SheetDrift)))


def case_row(board: Board, tab: Tab, reference: str) -> dict[str, object]:
    """Header -> value in a case's row of a tab."""
    case = next(case for case in board.cases if case.reference == reference)
    row: Row = next(row for row in tab.rows if row.key == case.id)
    return dict(zip([column.header for column in tab.columns], row.values, strict=True))
