"""Case by agency: who has answered, and, once a case's summary is out, how each agency graded its own part."""

from datetime import datetime

from audit.cases import CaseView, Line
from audit.cycles import Board
from views.charts import table, word
from views.grades import grade_words
from views.parts import Block, Content, context, count_of, escape, header, paragraphs, section, trimmed
from views.words import when

_UNRELEASED = "A grade shows once its case's summary is out; until then only who has answered."
_NOBODY = "\N{EN DASH}"
"""Where an agency has no part in a case."""


def matrix(board: Board) -> Content:
    """The message: a table, or (`plain`, and where no table holds it) a line a case. `board` as others see it."""
    cycle, lines = board.cycle, [line for case in board.cases for line in case.lines]
    answered = sum(line.result != "awaiting" for line in lines)
    ratified = sum(case.judgement is not None for case in board.cases)
    state = f"{answered} of {count_of(len(lines), 'return')} answered"
    if ratified:
        state += f" · {ratified} of {count_of(len(board.cases), 'case')} ratified"
    deadline = f"Deadline: {when(cycle.due_at, board.now)}"
    top = [header(f"Case by agency: {cycle.title}"), section(f"*{state}*\n{deadline}")]
    told = trimmed([*top, *paragraphs(_told(case, board.now) for case in board.cases), context(_UNRELEASED)])
    drawn = _table(board)
    text = f"Case by agency, {escape(cycle.title)}: {state}."
    return Content(text, [*top, drawn, context(_UNRELEASED)], told) if drawn else Content(text, told)


def _table(board: Board) -> Block | None:
    several = len(board.cycle.areas) > 1
    heads = ["Case", *(["Area"] if several else []), *(short for _, short in board.cycle.agencies)]
    rows = [
        [_name(case), *([case.area] if several else []), *_cells(case, board)]
        for case in board.cases
    ]  # fmt: skip
    return table("Each agency's return, case by case", [[word(text) for text in row] for row in [heads, *rows]])


def _name(case: CaseView) -> str:
    """A case's reference, and whether nothing of it changes any more."""
    return f"{case.reference} (final)" if case.judgement else case.reference


def _cells(case: CaseView, board: Board) -> list[str]:
    lines = {line.agency: _standing(case, line, board.now) for line in case.lines}
    return [lines.get(label, _NOBODY) for label, _ in board.cycle.agencies]


def _standing(case: CaseView, line: Line, now: datetime) -> str:
    """How an agency stands in a case, in few words."""
    if line.result == "awaiting":
        return "Overdue" if now > case.due_at else "Awaited"
    if line.concealed:
        return "Sent late" if line.late else "Sent"
    own, settled = _grade(case, line.result, line.reason), _grade(case, line.settled, line.settled_reason)
    return f"{own} (moderated: {settled})" if line.moderated and line.answers else own


def _grade(case: CaseView, result: str, reason: str | None) -> str:
    if result in {grade.key for grade in case.scale.grades}:
        return case.scale.grade(result).short_label
    return grade_words(case.scale, result, reason)


def _told(case: CaseView, now: datetime) -> str:
    agencies = " · ".join(f"{escape(line.agency_short)}: {escape(_standing(case, line, now))}" for line in case.lines)
    return f"*{escape(_name(case))}* ({escape(case.area)}) {agencies or 'no agency is involved'}"
