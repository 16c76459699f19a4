"""The tab Actions: what was recommended or agreed, its owner, its state, and whether it changed practice."""

from audit.actions.actions import IMPACTS, STATES, ActionView
from audit.calendar import in_london
from audit.cycle.board import Board
from sheets.drawing.returns import WITHHELD
from sheets.drawing.words import OVERDUE, day
from sheets.tabs import Column, Filter, Row, Rule, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_005
COLUMNS = (
    Column("number", "No.", 50, identity=True),
    Column("action", "Action", 360),
    Column("from", "Case or recommendation", 180, identity=True),
    Column("agency", "Agency", 190),
    Column("owner", "Owner", 180),
    Column("due", "Due", 120, kind="day"),
    Column("status", "Status", 110),
    Column("overdue", "Overdue", 90),
    Column("impact", "Did it change practice?", 150),
    Column("evidence", "Evidence, or why (newest)", 300),
)
_RULES = (
    Rule(OVERDUE, "#f4cccc"),
    Rule("Open", "#fff2cc"),
    Rule("In progress", "#fff2cc"),
    Rule("Done", "#d9ead3"),
    Rule("Verified", "#b6d7a8"),
    Rule("Dropped", "#d9d9d9"),
)


def tab(board: Board) -> Tab:
    """The tab Actions: a row per action, ordered by its source and its number there."""
    rows = tuple(_row(board, action) for action in sorted(board.actions, key=lambda each: each.place))
    return Tab(
        "actions",
        "Actions",
        SHEET_ID,
        COLUMNS,
        rows,
        frozen=1,
        rules=_RULES,
        coloured=("status", "overdue"),
        filters=(Filter("What is overdue", "overdue", OVERDUE),),
    )


def _row(board: Board, action: ActionView) -> Row:
    notes = [step.note for step in action.steps if step.note.strip() and step.owners is None]
    return Row(
        action.id,
        (
            action.number or "",
            _written(board, action, action.text),
            _source(action),
            clean(action.agency or ""),
            clean(action.owner),
            day(action.due_on),
            STATES[action.state],
            OVERDUE if action.overdue(in_london(board.now).date()) else "",
            IMPACTS[action.impact] if action.impact else "",
            _written(board, action, notes[-1] if notes else ""),
        ),
    )


def _source(action: ActionView) -> str:
    if action.recommendation is not None:
        return f"Recommendation {action.recommendation}"
    return clean(action.reference or "")


def _written(board: Board, action: ActionView, text: str) -> str:
    if not board.reflections:
        return WITHHELD if text.strip() else ""
    return fit(text, f"the whole text is in Slack, in {action.name}")
