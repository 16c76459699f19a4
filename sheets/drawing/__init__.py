"""A cycle's board as the tabs of its sheet; pure."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from audit.cycle import release
from audit.cycle.board import Board, PartOfAudit
from sheets.drawing import actions, answered, by_section, changed, ratified, read_me, returns, status, tallies
from sheets.tabs import SyncInfo, Tab


@dataclass(frozen=True)
class Drawing:
    """What the spreadsheet marked `mark` is to show, as of `drawn_at`.

    `withheld`: people other than coordinators may read it, so rows that are set aside are shown without their texts,
    which may include what these people aren't shown.
    """

    tabs: tuple[Tab, ...]
    mark: str
    drawn_at: datetime
    withheld: bool

    @classmethod
    def of(cls, board: Board, sync: SyncInfo) -> Self:
        """The drawing of a board."""
        withheld = sync.withheld or not board.unreleased or board.part is not None
        return cls(draw(board, sync), board.mark, sync.drawn_at, withheld)


def draw(board: Board, sync: SyncInfo) -> tuple[Tab, ...]:
    """All tabs of a sheet, in their order from left to right."""
    board = board if board.unreleased or board.part else release.shared(board)
    counts = board.part is not PartOfAudit.AGENCY  # a sheet with one agency's own returns has no tallies
    counted = [answered.tab(board)] if counts and board.answered and (board.reflections or board.part) else []
    if sync.withheld or not board.reflections:  # a tab no longer drawn would stay as it is, so this one is emptied
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
    """The tab with unique column headers, *Why*, *Why (2)*, which Google requires if people convert it to a table."""
    taken = Counter[str]()
    columns = []
    for column in tab.columns:
        header = column.header.casefold()
        taken[header] += 1
        columns.append(replace(column, header=f"{column.header} ({taken[header]})") if taken[header] > 1 else column)
    return replace(tab, columns=tuple(columns))
