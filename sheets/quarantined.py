"""Adds rows to the tab Quarantine, and removes their texts while people other than coordinators can read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sheets import found_sheet, new_tab, one_tab, requests
from sheets.drawing import Drawing, quarantine
from sheets.find_edits import Drift, SetAside
from sheets.found_sheet import Book, Grid
from sheets.one_tab import Last
from sheets.requests import Request
from sheets.tabs import KEY
from sheets.working_tab import Working

_HELD = quarantine.COLUMNS[-1]


@dataclass
class Quarantined:
    """The requests that change the tab, and the texts that they remove from it, as drift."""

    requests: list[Request] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)


def of(book: Book, drawing: Drawing, aside: Sequence[SetAside]) -> Quarantined:
    """Add the rows set aside below all others; if the drawing is `withheld`, remove the texts of all rows, as drift."""
    withheld = drawing.withheld
    tab = quarantine.tab(aside, drawing.drawn_at, withheld=withheld)
    grid, done = book.grid(tab), Quarantined()
    if withheld:
        done.drift = [_taken_out(tab.title, one.row_key, one.about, one.held) for one in aside if one.held]
    if grid is None:
        done.requests = new_tab.of(tab, book, len(drawing.tabs))[0] if aside else []
        return done
    work = one_tab.matched(tab, grid, Last())
    if withheld:
        _take_out(done, work, grid)
    if aside:
        done.requests += one_tab.of(work, Last()).shifts_and_writes
    return done


def _take_out(done: Quarantined, work: Working, grid: Grid) -> None:
    """Remove the texts from the rows that are on the tab already."""
    at = work.at.get(_HELD.key)
    for row in range(len(grid.cells)) if at is not None else ():
        text = found_sheet.text(grid.at(row, at)) if at is not None else ""
        if row != work.header and text not in ("", quarantine.WITHHELD, quarantine.NOTHING):
            key, about = (
                found_sheet.text(grid.at(row, work.at[name])) if name in work.at else "" for name in (KEY, "about")
            )
            done.requests.append(requests.write(grid.sheet_id, row, at or 0, [[quarantine.WITHHELD]]))
            done.drift.append(_taken_out(grid.title, key or "a row", about, text))


def _taken_out(title: str, key: str, about: str, text: str) -> Drift:
    return Drift(title, key, about, _HELD.key, _HELD.header, text, quarantine.WITHHELD)
