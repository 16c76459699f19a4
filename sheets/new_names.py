"""Renames agencies and cases by replacing the old name wherever it is, so that no sort can bring it to another row."""

from collections.abc import Collection

from sheets import find_edits, requests, seals
from sheets.found_sheet import Found
from sheets.tabs import Column, Value
from sheets.working_tab import Working

_TICKS = ("TRUE", "FALSE")
"""Texts that Google would turn into a tick box's value."""


def put(work: Working) -> None:
    """Replace old names by new ones, also in rows that are no longer drawn.

    Where replacing isn't possible, the new name is written to its row like any other cell; if people sort at that very
    moment, it ends up in another row.
    """
    for place, column in enumerate(work.tab.columns):
        renamed = _renamed(work, place, column) if column.identity else {}
        for old, names in renamed.items():
            across = work.at[column.key]
            at = [row for row in range(len(work.grid.cells)) if work.grid.at(row, across) == old]
            gone = work.stale.keys() & at
            if len(at) == len(names) + len(gone) and _is_replaceable(old, names, renamed):
                work.requests.append(requests.replace(work.grid.sheet_id, across, str(old), str(names[0])))
                work.renamed |= gone
                for row in at:
                    work.grid.put(row, across, [names[0]])


def _renamed(work: Working, place: int, column: Column) -> dict[Found, list[Value]]:
    """Old name in a column -> the new names of its rows; names that people typed are left out."""
    names = dict[Found, list[Value]]()
    for row in work.tab.rows:
        old = work.grid.at(work.place(row.key), work.at[column.key])
        drawn = find_edits.covered(work, row) and seals.is_sealed(old, work.seals[row.key].cells[place])
        if drawn and row.key not in work.fresh and not seals.same(old, row.values[place]):
            names.setdefault(old, []).append(row.values[place])
    return names


def _is_replaceable(old: Found, names: Collection[Value], all_old: Collection[Found]) -> bool:
    """Whether Google can replace this name: the new one must be a single text that Google reads as nothing else."""
    name, *others = {*names}
    texts = isinstance(old, str) and isinstance(name, str) and not others and name not in all_old
    return texts and old != "" and str(name)[:1].isalpha() and str(name).upper() not in _TICKS
