"""Empties what people wrote about an audit when its time is over, by what each column declares to hold.

No table is named here: a new column is emptied by its kind (storage.holds). Grades, counts, dates and hashes stay, so
that every number stays as it was. A second run finds nothing left to do.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import JSON, Column, ColumnElement, CursorResult, Table, select, update
from sqlalchemy.orm import Session

from storage import belonging
from storage.crypto import WrongKey, bound_to, vault_of
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.holds import Holding, Holds, Kept, holdings
from storage.rotation import Unopened
from storage.types import Base

REMOVED = "(removed: its time was over)"
"""Replaces a text that must not be empty."""
OF_THEME = "theme:"
"""Prefix of JSON keys that are labels of learning themes, which may have been renamed since."""
BATCH = 200
"""Number of rows in one transaction."""
LISTS = (Holds.NAME, Holds.GRADE, Holds.CHOICE, Holds.FORM)
"""The columns that hold words of lists, which are nobody's own words."""
_CYCLES = Base.metadata.tables[Cycle.__tablename__]
_PLAIN = re.compile(rf"|[0-9a-f]{{32}}|\d{{4}}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?|{re.escape(REMOVED[:-1])}, \d+\)")
"""An empty text, an id of ours, a date or time, or the substitute for the label of a learning theme since renamed."""
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FIRST = re.compile(r"([^ :]*)([ :]?)(.*)", re.DOTALL)


@dataclass(frozen=True)
class LastingWords:
    """What is kept of a text from which numbers are counted: the words of `lists`, provided the text stays `readable`.

    `readable(table, text)`: whether a text still has everything that is counted from it. `named(table, text)`: the
    names that a text has for those its numbers are about, which may have been renamed since. `themes(table, text)`: its
    names for learning themes; a numbered substitute replaces each that isn't kept, so that two stay distinct.
    `numbers`: the keys whose number is kept although it was typed.
    """

    lists: frozenset[str]
    readable: Callable[[str, str], bool] = lambda _table, _text: True
    named: Callable[[str, str], frozenset[str]] = lambda _table, _text: frozenset()
    themes: Callable[[str, str], Collection[str]] = lambda _table, _text: ()
    numbers: frozenset[str] = frozenset()

    def of(self, table: str, text: str) -> "LastingWords":
        """The same for one text of a table, whose own names for those its numbers are about are added to `lists`."""
        named = self.named(table, text)
        return replace(self, lists=self.lists | named) if named else self


@dataclass
class Emptied:
    """How many texts were emptied, and which are left because numbers counted from them would be lost.

    `stopped`: the run was told to stop before the end.
    """

    count: int = 0
    left: list[Unopened] = field(default_factory=list)
    stopped: bool = False


class _Stopped(Exception):
    """The run was told to stop."""


def texts(*kept: Kept) -> Iterator[Holding]:
    """The columns with people's own words that are kept by one of these rules."""
    yield from (each for each in holdings() if each.kept in kept and each.holds in (Holds.SEALED, Holds.WRITTEN))


def empty(
    sessions: Sessions, cycle_id: str, kept: Collection[Kept], words: LastingWords, go_on: Callable[[Session], bool]
) -> Emptied:
    """Empty what people wrote about a cycle in the columns kept by one of these rules.

    `go_on` is asked in each transaction, before anything is emptied, whether the run may continue.
    """
    run = _Emptying(sessions, words, go_on)
    try:
        for holding in texts(*kept):
            column: Column[bytes] = Base.metadata.tables[holding.table].columns[holding.column]
            run.empty(holding, column, of_cycles(column.table, Cycle.id == cycle_id))
    except _Stopped:
        run.emptied.stopped = True
    return run.emptied


@dataclass(frozen=True)
class _Emptying:
    """A run over columns: what is kept of a text, whether to continue, and the outcome so far."""

    sessions: Sessions
    words: LastingWords
    go_on: Callable[[Session], bool]
    emptied: Emptied = field(default_factory=Emptied)

    @contextmanager
    def _step(self) -> Iterator[Session]:
        with self.sessions.begin() as session:
            if not self.go_on(session):
                raise _Stopped
            yield session

    def empty(self, holding: Holding, column: Column[bytes], about: ColumnElement[bool]) -> None:
        """Empty a column in the rows for which `about` holds; _Stopped."""
        sealed = holding.holds is Holds.SEALED
        if holding.counted or (sealed and not column.nullable):
            self._seal_anew(column, about, counted=holding.counted)
            return
        filled = column.is_not(None) if sealed else column != ""
        with self._step() as session:
            done = session.execute(update(column.table).where(about, filled).values({column: None if sealed else ""}))
            assert isinstance(done, CursorResult)  # noqa: S101  # an update of a table returns one
            self.emptied.count += done.rowcount

    def _seal_anew(self, column: Column[bytes], about: ColumnElement[bool], *, counted: bool) -> None:
        """Seal what is kept of each text, batch by batch. The ids are selected once, as each time scans the table."""
        key = column.table.columns["id"]
        with self.sessions.reading() as session:
            ids = session.scalars(select(key).where(about, column.is_not(None)).order_by(key)).all()
        for begin in range(0, len(ids), BATCH):
            some = select(key, column).where(key.in_(ids[begin : begin + BATCH]), column.is_not(None)).order_by(key)
            with self._step() as session:
                for row_id, sealed in session.execute(some.with_for_update()).all():
                    self._seal_one(session, column, row_id, sealed, counted=counted)
            fault("purge.after_some")

    def _seal_one(self, session: Session, column: Column[bytes], row_id: str, sealed: bytes, *, counted: bool) -> None:
        """Replace one text by REMOVED, or, if numbers are `counted` from it, by what is kept of it."""
        vault, table = vault_of(session), column.table.name
        place = bound_to(table, row_id, column.name)
        try:
            text: str | None = vault.open(sealed, place)
        except WrongKey as wrong:
            if counted:
                self._leave(column, row_id, wrong.why)
                return
            text = None
        left = _lasting(table, text or "", self.words) if counted else REMOVED
        if counted and not self.words.readable(table, left):
            self._leave(column, row_id, "would not say any more what is counted from it: please tell us so")
        elif left != text:
            anew = update(column.table).where(column.table.columns["id"] == row_id)
            session.execute(anew.values({column: vault.seal(left, place)}))
            self.emptied.count += 1

    def _leave(self, column: Column[bytes], row_id: str, why: str) -> None:
        self.emptied.left.append(Unopened(column.table.name, column.name, row_id, why))


def _lasting(table: str, text: str, words: LastingWords) -> str:
    """What is kept of a text of this table."""
    themes = enumerate(words.themes(table, text), 1)
    called = {f"{of}{each}": f"{of}{REMOVED[:-1]}, {number})" for number, each in themes for of in ("", OF_THEME)}
    return without_words(text, words.of(table, text).lists, words.numbers, called)


def without_words(
    text: str, words: Collection[str], numbers: Collection[str] = (), called: Mapping[str, str] = MappingProxyType({})
) -> str:
    """JSON with its structure and numbers, but of its texts only words of lists, dates, ids and the `numbers`.

    `called`: text -> its substitute, where that isn't REMOVED.
    """
    stays = json.dumps(_without_words(json.loads(text), words, numbers, called), ensure_ascii=False)
    return text if json.loads(text) == json.loads(stays) else stays


def is_listed(text: str, words: Collection[str]) -> bool:
    """Whether a text is nobody's own words: words of lists one after the other, a date, a time, an id, or nothing."""
    rest = text
    while rest not in words and not _PLAIN.fullmatch(rest):
        word, more, rest = _FIRST.fullmatch(rest).groups()  # type: ignore[union-attr]  # it matches every text
        if not more or word not in words:
            return False
    return True


def _without_words(
    value: object, words: Collection[str], numbers: Collection[str], called: Mapping[str, str]
) -> object:
    if isinstance(value, str):
        return value if is_listed(value, words) else called.get(value, REMOVED)
    if isinstance(value, list):
        return [_without_words(each, words, numbers, called) for each in value]
    if isinstance(value, dict):
        return {
            _without_words(key, words, numbers, called) if key.startswith(OF_THEME) else key: each
            if key in numbers and _is_number(each)
            else _without_words(each, words, numbers, called)
            for key, each in value.items()
        }
    return value


def is_kept_value(text: str, key: str, words: LastingWords) -> bool:
    """Whether the value of a JSON key is kept: words of lists, a date, an id, or a number that is counted."""
    return is_listed(text, words.lists) or (key in words.numbers and _is_number(text))


def _is_number(value: object) -> bool:
    return isinstance(value, str) and bool(_NUMBER.fullmatch(value.strip()))


def listed_words(session: Session) -> frozenset[str]:
    """Every word of a list: names, grades, choices, forms, and the references of cases."""
    choices = (each for each in StrEnum.__subclasses__() if each.__module__.startswith(f"{__package__}."))
    words: set[str] = {REMOVED, *(str(word) for each in choices for word in each)}
    for each in holdings():
        if each.holds in LISTS or (each.table, each.column) == ("cases", "reference"):
            column = Base.metadata.tables[each.table].columns[each.column]
            values = select(column).where(column.is_not(None))
            for value in session.scalars(values if isinstance(column.type, JSON) else values.distinct()):
                words.update(_strings(value))
    return frozenset(words)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def of_cycles(table: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a row of the table belongs to a cycle for which `which` holds; TypeError if none can."""
    return belonging.belonging(table, _CYCLES, which)


def placed(table: Table) -> bool:
    """Whether rows of the table belong to a cycle."""
    return belonging.placed(table, _CYCLES)
