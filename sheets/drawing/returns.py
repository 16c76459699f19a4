"""The tab Returns: one row per involvement, with a column for each question."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from audit import question_names
from audit.cases import graded_sections
from audit.cases.moderated_grades import ModerationView
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board
from audit.returns.answers import Answers
from audit.scales import Graded
from audit.tools import NUMBERS, Section
from sheets.drawing.words import (
    LINK,
    OVERDUE,
    YES,
    apart,
    day,
    grade_label,
    line_state,
    link,
    moment,
    reason_label,
    rules,
)
from sheets.tabs import Column, Filter, Row, Tab, Value
from sheets.text import clean, fit

SHEET_ID = 731_000_003
WITHHELD = "Withheld"
"""Shown in place of a text that a setting keeps out of the sheet."""
_FOR_THEM = " (a coordinator, for the agency)"

_STATES = {
    "requested": "Requested",
    "drafted": "Requested",  # a draft is the agency's own business, so it isn't shown
    "submitted": "Submitted",
    "nil": "Nil return",
    "declined": "Declined",
}
_BEFORE = (
    Column("reference", "Case", 120, identity=True),
    Column("agency", "Agency", 190, identity=True),
)
_AREA = Column("area", "Area", 90)
_STANDING = (
    Column("state", "State", 100),
    Column("grade", "Self-grade or status", 150),
    Column("reason", "Reason (not graded)", 170),
    Column("moderated", "Moderated grade", 150),
)
_AFTER = (
    Column("why", "Why this grade", 300),
    Column("why_moderated", "Why moderated", 300),
    Column("version", "Version", 70),
    Column("submitted_at", "Submitted (London)", 190, kind="moment"),
    Column("submitted_by", "By", 150),
    Column("late", "Late", 60),
    Column("after_release", "Changed after release", 90),
    Column("themes", "Learning themes", 200),
    LINK,
)
_MODERATED = Column("moderated_sections", "Moderated sections", 200)
_WHY_MODERATED = Column("why_moderated_sections", "Why sections were moderated", 300)
_WIDTHS = {"text": 300, "line": 200, "one_of": 160, "graded": 160, "several_of": 240}
_WIDTH = 110


def tab(board: Board) -> Tab:
    """The tab Returns: a row per involvement."""
    now, earlier = board.cycle.tool.sections, _earlier(board)
    names = question_names.names((*now, *earlier))
    sections = {one: clean(names[one.key]) for one in now}
    sections |= {one: f"{clean(names[one.key])} (no longer asked)" for one in earlier}
    asked = [
        Column(f"section:{one.key}", name, _WIDTHS.get(one.kind, _WIDTH), kind="day" if one.kind == "date" else "")
        for one, name in sections.items()
    ]
    asked += [_MODERATED, _WHY_MODERATED] if board.cycle.tool.graded else []
    overdue = Filter("What is overdue", "grade", OVERDUE)
    areas = (Filter(f"{clean(area)} returns", "area", clean(area)) for area in board.cycle.areas)
    return Tab(
        "returns",
        "Returns",
        SHEET_ID,
        (*_BEFORE, *([_AREA] if board.cycle.areas else []), *_STANDING, *asked, *_AFTER),
        tuple(_row(board, case, line, tuple(sections)) for case in board.cases for line in case.lines),
        frozen=2,
        rules=rules(board.cycle.scale),
        coloured=("grade", "grade"),
        apart=apart(board.cycle.tool, "section"),
        filters=(overdue, *areas),
    )


def _earlier(board: Board) -> tuple[Section, ...]:
    """The questions of earlier versions of the tool, answered in returns, that the current version no longer asks."""
    now = {section.key for section in board.cycle.tool.sections}
    tools = dict.fromkeys(line.tool for case in board.cases for line in case.lines if line.tool)
    earlier = {section.key: section for tool in tools for section in tool.sections if section.key not in now}
    return tuple(earlier.values())


def _row(board: Board, case: CaseView, line: Line, sections: Sequence[Section]) -> Row:
    answers = line.answers or Answers()
    asked = {section.key: section for section in line.tool.sections} if line.tool else {}
    return Row(
        line.return_id,
        (
            clean(case.reference),
            clean(line.agency),
            *([clean(case.area)] if board.cycle.areas else []),
            _STATES.get(line.state, line.state),
            line_state(board.cycle, case, line, board.now),
            reason_label(line.reason),
            _moderated(case, line),
            *(_answer(board, case, asked.get(section.key, section), answers) for section in sections),
            *(_sections_moderated(board, case, line) if board.cycle.tool.graded else ()),
            _reflection(board, case, answers.why),
            _reflection(board, case, _why(line.moderated) if line.moderated and line.answers else ""),
            line.version or "",
            moment(line.submitted_at),
            clean(line.submitted_by or "") + (_FOR_THEM if line.source else ""),
            YES if line.late else "",
            YES if line.after_release else "",
            clean(", ".join(case.tagged(line))),
            link(board, case),
        ),
    )


def _answer(board: Board, case: CaseView, section: Section, answers: Answers) -> Value:
    """A section's grade, which is always shown, or its answer, which a setting may withhold."""
    text = answers.sections.get(section.key, "")
    if section.kind == "date" and text and board.reflections:
        return day(date.fromisoformat(text))
    if section.kind in NUMBERS and text and board.reflections:
        return _number(text)
    said = section.shown(text)
    return said if section.scale else _reflection(board, case, said)


def _number(text: str) -> Value:
    """A number as a cell holds it, or as text if digits would be lost in a cell or in comparing it (seals.fold)."""
    number = round(float(text), 6)
    if Decimal(repr(number)) != Decimal(text):
        return text
    return int(number) if number.is_integer() else number


def _sections_moderated(board: Board, case: CaseView, line: Line) -> tuple[str, str]:
    """(moderated section grades, reasons), a line or paragraph each; "" if no section was moderated."""
    names = graded_sections.names(case.tool)
    named = [(names[section.key], section, each) for section, each in graded_sections.moderated(case, line)]
    grades = [
        f"{clean(name)}: {section.shown(Graded(each.grade, each.not_graded_reason).name)}"
        for name, section, each in named
    ]
    why = "\n\n".join(f"{name}: {_why(each)}" for name, _, each in named)
    return "\n".join(grades), _reflection(board, case, why)


def _why(moderation: ModerationView) -> str:
    """Why a grade was moderated and, if that was before the meeting, why it couldn't wait."""
    early = f"\n\nBefore the meeting, because: {moderation.exception}" if moderation.exception else ""
    return f"{moderation.reason}{early}"


def _moderated(case: CaseView, line: Line) -> str:
    """The moderated grade; "" if the self-grade stands."""
    if line.moderated is None or line.answers is None:
        return ""
    why_not = reason_label(line.settled_reason)
    grade = grade_label(case.scale, line.settled)
    return f"{grade} ({why_not})" if why_not else grade


def _reflection(board: Board, case: CaseView, text: str) -> str:
    if not board.reflections:
        return WITHHELD if text.strip() else ""
    return fit(text, f"the whole text is in Slack, in the summary of {case.reference}")
