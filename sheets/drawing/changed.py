"""The tab What changed: of each case, what is otherwise than it was yesterday, and a week ago."""

from datetime import datetime, time, timedelta

from audit.calendar import at, in_london
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board
from audit.cycle.history import Stood
from audit.scales import AWAITING
from sheets.drawing.words import CONCEALED, DECLINED, LINK, NIL, grade_label, link, moment
from sheets.tabs import Column, Row, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_008
_NOTHING, _NO_JUDGEMENT = "no return", "not ratified"
_GIVEN = {AWAITING: _NOTHING, "nil": NIL, "declined": DECLINED}


def tab(board: Board) -> Tab:
    """What changed: a row for each case, so that rows neither come nor go with each change."""
    today = in_london(board.now).date()
    since = [at(today - timedelta(days=days), time()) for days in (1, 7)]
    columns = (
        Column("reference", "Case", 120, identity=True),
        *([Column("area", "Area", 90)] if board.cycle.areas else []),
        Column("yesterday", "Since yesterday", 340, wrap=True),
        Column("week", "Since a week ago", 340, wrap=True),
        Column("last", "Last change (London)", 190, kind="moment"),
        LINK,
    )
    rows = tuple(_row(board, case, since) for case in board.cases)
    return Tab("changed", "What changed", SHEET_ID, columns, rows, frozen=1)


def _row(board: Board, case: CaseView, since: list[datetime]) -> Row:
    area = [clean(case.area)] if board.cycle.areas else []
    said = [fit("\n".join(_changes(board, case, when)), "the rest is on Returns") for when in since]
    last = None if case.concealed else board.history.last_change(case.id, [line.return_id for line in case.lines])
    return Row(case.id, (clean(case.reference), *area, *said, moment(last), link(board, case)))


def _changes(board: Board, case: CaseView, since: datetime) -> list[str]:
    """A line for each agency whose return is otherwise than it was, and one for the judgement."""
    shorts = dict(board.cycle.agencies)
    told = [(clean(shorts.get(line.agency, line.agency)), _of_line(board, case, line, since)) for line in case.lines]
    judged = "" if case.concealed else _of_judgement(board, case, since)
    return [f"{who}: {what}" for who, what in (*told, ("Judgement", judged)) if what]


def _of_line(board: Board, case: CaseView, line: Line, since: datetime) -> str:
    was, now = board.history.stood(line.return_id, since), board.history.stood(line.return_id, board.now)
    words = [_word(case, each, concealed=line.concealed or case.concealed) for each in (was, now)]
    if words[0] != words[1]:
        return " → ".join(words)
    return "its return was changed" if was.version != now.version else ""


def _word(case: CaseView, stood: Stood, *, concealed: bool) -> str:
    """A result in a word; one that isn't out yet says only that something was sent."""
    if stood.result in _GIVEN:
        return _GIVEN[stood.result]
    return CONCEALED if concealed else grade_label(case.scale, stood.settled)


def _of_judgement(board: Board, case: CaseView, since: datetime) -> str:
    was, now = (board.history.judged(case.id, when) for when in (since, board.now))
    if was == now:
        return ""
    return " → ".join(grade_label(case.scale, grade) if grade else _NO_JUDGEMENT for grade in (was, now))
