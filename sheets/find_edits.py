"""Finds what people changed or deleted, and rows to set aside; other modules report and store it."""

from collections.abc import Collection, Container
from dataclasses import dataclass, field
from typing import Literal

from sheets import found_sheet, seals
from sheets.found_sheet import Foreign, Found
from sheets.tabs import HEADER, KEY, SEAL, WITHDRAWN, Row, Tab, Value
from sheets.working_tab import Working


@dataclass(frozen=True)
class Drift:
    """A cell of ours that somebody edited. `found` is its content, `restored` what is written in its place; both text.

    `tab` and `column` are titles that people see, `about` describes the row. `found` may be confidential and must not
    be logged. `lost_from`: the key of the tab if a row, or all of the tab (without a `row_key`), was deleted; such a
    drift has no column, and what people had there can't be read any more.
    """

    tab: str
    row_key: str
    about: str
    column_key: str
    column: str
    found: str = field(repr=False)
    restored: str = field(repr=False)
    lost_from: str = ""

    @property
    def kind(self) -> Literal["cell", "row", "tab"]:
        """What happened: a cell was edited, or a row or a tab deleted."""
        return ("row" if self.row_key else "tab") if self.lost_from else "cell"

    @property
    def id(self) -> str:
        """An id, the same for the same edit of the same cell, so that repeating a pass reports nothing twice."""
        lost = [self.lost_from] if self.lost_from else []
        parts = [self.tab, self.row_key, self.column_key, self.found, self.restored, *lost]
        return seals.digest("\n".join(parts), 16)


@dataclass(frozen=True)
class SetAside:
    """A row that was in the way, or that is no longer ours. `held`: its contents that we can't draw again."""

    tab: str
    row_key: str
    about: str
    why: str
    held: str = field(repr=False)

    @property
    def id(self) -> str:
        """An id, the same if the same row is set aside again, as for Drift."""
        return seals.digest(f"{self.tab}\n{self.row_key}\n{self.about}\n{self.why}\n{self.held}", 16)


COPY = "Another row has the same key"
GONE = "a row that is withdrawn"
"""The description of a row that is no longer drawn."""


def in_row(work: Working, row: Row, at: int) -> list[Drift]:
    """People's edits to a row: its cells that are neither as last drawn nor as drawn now."""
    seal = work.seals.get(row.key)
    if SEAL in work.added or (seal is not None and not covered(work, row)):
        return []  # nothing to compare with: all seals were deleted, or the row was drawn with other columns
    drift = []
    for place, column in enumerate(work.tab.columns):
        value, drawn = work.grid.at(at, work.at[column.key]), row.values[place]
        if column.key in work.added or seals.same(value, drawn):
            continue
        edited = not (seals.same(value, "") if seal is None else seals.is_sealed(value, seal.cells[place]))
        if edited:
            drift.append(_drift(work, row, column.key, value, drawn))
    return drift


def in_struck_row(work: Working, row: Row, at: int, stood: Collection[Found]) -> list[Drift]:
    """People's edits to a row in whose cells a misplaced write of ours, or what it displaced, may be.

    These are the contents that no row of ours shows, or showed before (`stood`): what Roundtable wrote is nobody's
    edit, wherever it is.
    """
    keys = [column.key for column in work.tab.columns]
    cells = [(key, work.grid.at(at, work.at[key]), drawn) for key, drawn in zip(keys, row.values, strict=True)]
    odd = [cell for cell in cells if not seals.same(cell[1], cell[2]) and not seals.read(cell[1])]
    if not odd:
        return []
    rows = (work.tab.header, *work.tab.rows)
    ours = {"", WITHDRAWN, *stood, *(seals.fold(value) for each in rows for value in (each.key, *each.values))}
    return [
        _drift(work, row, key, value, drawn)
        for key, value, drawn in odd
        if ours.isdisjoint(map(seals.fold, seals.readings(value)))
    ]


def covered(work: Working, row: Row) -> bool:
    """Whether the row has a seal made for the columns that are drawn now."""
    seal = work.seals.get(row.key)
    return seal is not None and seal.covers([column.key for column in work.tab.columns])


def key_edit(work: Working, row: Row, at: int) -> list[Drift]:
    """The edit of a row's key cell, if somebody typed something of their own over it.

    Keys, seals and other contents of the row aren't people's: a write of ours hit the key column after it was moved.
    Nor is the key of a row that is no longer drawn, for which there is still a seal.
    """
    value = work.grid.at(at, work.at[KEY])
    ours = {HEADER, *(one.key for one in work.tab.rows), *(seals.fold(one) for one in row.values)}
    if KEY in work.added or value == "" or seals.fold(value) in ours or seals.read(value):
        return []
    if seals.key_digest(found_sheet.text(value)) in work.sealed_keys():
        return []
    return [_drift(work, row, KEY, value, row.key)]


def lost_rows(work: Working, known: Container[str]) -> list[Drift]:
    """The rows of ours that somebody deleted or cleared, among those last drawn (`known`: digests of their keys)."""
    gone = [row for row in work.tab.rows if row.key not in work.rows and seals.key_digest(row.key) in known]
    return [Drift(work.grid.title, row.key, about(work, row), "", "", "", "", work.tab.key) for row in gone]


def lost_tab(tab: Tab) -> Drift:
    """The drift of a tab of ours that somebody deleted."""
    return Drift(tab.title, "", "", "", "", "", "", tab.key)


def lost_columns(work: Working) -> list[Drift]:
    """The columns of ours that somebody deleted: one drift per column, not per cell."""
    header = work.tab.header
    if not covered(work, header):
        return []
    return [_drift(work, header, key, "(deleted)", _header(work, key)) for key in work.added if key != SEAL]


def _header(work: Working, key: str) -> str:
    return next((column.header for column in work.tab.columns if column.key == key), HEADER)


def _drift(work: Working, row: Row, column: str, value: Found, drawn: Value) -> Drift:
    return Drift(
        work.grid.title,
        row.key,
        about(work, row),
        column,
        _header(work, column),
        found_sheet.text(value),
        found_sheet.text(drawn),
    )


def about(work: Working, row: Row) -> str:
    """A row in words: its identity cells."""
    if row.key == HEADER:
        return "the header"
    cells = (row.values[place] for place, column in enumerate(work.tab.columns) if column.identity)
    return ", ".join(found_sheet.text(value) for value in cells if value != "")


def copies(work: Working, rows: Collection[int]) -> list[SetAside]:
    """The copies of other rows among `rows`, with their contents that the original doesn't have.

    A row that shows nothing of the original is no copy: a sort without the hidden columns left another row's key beside
    it.
    """
    drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
    return [
        SetAside(work.grid.title, key, about(work, drawn[key]), COPY, held(work, at, drawn[key]))
        for at, key in work.copies
        if at in rows and key in drawn and {*leftovers(work, at, key)} - {work.at.get(SEAL)}
    ]


def withdrawn(work: Working, at: int) -> tuple[Row, list[Drift]]:
    """The row to leave in place of one that is no longer drawn: its identity cells, and the word "Withdrawn".

    Also returns what people had put into its cells, as drift. A row that was left so before is returned as it is.
    """
    says = next((place for place, column in enumerate(work.tab.columns) if not column.identity), None)
    values: list[Value] = []
    for place, column in enumerate(work.tab.columns):
        value = work.grid.at(at, work.at[column.key])
        kept = value if not isinstance(value, Foreign) else ""
        values.append(kept if column.identity else WITHDRAWN if place == says else "")
    row = Row(work.stale[at], tuple(values))
    seal = work.seals.get(row.key)
    columns = [column.key for column in work.tab.columns]
    if seal is None or not seal.covers(columns):
        return row, []
    drift = []
    for place, column in enumerate(work.tab.columns):
        value = work.grid.at(at, work.at[column.key])
        if value not in ("", values[place]) and not seals.is_sealed(value, seal.cells[place]):
            drift.append(_drift(work, row, column.key, value, values[place]))
    return row, drift


def is_withdrawn(work: Working, at: int, row: Row) -> bool:
    """Whether a row was left as withdrawn before; anything that people have written into it since is their own."""
    seal = seals.read(work.grid.at(at, work.at[SEAL]))
    columns = work.tab.columns
    return (
        seal is not None
        and seal.is_of(row.key)
        and seal.covers([column.key for column in columns])
        and all(
            column.identity or seals.cell_digest(row.values[place]) == seal.cells[place]
            for place, column in enumerate(columns)
        )
    )


def leftovers(work: Working, at: int, key: str) -> list[int]:
    """The columns in which a row that isn't ours shows what we drew in the row `key`, through copying or shifting."""
    seal = seals.read(work.grid.at(at, work.at[SEAL])) if SEAL in work.at else None
    drawn = next((row for row in (work.tab.header, *work.tab.rows) if row.key == key), None)
    sealed = seal is not None and seal.covers([column.key for column in work.tab.columns])
    across = [work.at[SEAL]] if seal else []
    for place, column in enumerate(work.tab.columns):
        if column.key not in work.at:  # the column is still to be inserted
            continue
        value = work.grid.at(at, work.at[column.key])
        as_sealed = sealed and seal is not None and seals.is_sealed(value, seal.cells[place])
        if value != "" and (as_sealed or (drawn and seals.same(value, drawn.values[place]))):
            across.append(work.at[column.key])
    return across


def held(work: Working, at: int, drawn: Row | None) -> str:
    """The contents of a row, one cell per line after its header: people's cells, and ours that differ from `drawn`."""
    ours = {across: key for key, across in work.at.items() if key in work.tab.column_keys}
    places = {column.key: place for place, column in enumerate(work.tab.columns)}
    lines = []
    for across, value in enumerate(work.grid.cells[at] if at < len(work.grid.cells) else []):
        key = ours.get(across)
        if value == "" or key in (KEY, SEAL):
            continue
        if key is not None and (drawn is None or seals.same(value, drawn.values[places[key]])):
            continue
        title = "" if work.header is None else found_sheet.text(work.grid.at(work.header, across))
        lines.append(f"{title or f'Column {across + 1}'}: {found_sheet.text(value)}")
    lines += [f"Note: {note}" for (row, _), note in sorted(work.grid.notes.items()) if row == at]
    return "\n".join(lines)
