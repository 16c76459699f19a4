"""The tab What changed: for each case, its changes since yesterday and since a week ago."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from audit.actions.actions import STATES, ActionView
from audit.calendar import at, in_london, on_paper
from audit.cases import graded_sections
from audit.cases.summary import CaseView, Line
from audit.cycle.as_it_stood import ReturnStood
from audit.cycle.board import Board
from audit.scales import AWAITING
from sheets.drawing.words import CONCEALED, DECLINED, LINK, NIL, grade_label, link, moment
from sheets.tabs import Column, Row, Tab, Value
from sheets.text import clean, fit
from storage.actions import ActionState
from storage.mappings import grouped

SHEET_ID = 731_000_008
ELSEWHERE = "Actions of no case"
_NOTHING, _NO_JUDGEMENT, _NO_ACTION = "no return", "not ratified", "no action"
_GIVEN = {AWAITING: _NOTHING, "nil": NIL, "declined": DECLINED}


def tab(board: Board) -> Tab:
    """The tab What changed: a row for each case and one for the rest, so that rows don't come and go with changes."""
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
    acted = grouped((action.reference, action) for action in board.actions)
    cases = (_row(board, case, acted.get(case.reference, []), since) for case in board.cases)
    rows = (*cases, _elsewhere(board, acted.get(None, []), since))
    return Tab("changed", "What changed", SHEET_ID, columns, rows, frozen=1)


def _row(board: Board, case: CaseView, acted: list[ActionView], since: list[datetime]) -> Row:
    lines = [[*_changes(board, case, when), *_of_actions(acted, when)] for when in since]
    last = None if case.concealed else board.history.last_change(case.id, [line.return_id for line in case.lines])
    return _made(
        board, case.id, clean(case.reference), clean(case.area), lines, [last, *map(_touched, acted)], link(board, case)
    )


def _elsewhere(board: Board, acted: list[ActionView], since: list[datetime]) -> Row:
    """The last row: the actions that don't belong to a case."""
    lines = [_of_actions(acted, when) for when in since]
    return replace(_made(board, "elsewhere", ELSEWHERE, "", lines, [*map(_touched, acted)], ""), total=True)


def _made(  # noqa: PLR0917  # they are the cells of a row
    board: Board, key: str, named: str, area: str, said: list[list[str]], times: list[datetime | None], led: Value
) -> Row:
    texts = [fit("\n".join(lines), "the rest is on Returns and Actions") for lines in said]
    last = max((when for when in times if when is not None), default=None)
    return Row(key, (named, *([area] if board.cycle.areas else []), *texts, moment(last), led))


def _changes(board: Board, case: CaseView, since: datetime) -> list[str]:
    """A line for each return, graded section and judgement that differs from what it was at `since`."""
    lines = [one for line in case.lines for one in _of_line(board, case, line, since)]
    return lines if case.concealed else [*lines, *_of_judgement(board, case, since)]


def _of_line(board: Board, case: CaseView, line: Line, since: datetime) -> list[str]:
    who = clean(dict(board.cycle.agencies).get(line.agency, line.agency))
    concealed = line.concealed or case.concealed
    was, now = board.history.stood(line.return_id, since), board.history.stood(line.return_id, board.now)
    words = [_word(case, each, concealed=concealed) for each in (was, now)]
    lines = [f"{who}: {' → '.join(words)}"] if words[0] != words[1] else []
    if not concealed and was.sections and now.sections:
        lines += [f"{who}, {name}: {what}" for name, what in _of_sections(board, was.sections, now.sections)]
    return lines or ([f"{who}: its return was changed"] if was.version != now.version else [])


def _word(case: CaseView, stood: ReturnStood, *, concealed: bool) -> str:
    """The state or grade of a return in a word; for a `concealed` return only that something was sent."""
    if stood.result in _GIVEN:
        return _GIVEN[stood.result]
    return CONCEALED if concealed else grade_label(case.scale, stood.settled)


def _of_judgement(board: Board, case: CaseView, since: datetime) -> list[str]:
    was, now = (board.history.judged(case.id, when) for when in (since, board.now))
    words = [grade_label(case.scale, each.grade) if each else _NO_JUDGEMENT for each in (was, now)]
    lines = [f"Judgement: {' → '.join(words)}"] if words[0] != words[1] else []
    sections = _of_sections(board, was.sections if was else {}, now.sections if now else {}, _NO_JUDGEMENT)
    return [*lines, *(f"Judgement, {name}: {what}" for name, what in sections)]


def _of_sections(
    board: Board, was: Mapping[str, str], now: Mapping[str, str], without: str = "not asked"
) -> list[tuple[str, str]]:
    """The graded sections that differ: (section's name, "before → after")."""
    names = graded_sections.names(board.cycle.tool)
    both = [(one, was.get(one.key, ""), now.get(one.key, "")) for one in board.cycle.tool.graded]
    return [
        (clean(names[section.key]), " → ".join(section.shown(given) or without for given in (before, after)))
        for section, before, after in both
        if before != after
    ]


def _of_actions(acted: Sequence[ActionView], since: datetime) -> list[str]:
    changed = ((action, _of_action(action, since)) for action in acted)
    return [f"{action.title}: {what}" for action, what in changed if what]


def _of_action(action: ActionView, since: datetime) -> str:
    """What changed about an action since then; "" if nothing did."""
    before = [step for step in action.steps if step.at <= since]
    made = action.made_at <= since
    was = (STATES[before[-1].state] if before else STATES[ActionState.OPEN]) if made else _NO_ACTION
    if was != STATES[action.state]:
        return f"{was} → {STATES[action.state]}"
    due = before[-1].due_on if before else None
    if due is not None and due != action.due_on:
        return f"due {on_paper(due)} → {on_paper(action.due_on)}"
    return "it was changed" if len(before) < len(action.steps) else ""


def _touched(action: ActionView) -> datetime:
    """When an action was last changed."""
    return action.steps[-1].at if action.steps else action.made_at
