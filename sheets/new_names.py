"""New names of agencies and cases: written wherever the old one stands, so that no sort brings them to other rows."""

from collections.abc import Collection

from sheets import find_edits, requests, seals
from sheets.found_sheet import Found
from sheets.tabs import Column, Value
from sheets.working_tab import Working

_TICKS = ("TRUE", "FALSE")
"""What Google takes for a box that is ticked, or isn't."""


def put(work: Working) -> None:
    """Have the new names replace the old ones, in rows too that aren't drawn any more.

    Where that can't be, a new name is written where its row stands, like any other cell: then a sort at that very
    moment brings it to another row.
    """
    for place, column in enumerate(work.tab.columns):
        found = _renamed(work, place, column) if column.identity else {}
        for old, names in found.items():
            across = work.at[column.key]
            there = [row for row in range(len(work.grid.cells)) if work.grid.at(row, across) == old]
            gone = work.stale.keys() & there
            if len(there) == len(names) + len(gone) and _is_replaceable(old, names, found):
                work.requests.append(requests.replace(work.grid.sheet_id, across, str(old), str(names[0])))
                work.renamed |= gone
                for row in there:
                    work.grid.put(row, across, [names[0]])


def _renamed(work: Working, place: int, column: Column) -> dict[Found, list[Value]]:
    """By each old name in a column the new ones, as often as they come; nothing of what people typed there."""
    found = dict[Found, list[Value]]()
    for row in work.tab.rows:
        old = work.grid.at(work.place(row.key), work.at[column.key])
        drawn = find_edits.covered(work, row) and seals.is_sealed(old, work.seals[row.key].cells[place])
        if drawn and row.key not in work.fresh and not seals.same(old, row.values[place]):
            found.setdefault(old, []).append(row.values[place])
    return found


def _is_replaceable(old: Found, names: Collection[Value], all_old: Collection[Found]) -> bool:
    """Whether Google can replace this name: by one that it takes for a text, as it reads it like what people type."""
    name, *others = {*names}
    texts = isinstance(old, str) and isinstance(name, str) and not others and name not in all_old
    return texts and old != "" and str(name)[:1].isalpha() and str(name).upper() not in _TICKS
