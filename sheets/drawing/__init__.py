"""A cycle's board as the tabs of its sheet; pure."""

from collections import Counter
from dataclasses import replace

from audit.cycle import release
from audit.cycle.board import Board, PartOfAudit
from sheets.drawing import actions, answered, by_section, changed, ratified, read_me, returns, status, tallies
from sheets.tabs import SyncInfo, Tab


def draw(board: Board, sync: SyncInfo) -> tuple[Tab, ...]:
    """All tabs of a sheet, in their order from left to right."""
    board = board if board.unreleased or board.part else release.shared(board)
    counts = board.part is not PartOfAudit.AGENCY  # of one agency's own returns nothing is counted
    counted = [answered.tab(board)] if counts and board.answered and (board.reflections or board.part) else []
    if sync.withheld or not board.reflections:  # a tab that isn't drawn stays as it is: this one is emptied
        board, counted = replace(board, reflections=False), [replace(tab, rows=()) for tab in counted]
    tabs = (
        read_me.tab(board, sync),
        status.tab(board),
        returns.tab(board),
        *([tallies.tab(board)] if counts else []),
        actions.tab(board),
        *([by_section.tab(board)] if counts and board.cycle.tool.graded else []),
        *counted,
        changed.tab(board),
        ratified.tab(board),
    )
    return tuple(_named(tab) for tab in tabs)


def _named(tab: Tab) -> Tab:
    """The tab with no two columns called alike, as a table that people convert it to needs it: *Why*, *Why (2)*."""
    taken = Counter[str]()
    columns = []
    for column in tab.columns:
        said = column.header.casefold()
        taken[said] += 1
        columns.append(replace(column, header=f"{column.header} ({taken[said]})") if taken[said] > 1 else column)
    return replace(tab, columns=tuple(columns))
