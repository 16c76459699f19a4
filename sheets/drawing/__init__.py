"""A cycle's board as the tabs of its sheet; pure."""

from dataclasses import replace

from audit.cycle import release
from audit.cycle.board import Board
from sheets.drawing import actions, answered, by_section, changed, ratified, read_me, returns, status, tallies
from sheets.tabs import SyncInfo, Tab


def draw(board: Board, sync: SyncInfo) -> tuple[Tab, ...]:
    """All tabs of a cycle's sheet, in their order from left to right."""
    board = board if board.unreleased else release.shared(board)
    counted = [answered.tab(board)] if board.answered and board.reflections else []
    if sync.withheld:  # a tab that isn't drawn stays as it is: this one is drawn without a row
        board, counted = replace(board, reflections=False), [replace(tab, rows=()) for tab in counted]
    return (
        read_me.tab(board, sync),
        status.tab(board),
        returns.tab(board),
        tallies.tab(board),
        actions.tab(board),
        *([by_section.tab(board)] if board.cycle.tool.graded else []),
        *counted,
        changed.tab(board),
        ratified.tab(board),
    )
