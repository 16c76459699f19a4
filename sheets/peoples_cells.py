"""What people have of their own in a spreadsheet, as it was seen last: beside our rows, below them, on their own tabs.

It goes with a row or a tab that somebody deletes, and then is nowhere else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sheets import find_edits, found_sheet
from sheets.cells_beside import labels
from sheets.found_sheet import Book, Foreign, Found, Grid
from sheets.text import clean
from sheets.working_tab import Working

MOST = 20_000
"""Characters that are kept of what stands beside a row, or on a tab of people's own."""
_MORE = "\n(and more)"


@dataclass(frozen=True)
class Theirs:
    """What people have in one place. `tab_key`: the tab's, or "sheet:" and the sheetId of a tab of their own.

    `row_key` and `about`: beside which row of ours, and that in words; "" for all else on the tab. `title`: the tab as
    people call it.
    """

    tab_key: str
    row_key: str
    title: str
    about: str
    held: str = field(repr=False)


def read(book: Book, works: Sequence[Working]) -> tuple[Theirs, ...]:
    """All that people have, and each tab of their own, also if it is empty."""
    ours = {work.grid.sheet_id for work in works}
    others = (grid for grid in book.grids if grid.mark is None and grid.sheet_id not in ours)
    return (
        *(each for work in works for each in _on(work) if each.held),
        *(Theirs(f"sheet:{grid.sheet_id}", "", grid.title, "", _fitted(_lines(grid))) for grid in others),
    )


def _on(work: Working) -> Iterator[Theirs]:
    """What people have on a tab of ours: beside each row, and elsewhere on the tab."""
    drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
    named = labels(work.grid, work.at.values(), work.header or 0)
    ours = {*work.standing.values(), *(row for row, _ in work.copies), *work.stale}
    tab_key, title = work.tab.key, work.grid.title
    for key, at in work.rows.items():
        lines = [f"{label or 'Without a header'}: {text}" for (label, _), text in _cells(work.grid, at, named)]
        held = _fitted([*lines, *_notes(work.grid, at)])
        yield Theirs(tab_key, key, title, find_edits.about(work, drawn[key]), held)
    rest = (line for at in range(len(work.grid.cells)) if at not in ours for line in _lines_of(work.grid, at))
    yield Theirs(tab_key, "", title, "", _fitted(rest))


def _cells(grid: Grid, at: int, named: dict[int, tuple[str, int]]) -> Iterator[tuple[tuple[str, int], str]]:
    for across, label in named.items():
        if _is_said(value := grid.at(at, across)):
            yield label, found_sheet.text(value)


def _is_said(value: Found) -> bool:
    """Whether a cell holds anything; a box that isn't ticked says nothing."""
    return value not in ("", Foreign("FALSE"))


def _notes(grid: Grid, at: int) -> list[str]:
    return [f"Note: {note}" for (row, _), note in sorted(grid.notes.items()) if row == at] if grid.notes else []


def _lines(grid: Grid) -> Iterator[str]:
    for at in range(len(grid.cells)):
        yield from _lines_of(grid, at)


def _lines_of(grid: Grid, at: int) -> list[str]:
    """A row of people's own, in a line, and its notes."""
    said = " · ".join(found_sheet.text(value) for value in grid.cells[at] if _is_said(value))
    return [*([said] if said else []), *_notes(grid, at)]


def _fitted(lines: Iterable[str]) -> str:
    """As much of these lines as is kept."""
    held, size = list[str](), 0
    for line in lines:
        held.append(line)
        size += len(line) + 1
        if size > MOST:
            break
    text = clean("\n".join(held))
    return text if len(text) <= MOST else text[: MOST - len(_MORE)] + _MORE
