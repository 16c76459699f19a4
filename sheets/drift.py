"""What people changed in cells of ours, and what was set aside: found by one pass, told and kept by others."""

from dataclasses import dataclass, field

from sheets import found, seals
from sheets.found import Found
from sheets.tabs import HEADER, KEY, SEAL, Row, Value
from sheets.working import Working


@dataclass(frozen=True)
class Drift:
    """A cell of ours that somebody edited. `found` is what it held, `restored` what is put (back) there; both text.

    `tab` and `column` as people see them, `about` the row in words. `found` may hold what must not be logged.
    """

    tab: str
    row_key: str
    about: str
    column_key: str
    column: str
    found: str = field(repr=False)
    restored: str = field(repr=False)

    @property
    def id(self) -> str:
        """The same edit of the same cell has the same id: a pass that is repeated tells of nothing twice."""
        said = [self.tab, self.row_key, self.column_key, self.found, self.restored]
        return seals.digest("\n".join(said), 16)


@dataclass(frozen=True)
class SetAside:
    """A row that stood in our way, or that is ours no more. `held`: what was in it that we can't draw again."""

    tab: str
    row_key: str
    about: str
    why: str
    held: str = field(repr=False)

    @property
    def id(self) -> str:
        """As of Drift: the same row set aside again has the same id."""
        return seals.digest(f"{self.tab}\n{self.row_key}\n{self.about}\n{self.why}\n{self.held}", 16)


COPY = "Another row has the same key"
GONE = "The row is no longer part of this audit cycle"


def edits(work: Working, row: Row, at: int) -> list[Drift]:
    """What people did to the cells of a row: those that are neither as last drawn nor as drawn now."""
    seal = work.seals.get(row.key)
    if seal is not None and not covered(work, row):
        return []  # drawn with other columns than now: nothing to lay beside it
    drift = []
    for place, column in enumerate(work.tab.columns):
        value, drawn = work.grid.at(at, work.at[column.key]), row.values[place]
        if column.key in work.added or seals.same(value, drawn):
            continue
        edited = value != "" if seal is None else seals.cell_digest(value) != seal.cells[place]
        if edited:
            drift.append(_drift(work, row, column.key, value, drawn))
    return drift


def covered(work: Working, row: Row) -> bool:
    """Whether the row has a seal that speaks of the columns that are drawn now."""
    seal = work.seals.get(row.key)
    return seal is not None and seal.covers([column.key for column in work.tab.columns])


def key_edit(work: Working, row: Row, at: int) -> list[Drift]:
    """The key cell, if somebody typed something of their own over it."""
    value = work.grid.at(at, work.at[KEY])
    keys = {HEADER, *(one.key for one in work.tab.rows)}
    if KEY in work.added or value == "" or seals.fold(value) in keys:
        return []
    return [_drift(work, row, KEY, value, row.key)]


def lost_columns(work: Working) -> list[Drift]:
    """The columns of ours that somebody deleted: one each, not one a cell."""
    header = work.tab.header
    if not covered(work, header):
        return []
    return [_drift(work, header, key, "(deleted)", _header(work, key)) for key in work.added if key != SEAL]


def _header(work: Working, key: str) -> str:
    return next((column.header for column in work.tab.columns if column.key == key), HEADER)


def _drift(work: Working, row: Row, column: str, value: Found, drawn: Value) -> Drift:
    return Drift(
        work.grid.title, row.key, about(work, row), column, _header(work, column), found.text(value), found.text(drawn)
    )


def about(work: Working, row: Row) -> str:
    """A row in words: its identity cells."""
    if row.key == HEADER:
        return "the header"
    cells = (row.values[place] for place, column in enumerate(work.tab.columns) if column.identity)
    return ", ".join(found.text(value) for value in cells if value != "")


def copies(work: Working) -> list[SetAside]:
    """The rows that have another row's key, with what they hold that the other one doesn't."""
    drawn = {row.key: row for row in (work.tab.header, *work.tab.rows)}
    return [
        SetAside(work.grid.title, key, about(work, drawn[key]), COPY, held(work, at, drawn[key]))
        for at, key in work.copies
    ]


def gone(work: Working) -> list[SetAside]:
    """The rows that aren't drawn any more, where people put something of their own in them.

    Our own cells of such a row aren't set aside: the database has them, or must not have them any more.
    """
    columns = [work.at[column.key] for column in work.tab.columns if column.identity]
    aside = []
    for at in work.stale:
        own = held(work, at, None)
        if own:
            words = ", ".join(found.text(work.grid.at(at, column)) for column in columns)
            aside.append(SetAside(work.grid.title, found.text(work.grid.at(at, work.at[KEY])), words, GONE, own))
    return aside


def held(work: Working, at: int, drawn: Row | None) -> str:
    """What a row holds, line by line, each after its header: people's cells, and those unlike the drawn row's."""
    ours = {across: key for key, across in work.at.items() if key in work.tab.column_keys}
    places = {column.key: place for place, column in enumerate(work.tab.columns)}
    lines = []
    for across, value in enumerate(work.grid.cells[at] if at < len(work.grid.cells) else []):
        key = ours.get(across)
        if value == "" or key in (KEY, SEAL):
            continue
        if key is not None and (drawn is None or seals.same(value, drawn.values[places[key]])):
            continue
        title = "" if work.header is None else found.text(work.grid.at(work.header, across))
        lines.append(f"{title or f'Column {across + 1}'}: {found.text(value)}")
    lines += [f"Note: {note}" for (row, _), note in sorted(work.grid.notes.items()) if row == at]
    return "\n".join(lines)
