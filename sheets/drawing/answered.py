"""The tab Answers: how many returns gave each answer to the questions that are counted, in all and by area."""

from collections.abc import Iterator
from dataclasses import asdict

from audit.cycle.answered import ASKED, NUMBERS, AnswerCounts, Answered
from audit.cycle.board import Board
from audit.cycle.tally import AS_RELEASED
from sheets.drawing.counts import whole
from sheets.tabs import Column, Row, Tab, Value
from sheets.text import clean

SHEET_ID = 731_000_007
_BEFORE = (Column("question", "Question", 260, identity=True), Column("answer", "Answer", 170, identity=True))
_HEADS = {"sent": "Returns that are there", ASKED: "Returns that were asked"}


def tab(board: Board) -> Tab:
    """The tab Answers: how many were asked each question and gave each answer; for numbers, lowest, median, highest."""
    areas = board.answered[0].by_area
    by_area = (Column(f"area:{area}", clean(area), 90) for area in areas)
    columns = (*_BEFORE, Column("all", whole(board), 110), *by_area)
    rows = (row for each in board.answered for row in _rows(each))
    released = Row("released", (AS_RELEASED, *[""] * (len(columns) - 1)))
    return Tab("answers", "Answers", SHEET_ID, columns, (*rows, released), frozen=2)


def _rows(each: Answered) -> Iterator[Row]:
    parts = (each.whole, *each.by_area.values())
    for key, label in {**_HEADS, **each.labels, **(NUMBERS if each.number else {})}.items():
        values = (_value(said, key) for said in parts)
        yield Row(f"{each.key}:{key}", (clean(each.name), clean(label), *values))


def _value(said: AnswerCounts, row: str) -> Value:
    """The cell of one row: a count, or one of the figures for numbers; "" if there is none."""
    counts: dict[str, Value] = {"sent": said.sent, **said.rows, **(asdict(said.numbers) if said.numbers else {})}
    return counts.get(row, "")
