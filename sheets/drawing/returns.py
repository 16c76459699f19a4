"""The tab Returns: one row per involvement, with the reflections in columns of their own."""

from audit.cases.moderation import ModerationView
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board
from audit.returns.answers import Answers
from audit.tools import Section
from sheets.drawing.words import OVERDUE, YES, grade_label, moment, reason_label, rules, standing
from sheets.tabs import Column, Filter, Row, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_003
WITHHELD = "Withheld"
"""Where something was written that a setting keeps out of the sheet."""
FOR_THEM = " (a coordinator, for the agency)"

_STATES = {
    "requested": "Requested",
    "drafted": "Requested",  # drafts are nobody's business but the agency's
    "submitted": "Submitted",
    "nil": "Nil return",
    "declined": "Declined",
}
_BEFORE = (
    Column("reference", "Case", 120, identity=True),
    Column("agency", "Agency", 190, identity=True),
    Column("area", "Area", 90),
    Column("state", "State", 100),
    Column("grade", "Self-grade or status", 150),
    Column("reason", "Reason (not graded)", 170),
    Column("moderated", "Moderated grade", 150),
)
_AFTER = (
    Column("why", "Why this grade", 300),
    Column("why_moderated", "Why moderated", 300),
    Column("version", "Version", 70),
    Column("submitted_at", "Submitted (London)", 140),
    Column("submitted_by", "By", 150),
    Column("late", "Late", 60),
    Column("after_release", "Changed after release", 90),
    Column("themes", "Learning themes", 200),
)
_WIDTHS = {"text": 300, "line": 200, "one_of": 160, "several_of": 240}
_WIDTH = 110


def tab(board: Board) -> Tab:
    """Returns: a row per involvement."""
    sections = board.cycle.tool.sections
    asked = (Column(f"section:{one.key}", clean(one.label), _WIDTHS.get(one.kind, _WIDTH)) for one in sections)
    overdue = Filter("What is overdue", "grade", OVERDUE)
    areas = (Filter(f"{clean(area)} returns", "area", clean(area)) for area in board.cycle.areas)
    return Tab(
        "returns",
        "Returns",
        SHEET_ID,
        (*_BEFORE, *asked, *_AFTER),
        tuple(_row(board, case, line) for case in board.cases for line in case.lines),
        frozen=2,
        rules=rules(board.cycle.scale),
        coloured=("grade", "grade"),
        filters=(overdue, *areas),
    )


def _row(board: Board, case: CaseView, line: Line) -> Row:
    answers = line.answers or Answers()
    return Row(
        line.return_id,
        (
            clean(case.reference),
            clean(line.agency),
            clean(case.area),
            _STATES.get(line.state, line.state),
            standing(board.cycle, case, line, board.now),
            reason_label(line.reason),
            _moderated(case, line),
            *(_reflection(board, case, _said(section, answers)) for section in board.cycle.tool.sections),
            _reflection(board, case, answers.why),
            _reflection(board, case, _why(line.moderated) if line.moderated and line.answers else ""),
            line.version or "",
            moment(line.submitted_at),
            clean(line.submitted_by or "") + (FOR_THEM if line.source else ""),
            YES if line.late else "",
            YES if line.after_release else "",
            clean(", ".join(case.tagged(line))),
        ),
    )


def _why(moderation: ModerationView) -> str:
    """Why it was moderated, and why before the meeting, if it was."""
    early = f"\n\nBefore the meeting, because: {moderation.exception}" if moderation.exception else ""
    return f"{moderation.reason}{early}"


def _moderated(case: CaseView, line: Line) -> str:
    """What the meeting made of the self-grade; "" where that stands."""
    if line.moderated is None or line.answers is None:
        return ""
    why_not = reason_label(line.settled_reason)
    grade = grade_label(case.scale, line.settled)
    return f"{grade} ({why_not})" if why_not else grade


def _said(section: Section, answers: Answers) -> str:
    """An answer in the sheet: a day stays an ISO date, which sorts."""
    text = answers.sections.get(section.key, "")
    return text if section.kind == "date" else section.shown(text)


def _reflection(board: Board, case: CaseView, text: str) -> str:
    if not board.reflections:
        return WITHHELD if text.strip() else ""
    return fit(text, f"the whole text is in Slack, in the summary of {case.reference}")
