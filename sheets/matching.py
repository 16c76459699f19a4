"""Which found row is which drawn row, whatever people sorted, moved, copied or overtyped."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sheets import seals
from sheets.fence import Kind
from sheets.found_sheet import Grid
from sheets.identities import rows_by_identity, titles, without_identity
from sheets.seals import Seal
from sheets.tabs import HEADER, KEY, SEAL, Tab


@dataclass
class Match:
    """Where rows stand. `seals`: what was last drawn, by row key; `copies`: (row, key that another row has first).

    `stale`: rows that were ours and aren't drawn any more.
    """

    header: int | None
    rows: dict[str, int] = field(default_factory=dict)
    seals: dict[str, Seal] = field(default_factory=dict)
    copies: list[tuple[int, str]] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    """A found row. `key`, `sealed`: the drawn rows that its key cell and its seal name, by key, or None."""

    row: int
    text: str
    key: str | None
    seal: Seal | None
    sealed: str | None


def columns(grid: Grid, tab: Tab) -> dict[str, int]:
    """Where the tab's columns stand, by their marks; those whose marks were lost, by their headers.

    Such a column is taken for ours only if it holds what we drew: people have columns of their own under such headers.
    """
    places = dict(grid.columns)
    top = (_header(grid, tab, places) or 0) if places else 0
    line = grid.cells[top] if top < len(grid.cells) else []
    free = [(across, value) for across, value in enumerate(line) if across not in places.values()]
    for across, value in free:
        if (seal := seals.read(value)) and seal.of_key == seals.key_digest(HEADER):
            places.setdefault(SEAL, across)
    wanted = {HEADER: KEY} | {column.header: column.key for column in reversed(tab.columns) if column.header}
    for across, value in free:
        key = wanted.get(str(seals.fold(value)))
        if key and key not in places and _is_drawn(grid, tab, key, across, places.get(SEAL)):
            places[key] = across
    return places


def _is_drawn(grid: Grid, tab: Tab, key: str, across: int, sealed: int | None) -> bool:
    """Whether at least half of what stands below a column's header is as it was last drawn, by the seals, if known."""
    keys = [column.key for column in tab.columns]
    if key == KEY or sealed is None:
        return True
    alike = others = 0
    for row in range(len(grid.cells)):
        seal, value = seals.read(grid.at(row, sealed)), grid.at(row, across)
        if value != "" and seal is not None and seal.covers(keys) and seal.of_key != seals.key_digest(HEADER):
            same = seals.is_sealed(value, seal.cells[keys.index(key)])
            alike, others = alike + same, others + (not same)
    return alike >= others


def match(
    grid: Grid,
    tab: Tab,
    at: Mapping[str, int],
    unsure: Kind | None = None,
    written: Collection[str] = (),
    *,
    unmoved: bool = False,
) -> Match:
    """Find every drawn row among those found, by its key cell, its seal, and the cells by which people know it.

    Say a tab draws rows A, B and C, and below its header is found:

        row  key  seal of  people see
        1    A    A        a
        2    B    B        b
        3    B    B        b           copied from row 2
        4         C        c           its key was emptied
        5    D    D        d           drawn once, and no more
        6                  ours        people's own

    Then `rows` is {A: 1, B: 2, C: 4}, `copies` [(3, B)], `stale` [5], and `seals` has those of A, B and C. If people
    have something of their own beside row 3 and nothing beside row 2, row 3 is B and row 2 the copy.

    Where key and seal name two rows, what people see decides. `unsure`: what the last turn wrote, if nobody knows yet
    that it all came to stand where it should. What that turn didn't write decides then: key A beside the seal of B is A
    after "cells", which writes cells and seals, and B after "keys". Before all comes where the key agrees with what
    people see, since two turns may have gone astray.
    `written`: the keys of the rows that it wrote, if that is known. `unmoved`: columns are known to stand where they
    stood, so that each cell came into the column that it was meant for.
    """
    header = _header(grid, tab, at)
    result = Match(header)
    if header is not None and SEAL in at and (seal := seals.read(grid.at(header, at[SEAL]))):
        result.seals[HEADER] = seal
    if tab.kept:
        return result
    lines = list(_lines(grid, tab, at, header))
    lines.sort(key=lambda line: not _beside(grid, at, line.row))  # a row may be brought back, and be drawn anew
    identities = rows_by_identity(grid, tab, at)
    unbound = _bind_firm(lines, result, identities) if unsure else lines
    unbound = _bind_firm(unbound, result, {line.row: line.sealed for line in unbound})
    if unsure == "cells":
        unbound = _bind_by_witness(unbound, result, {line.row: line.key for line in unbound})
        unbound = _set_strays_apart(unbound, result, identities) if unmoved and identities else unbound
    elif unsure == "keys":
        said = {line.row: line.sealed or identities.get(line.row) for line in unbound}
        unbound = _bind_by_witness(unbound, result, said)
    unbound = _bind_by_key_or_seal(unbound, result, identities)
    for line in unbound:  # neither key nor seal is left of these
        key = identities.get(line.row)
        if key is not None and key not in result.rows:
            _bind(result, line, key)
    for line in lines:  # where the hidden columns were left behind by a sort, a row's seal stands beside another one
        if line.sealed and line.seal:
            result.seals.setdefault(line.sealed, line.seal)
    _follow_cells_left_behind(result, identities, grid, tab, at, written, unsure=unsure is not None)
    return result


def _beside(grid: Grid, at: Mapping[str, int], row: int) -> bool:
    """Whether people have anything in a row, in columns of their own."""
    ours = {*at.values()}
    return any(value != "" and across not in ours for across, value in enumerate(grid.cells[row]))


def _header(grid: Grid, tab: Tab, at: Mapping[str, int]) -> int | None:
    """The header's row: by its key, else by its seal, else by what most of its cells say."""
    rows = range(len(grid.cells))
    if KEY in at:
        for row in rows:
            if seals.same(grid.at(row, at[KEY]), HEADER):
                return row
    if SEAL in at:
        for row in rows:
            seal = seals.read(grid.at(row, at[SEAL]))
            if seal and seal.of_key == seals.key_digest(HEADER):
                return row
    named = [column for column in tab.columns if column.key in at and column.header]
    for row in rows:
        if named and 2 * sum(seals.same(grid.at(row, at[one.key]), one.header) for one in named) > len(named):
            return row
    return 0 if grid.blank(0) else None


def _lines(grid: Grid, tab: Tab, at: Mapping[str, int], header: int | None) -> Iterator[_Line]:
    """Every row but the header."""
    drawn = {str(seals.fold(row.key)): row.key for row in tab.rows}
    by_digest = {seals.key_digest(row.key): row.key for row in tab.rows}
    for row in range(len(grid.cells)):
        if row == header:
            continue
        text = seals.fold(grid.at(row, at[KEY])) if KEY in at else ""
        seal = seals.read(grid.at(row, at[SEAL])) if SEAL in at else None
        text = text if isinstance(text, str) else ""
        seal = seal or seals.read(text)  # a column was inserted before a write of ours: the seal came over the key
        yield _Line(row, text, drawn.get(text), seal, by_digest.get(seal.of_key) if seal else None)


def _bind(result: Match, line: _Line, key: str) -> None:
    result.rows[key] = line.row
    if line.seal and _agrees(line.seal, key):
        result.seals[key] = line.seal


def _bind_firm(lines: list[_Line], result: Match, said: Mapping[int, str | None]) -> list[_Line]:
    """Bind the rows whose keys agree with what else is `said` of them, row by row; returns the others."""
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
    """Bind the rows by what is `said` of them, row by row; returns those of which nothing is that is still to be found.

    A seal that was written beside another row's key still tells what we wrote there.
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
    """Take what was just written where nothing else is of its row for what it is: the row itself had been deleted.

    It came into an empty row, or into one of people's own. Returns the other rows.
    """
    unbound = []
    for line in lines:
        if line.sealed and not line.text and line.sealed not in {identities.get(line.row), *result.rows}:
            result.copies.append((line.row, line.sealed))
        else:
            unbound.append(line)
    return unbound


def _bind_by_key_or_seal(lines: list[_Line], result: Match, identities: Mapping[int, str]) -> list[_Line]:
    """Bind rows whose key or seal names a drawn row that isn't found yet; returns those that say nothing of it."""
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
        elif line.seal is not None:
            if line.seal.of_key == seals.key_digest(HEADER):
                result.copies.append((line.row, HEADER))
            else:
                result.stale.append(line.row)
        elif seals.same(line.text, HEADER):
            result.copies.append((line.row, HEADER))
        else:
            unbound.append(line)
    return unbound


def _agrees(seal: Seal | None, key: str) -> bool:
    return seal is not None and seal.of_key == seals.key_digest(key)


def _follow_cells_left_behind(  # noqa: PLR0917  # as `match` has them
    result: Match,
    identities: Mapping[int, str],
    grid: Grid,
    tab: Tab,
    at: Mapping[str, int],
    written: Collection[str],
    *,
    unsure: bool,
) -> None:
    """Undo a sort that left the hidden columns behind: the rows are where their cells are, and not their keys.

    Only if more of a row's cells moved than the identity cells did; what was `written` just now doesn't say where it
    had been. A row that another's cells came over is gone (somebody deleted cells, and those below moved up), but not
    while a turn is `unsure`, which may have written them there. Rows of people's own may have been sorted along: such a
    one, which a key was left beside, is a copy of nothing that has to go. Where only the identity cells are gone from
    beside such a key, nothing was sorted: somebody inserted cells among ours.
    """
    times = Counter(identities.values())
    shown = {key: row for row, key in identities.items() if times[key] == 1}
    firm = {key: row for key, row in result.rows.items() if _agrees(result.seals.get(key), key)}
    moved = {key: shown[key] for key, row in firm.items() if shown.get(key, row) != row}
    along = result.header in moved.values()  # it was sorted too
    header = titles(grid, tab, at) if along else result.header
    behind = {row: key for key, row in firm.items() if key in moved and row not in {header, *moved.values()}}
    overlaid = [key for key, row in result.rows.items() if row in moved.values() and key not in moved]
    if (along and header is None) or (overlaid and (unsure or any(times[key] for key in overlaid))):
        return
    drawn = {row.key: row.values for row in tab.rows}
    columns_at = [(place, at[one.key]) for place, one in enumerate(tab.columns) if not one.identity and one.key in at]
    just = {row for key, row in result.rows.items() if key in written}
    if any(without_identity(grid, tab, at, row, drawn[behind[row]]) for row in behind.keys() - just):
        return
    stay = follow = 0
    for key in (each for each in moved if not {firm[each], moved[each]} & just):
        for place, column in columns_at:
            stay += seals.same(grid.at(firm[key], column), drawn[key][place])
            follow += seals.same(grid.at(moved[key], column), drawn[key][place])
    if follow >= stay:
        result.header = header
        result.rows = {key: row for key, row in result.rows.items() if key not in overlaid} | moved
        result.stale = [row for row in result.stale if row not in moved.values()]
        result.copies = [one for one in result.copies if one[0] not in moved.values()] + sorted(behind.items())
