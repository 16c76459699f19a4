"""Matches found rows to drawn rows, whatever people sorted, moved, copied or overtyped."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from sheets import found_columns, seals
from sheets.fence import Kind
from sheets.found_sheet import Found, Grid
from sheets.identities import rows_by_identity, titles, without_identity
from sheets.seals import Seal
from sheets.tabs import HEADER, KEY, SEAL, WITHDRAWN, Tab


@dataclass
class Match:
    """Where rows are. `seals`: key -> what was last drawn; `copies`: (row, key) where another row has that key already.

    `stale`: row -> key, of rows that were ours and are no longer drawn. If only a seal identifies such a row, the
    digest of its key takes the key's place.
    """

    header: int | None
    rows: dict[str, int] = field(default_factory=dict)
    seals: dict[str, Seal] = field(default_factory=dict)
    copies: list[tuple[int, str]] = field(default_factory=list)
    stale: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """A found row. `key`, `sealed`: the keys of the rows of ours that its key cell and its seal name, or None."""

    row: int
    text: str
    key: str | None
    seal: Seal | None
    sealed: str | None


def match(
    grid: Grid,
    tab: Tab,
    at: Mapping[str, int],
    unsure: Kind | None = None,
    written: Collection[str] = (),
    *,
    unmoved: bool = False,
    in_place: bool = False,
) -> Match:
    """Find every row of ours among those found, by its key cell, its seal, and the identity cells that people see.

    Rows that are no longer drawn are found in the same way: their seals say what they showed.

    Suppose a tab draws rows A, B and C, and below its header is found:

        row  key  seal of  people see
        1    A    A        a
        2    B    B        b
        3    B    B        b           copied from row 2
        4         C        c           its key was emptied
        5    D    D        d           drawn earlier, but no longer
        6                  ours        people's own

    Then `rows` is {A: 1, B: 2, C: 4}, `copies` [(3, B)], `stale` {5: D}, and `seals` has those of all four. If people
    have something of their own beside row 3 and nothing beside row 2, row 3 is B and row 2 the copy.

    If key and seal name two rows, the identity cells decide. `unsure`: what the last turn wrote, if it may have been
    written to the wrong places. Then what that turn did not write decides: key A beside the seal of B is A after
    "cells", which writes cells and seals, and B after "keys". A key that agrees with the identity cells comes before
    either, since two turns may have been misplaced. `written`: the keys of the rows that the turn wrote, if known.
    `unmoved`: the columns are known to be where they were, so each cell was written to its own column. `in_place`: rows
    are where their keys are, whatever was sorted; the last turn may have deleted the wrong rows, and people have
    nothing beside any row.
    """
    header = found_columns.header(grid, tab, at)
    result = Match(header)
    if header is not None and SEAL in at and (seal := seals.read(grid.at(header, at[SEAL]))):
        result.seals[HEADER] = seal
    if tab.kept:
        return result
    lines, gone = _lines(grid, tab, at)
    lines.sort(key=lambda line: not beside(grid, at, line.row))  # people may restore a row that was drawn anew
    sealed = {line.sealed: line.seal for line in reversed(lines) if line.sealed and line.seal}
    lines = [line for line in lines if line.row != header]  # a sort may have left another row's seal beside it
    identities = rows_by_identity(grid, tab, at, sealed)
    _bind_all(lines, result, identities, unsure, unmoved=unmoved)
    # if a sort left the hidden columns behind, a row's seal is beside another row
    result.seals = sealed | result.seals
    result.stale = {row: key for row, key in result.copies if key in gone and not is_as_sealed(grid, tab, at, row)}
    if unsure == "cells":
        result.stale |= _withdrawn_before(lines, result, grid, tab, at)
    result.copies = [(row, key) for row, key in result.copies if row not in result.stale]
    written = {*written, *gone} if unsure else written
    crossed = {line.row for line in lines if line.key and line.sealed and line.key != line.sealed}
    astray = crossed if unsure == "cells" else set[int]()  # their identity cells may be another row's
    if not in_place:
        _follow_cells_left_behind(result, identities, astray, grid, tab, at, written)
    result.stale |= {result.rows.pop(key): key for key in gone if key in result.rows}
    result.seals |= {  # another row, with its seal, may just have been written over such a row
        key: seal for key, seal in gone.items() if key in result.seals and not result.seals[key].is_of(key)
    }
    return result


def _bind_all(
    lines: list[_Line], result: Match, identities: Mapping[int, str], unsure: Kind | None, *, unmoved: bool
) -> None:
    """Match found rows to ours, the surest first."""
    unbound = _bind_firm(lines, result, identities) if unsure else lines
    unbound = _bind_firm(unbound, result, {line.row: line.sealed for line in unbound})
    if unsure == "cells":
        unbound = _bind_by_witness(unbound, result, {line.row: line.key for line in unbound})
        unbound = _set_strays_apart(unbound, result, identities) if unmoved and identities else unbound
    elif unsure == "keys":
        witnessed = {line.row: line.sealed or identities.get(line.row) for line in unbound}
        unbound = _bind_by_witness(unbound, result, witnessed)
    unbound = _bind_by_key_or_seal(unbound, result, identities)
    for line in unbound:  # these have neither key nor seal left
        key = identities.get(line.row)
        if key is not None and key not in result.rows:
            _bind(result, line, key)


def _withdrawn_before(lines: list[_Line], result: Match, grid: Grid, tab: Tab, at: Mapping[str, int]) -> dict[int, str]:
    """Row -> key, of rows withdrawn earlier whose seals were just overwritten with other rows' seals."""
    says = next((at.get(column.key) for column in tab.columns if not column.identity), None)
    copied = {row for row, _ in result.copies}
    keyed = (line for line in lines if line.row in copied and line.key is None and line.text)
    return {line.row: line.text for line in keyed if says is not None and grid.at(line.row, says) == WITHDRAWN}


def beside(grid: Grid, at: Mapping[str, int], row: int) -> bool:
    """Whether people have anything in a row, in columns of their own."""
    ours = {*at.values()}
    return any(value != "" and across not in ours for across, value in enumerate(grid.cells[row]))


def is_as_sealed(grid: Grid, tab: Tab, at: Mapping[str, int], row: int) -> bool:
    """Whether a row's cells are all empty or as its seal says, so that they can be emptied."""
    seal = seals.read(grid.at(row, at[SEAL])) if SEAL in at else None
    cells = seal.cells if seal and seal.covers([column.key for column in tab.columns]) else [""] * len(tab.columns)
    shown = [grid.at(row, at[column.key]) if column.key in at else "" for column in tab.columns]
    return all(value == "" or seals.is_sealed(value, cell) for value, cell in zip(shown, cells, strict=True))


def _lines(grid: Grid, tab: Tab, at: Mapping[str, int]) -> tuple[list[_Line], dict[str, Seal]]:
    """Every row; and the seals of rows that are no longer drawn, by key.

    If the key of such a row isn't found, its digest takes the key's place.
    """
    rows: list[tuple[int, str, Seal | None]] = []
    for row in range(len(grid.cells)):
        text = seals.fold(grid.at(row, at[KEY])) if KEY in at else ""
        seal = seals.read(grid.at(row, at[SEAL])) if SEAL in at else None
        text = text if isinstance(text, str) else ""
        seal = seal or seals.read(text)  # a column inserted just before a write of ours moved the seal to the key cell
        rows.append((row, text, seal))
    by_digest = {seals.key_digest(row.key): row.key for row in tab.rows}
    old = {seal.of_key: seal for _, _, seal in rows if seal and seal.of_key not in by_digest}
    old.pop(seals.key_digest(HEADER), None)
    texts = {seals.key_digest(text): text for _, text, _ in rows} if old else {}
    gone = {texts.get(digest, digest): seal for digest, seal in old.items()}
    by_digest |= {seal.of_key: key for key, seal in gone.items()}
    keys = {str(seals.fold(key)): key for key in by_digest.values()}
    lines = [
        _Line(row, text, keys.get(text), seal, by_digest.get(seal.of_key) if seal else None) for row, text, seal in rows
    ]
    return lines, gone


def _bind(result: Match, line: _Line, key: str) -> None:
    result.rows[key] = line.row
    if line.seal and line.seal.is_of(key):
        result.seals[key] = line.seal


def _bind_firm(lines: list[_Line], result: Match, said: Mapping[int, str | None]) -> list[_Line]:
    """Match the rows whose key cell agrees with the key that `said` has for them; returns the others."""
    unbound = []
    for line in lines:
        if line.key is None or line.key != said.get(line.row):
            unbound.append(line)
        elif line.key in result.rows:
            result.copies.append((line.row, line.key))
        else:
            _bind(result, line, line.key)
    return unbound


def _bind_by_witness(lines: list[_Line], result: Match, said: Mapping[int, str | None]) -> list[_Line]:
    """Match the rows to the keys that `said` has for them; returns those without such a key, or whose key is taken.

    A seal written beside another row's key still shows what we wrote there.
    """
    unbound = []
    for line in lines:
        key = said[line.row]
        if key is None or key in result.rows:
            unbound.append(line)
        else:
            result.rows[key] = line.row
            if line.seal:
                result.seals[key] = line.seal
    return unbound


def _set_strays_apart(lines: list[_Line], result: Match, identities: Mapping[int, str]) -> list[_Line]:
    """Treat as copies the just written rows of which nothing else is there, since the row itself had been deleted.

    They were written into an empty row, or one of people's own. Returns the other rows.
    """
    unbound = []
    for line in lines:
        if line.sealed and not line.text and line.sealed not in {identities.get(line.row), *result.rows}:
            result.copies.append((line.row, line.sealed))
        else:
            unbound.append(line)
    return unbound


def _bind_by_key_or_seal(lines: list[_Line], result: Match, identities: Mapping[int, str]) -> list[_Line]:
    """Match rows whose key or seal names a drawn row not matched yet; returns those with neither."""
    unbound = []
    for line in lines:
        named = [key for key in (line.key, line.sealed) if key is not None]
        if identities.get(line.row) in named:
            named.sort(key=lambda key: key != identities[line.row])
        free = [key for key in named if key not in result.rows]
        if free:
            _bind(result, line, free[0])
        elif named:
            result.copies.append((line.row, named[0]))
        elif line.seal is not None or seals.same(line.text, HEADER):
            result.copies.append((line.row, HEADER))
        else:
            unbound.append(line)
    return unbound


def _follow_cells_left_behind(  # noqa: PLR0917  # named as in `match`
    result: Match,
    identities: Mapping[int, str],
    astray: Collection[int],
    grid: Grid,
    tab: Tab,
    at: Mapping[str, int],
    written: Collection[str],
) -> None:
    """Undo a sort that left the hidden columns behind: then rows are where their cells are, not where their keys are.

    Only if more of the rows' other cells moved with their identity cells than stayed; rows just `written` don't show
    where they had been. A row overlaid by another's cells is gone (somebody deleted cells, and those below moved up).
    Rows of people's own may have been sorted along: one with a key left beside it isn't a copy to be removed. If only
    the identity cells are missing beside such a key, nothing was sorted: somebody inserted cells among ours.
    """
    times = Counter(identities.values())
    shown = {key: row for row, key in identities.items() if times[key] == 1 and row not in astray}
    firm = {key: row for key, row in result.rows.items() if (seal := result.seals.get(key)) and seal.is_of(key)}
    moved = {key: shown[key] for key, row in firm.items() if shown.get(key, row) != row}
    along = result.header in moved.values()  # the header was sorted too
    header = titles(grid, tab, at) if along else result.header
    behind = {row: key for key, row in firm.items() if key in moved and row not in {header, *moved.values()}}
    overlaid = [key for key, row in result.rows.items() if row in moved.values() and key not in moved]
    if (along and header is None) or any(times[key] for key in overlaid):
        return
    drawn = {row.key: row.values for row in tab.rows}
    columns = [column.key for column in tab.columns]

    def shows(key: str, place: int, cell: Found) -> bool:
        seal, values = result.seals[key], drawn.get(key)
        sealed = seal.covers(columns) and seals.is_sealed(cell, seal.cells[place])
        return sealed or (values is not None and seals.same(cell, values[place]))

    columns_at = [(place, at[one.key]) for place, one in enumerate(tab.columns) if not one.identity and one.key in at]
    just = {row for key, row in result.rows.items() if key in written}
    if any(without_identity(grid, tab, at, row, partial(shows, behind[row])) for row in behind.keys() - just):
        return
    stay = follow = 0
    for key in (each for each in moved if not {firm[each], moved[each]} & just):
        for place, column in columns_at:
            stay += shows(key, place, grid.at(firm[key], column))
            follow += shows(key, place, grid.at(moved[key], column))
    if follow >= stay:
        result.header = header
        result.rows = {key: row for key, row in result.rows.items() if key not in overlaid} | moved
        result.stale = {row: key for row, key in result.stale.items() if row not in moved.values()}
        result.copies = [one for one in result.copies if one[0] not in moved.values()] + sorted(behind.items())
