"""The difference between the spreadsheet as found and the tabs as drawn: requests, and what people had changed; pure.

If nothing changed there are no requests. Otherwise shifts come first, then our cells at explicit places, then deletions
of columns. If a row's key is wrong, only keys are corrected at first (sheets/fence.py says why), and rows are deleted
once everything else is done: the rest is left to another pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheets import cells_beside, find_edits, new_tab, one_tab, peoples_cells, quarantined, requests
from sheets.cells_beside import BesideRows
from sheets.drawing import Drawing
from sheets.fence import Kind
from sheets.find_edits import Drift, SetAside
from sheets.found_sheet import REMOVED, SHEET_MARK, Book
from sheets.one_tab import Last, TabNeeds
from sheets.peoples_cells import Theirs
from sheets.requests import Request
from sheets.tab_positions import TabPositions
from sheets.tabs import KEY
from sheets.working_tab import Working


@dataclass(frozen=True)
class Changes:
    """The requests to send, in this order, and the edits by people that they revert.

    `standing`: where each tab's columns and rows are once the requests are applied. `beside`: people's cells beside the
    rows written. `unfinished`: another pass must follow. `theirs`: all that people have of their own.
    """

    requests: tuple[Request, ...] = ()
    drift: tuple[Drift, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    kind: Kind = "cells"
    unfinished: bool = False
    standing: tuple[TabPositions, ...] = ()
    beside: Mapping[str, BesideRows] = field(default_factory=dict)
    theirs: tuple[Theirs, ...] = ()


def changes(book: Book, drawing: Drawing, last: Last | None = None) -> Changes:
    """The changes that make the spreadsheet show the drawing. Modifies `book`, so another pass must read it again."""
    tabs, last = drawing.tabs, last or Last()
    works = [one_tab.matched(tab, grid, last) for tab in tabs if (grid := book.grid(tab)) is not None]
    wrong = [work for work in works if work.copied_keys() or (work.standing and work.wrong_keys())]
    if wrong:
        keys = _keys(wrong, last)
        aside = quarantined.of(book, drawing, keys.set_aside)
        return replace(keys, requests=(*keys.requests, *aside.requests), drift=(*keys.drift, *aside.drift))
    seen = peoples_cells.read(book, works)
    needs = [one_tab.of(work, last) for work in works]
    missing = [(place, tab) for place, tab in enumerate(tabs) if book.grid(tab) is None]
    standing = tuple(each.standing for each in needs)
    set_aside = tuple(one for each in needs for one in each.aside)
    aside = quarantined.of(book, drawing, set_aside)
    if not missing and not aside.requests and not any(each.needed for each in needs):
        return _deletions(needs, Changes(standing=standing, theirs=seen))
    added = [new_tab.of(tab, book, place) for place, tab in missing]
    made = (
        *([] if book.bound_to else [requests.mark(SHEET_MARK, drawing.mark, {"spreadsheet": True})]),
        *(one for new, _ in added for one in new),
        *(requests.delete_tab(grid.sheet_id) for grid in book.grids if grid.mark == REMOVED),
        *(one for each in needs for one in each.shifts_and_writes),
        *aside.requests,
        *(one for each in needs for one in each.deleted_columns),
    )
    lost_tabs = (find_edits.lost_tab(tab) for _, tab in missing if tab.key in last.tabs)
    return Changes(
        made,
        (*lost_tabs, *(one for each in needs for one in each.drift), *aside.drift),
        set_aside,
        unfinished=any(each.deletes_later or each.deletable for each in needs),
        standing=(*(new for _, new in added), *standing),
        beside={each.work.tab.key: cells_beside.before(each.work, each.touched) for each in needs if each.needed},
        theirs=seen,
    )


def _deletions(needs: Sequence[TabNeeds], nothing: Changes) -> Changes:
    """The changes that delete rows marked "Withdrawn" once nothing else is to be done; `nothing` if there are none."""
    deleting = [each for each in needs if each.deletable]
    if not deleting:
        return nothing
    made = tuple(one for each in deleting for one in each.deleted_rows)
    beside = {each.work.tab.key: BesideRows(stood=cells_beside.shown(each.work)) for each in deleting}
    return replace(nothing, requests=made, kind="rows", unfinished=True, standing=(), beside=beside)


def _keys(works: Sequence[Working], last: Last) -> Changes:
    """The changes that correct keys only: the seals beside them still show which rows these are.

    Copies of rows are set aside. If a write of ours is known to have missed its rows, none of the copies are people's;
    if it may have missed them, only copies that show the identity cells of the row they copy are set aside.
    """
    made: list[Request] = []
    drift: list[Drift] = []
    set_aside: list[SetAside] = []
    standing = []
    for work in works:
        work.mark()
        work.unmerge()
        work.add_columns((KEY,))
        drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
        wrong, across = work.wrong_keys(), work.at[KEY]
        drift += [one for one in find_edits.lost_columns(work) if one.column_key == KEY]
        own = [(row, drawn[key]) for row, key in wrong.items() if key in drawn]
        drift += [one for row, said in own for one in find_edits.key_edit(work, said, row)]
        copied, keyed = work.copied_keys(), dict(work.copies)
        of_drawn = [row for row in copied if keyed[row] in drawn]
        sure = [row for row in of_drawn if last.unsure != "cells" or work.is_named(drawn[keyed[row]], row)]
        set_aside += [] if last.beside else find_edits.copies(work, sure)
        texts = wrong | dict.fromkeys(copied, "")
        writing = [requests.write(work.grid.sheet_id, row, across, [[text]]) for row, text in sorted(texts.items())]
        made += [*work.requests, *writing]
        columns, rows = dict(work.at), dict(work.standing)
        expected = {row: {KEY: text} for row, text in texts.items()}
        standing.append(TabPositions(work.tab, work.grid.sheet_id, work.grid.title, columns, rows, expected))
    return Changes(tuple(made), tuple(drift), tuple(set_aside), kind="keys", unfinished=True, standing=tuple(standing))
