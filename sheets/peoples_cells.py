"""What people have of their own in a spreadsheet: beside our rows, below them, and on tabs of their own.

It is remembered because it is lost if somebody deletes the row or tab.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sheets import find_edits, found_sheet
from sheets.cells_beside import labels
from sheets.found_sheet import Book, Foreign, Found, Grid
from sheets.text import clean
from sheets.working_tab import Working

MOST = 20_000
"""Number of characters kept of what is beside a row, or on a tab of people's own."""
_MORE = "\n(and more)"


@dataclass(frozen=True)
class Theirs:
    """What people have in one place. `tab_key`: our tab's key, or "sheet:" and the sheetId of a tab of their own.

    `row_key` and `about`: the key and description of the row of ours that it is beside; "" for everything else on the
    tab. `title`: the tab's title as people see it.
    """

    tab_key: str
    row_key: str
    title: str
    about: str
    held: str = field(repr=False)


def read(book: Book, works: Sequence[Working]) -> tuple[Theirs, ...]:
    """Everything that people have, and each tab of their own, even an empty one."""
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
    """Whether a cell isn't empty; an unticked box counts as empty."""
    return value not in ("", Foreign("FALSE"))


def _notes(grid: Grid, at: int) -> list[str]:
    return [f"Note: {note}" for (row, _), note in sorted(grid.notes.items()) if row == at] if grid.notes else []


def _lines(grid: Grid) -> Iterator[str]:
    for at in range(len(grid.cells)):
        yield from _lines_of(grid, at)


def _lines_of(grid: Grid, at: int) -> list[str]:
    """A row of people's own in one line, and its notes."""
    text = " · ".join(found_sheet.text(value) for value in grid.cells[at] if _is_said(value))
    return [*([text] if text else []), *_notes(grid, at)]


def _fitted(lines: Iterable[str]) -> str:
    """These lines as text, cut to MOST characters."""
    held, size = list[str](), 0
    for line in lines:
        held.append(line)
        size += len(line) + 1
        if size > MOST:
            break
    text = clean("\n".join(held))
    return text if len(text) <= MOST else text[: MOST - len(_MORE)] + _MORE
