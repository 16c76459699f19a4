"""What people wrote about an audit is emptied when its time is over, by what each column says it holds.

Nothing here knows a table: a column that comes anew is emptied by its kind (storage.holds). Grades, counts, days and
hashes stay, so that every number stays as it was. Going through it again finds nothing left to do.
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
"""What stands where a text was that must not be empty."""
OF_THEME = "theme:"
"""What stands before a learning theme's label where that is a key: it may be called otherwise since."""
BATCH = 200
"""Rows between two commits."""
LISTS = (Holds.NAME, Holds.GRADE, Holds.CHOICE, Holds.FORM)
"""What holds words of lists, which are nobody's own."""
_CYCLES = Base.metadata.tables[Cycle.__tablename__]
_PLAIN = re.compile(rf"|[0-9a-f]{{32}}|\d{{4}}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?|{re.escape(REMOVED[:-1])}, \d+\)")
"""Nothing, an id of ours, a day or a time, what stands for a learning theme that is called otherwise since."""
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FIRST = re.compile(r"([^ :]*)([ :]?)(.*)", re.DOTALL)


@dataclass(frozen=True)
class LastingWords:
    """What stays of a text that numbers are counted from: words of `lists`, as long as it is still `readable`.

    `readable`: whether a text of this table says all that is counted from it. `named`: what a text of this table calls
    those whom its numbers are about; they may be called otherwise since. `themes`: what it calls its learning themes;
    a number stands for each that doesn't stay, so that two stay two. `numbers`: the keys under which a number stays,
    though it was typed.
    """

    lists: frozenset[str]
    readable: Callable[[str, str], bool] = lambda _table, _text: True
    named: Callable[[str, str], frozenset[str]] = lambda _table, _text: frozenset()
    themes: Callable[[str, str], Collection[str]] = lambda _table, _text: ()
    numbers: frozenset[str] = frozenset()

    def of(self, table: str, text: str) -> "LastingWords":
        """What stays of this text of a table: what it calls those whom its numbers are about, too."""
        named = self.named(table, text)
        return replace(self, lists=self.lists | named) if named else self


@dataclass
class Emptied:
    """How many texts were emptied, and which are left, since numbers are counted from them that would be lost.

    `stopped`: it was told to go no further.
    """

    count: int = 0
    left: list[Unopened] = field(default_factory=list)
    stopped: bool = False


class _Stopped(Exception):
    """Nothing more is to be emptied."""


def texts(*kept: Kept) -> Iterator[Holding]:
    """The columns with what people wrote that is kept by one of these rules."""
    yield from (each for each in holdings() if each.kept in kept and each.holds in (Holds.SEALED, Holds.WRITTEN))


def empty(
    sessions: Sessions, cycle_id: str, kept: Collection[Kept], words: LastingWords, go_on: Callable[[Session], bool]
) -> Emptied:
    """Empty what people wrote about a cycle and is kept by one of these rules.

    `go_on`: whether that may still be done, asked in each transaction before anything is emptied in it.
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
    """Emptying columns one after the other: what stays of which, whether to go on, and what came of it so far."""

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
        """Empty a column in the rows of which `about` is true; _Stopped."""
        sealed = holding.holds is Holds.SEALED
        if holding.counted or (sealed and not column.nullable):
            self._seal_anew(column, about, counted=holding.counted)
            return
        there = column.is_not(None) if sealed else column != ""
        with self._step() as session:
            done = session.execute(update(column.table).where(about, there).values({column: None if sealed else ""}))
            assert isinstance(done, CursorResult)  # noqa: S101  # as an update of a table answers
            self.emptied.count += done.rowcount

    def _seal_anew(self, column: Column[bytes], about: ColumnElement[bool], *, counted: bool) -> None:
        """Some rows at a time. Which rows these are is asked once: a database would look through all for each step."""
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
        """Nothing of a text stays, but of one that numbers are `counted` from the lasting words."""
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
    """What stays of a text of this table."""
    themes = enumerate(words.themes(table, text), 1)
    called = {f"{of}{each}": f"{of}{REMOVED[:-1]}, {number})" for number, each in themes for of in ("", OF_THEME)}
    return without_words(text, words.of(table, text).lists, words.numbers, called)


def without_words(
    text: str, words: Collection[str], numbers: Collection[str] = (), called: Mapping[str, str] = MappingProxyType({})
) -> str:
    """JSON with its form and numbers, and of its texts only words of lists, days, ids and what `numbers` names.

    `called`: what stands for other words than REMOVED.
    """
    stays = json.dumps(_without_words(json.loads(text), words, numbers, called), ensure_ascii=False)
    return text if json.loads(text) == json.loads(stays) else stays


def is_listed(text: str, words: Collection[str]) -> bool:
    """Whether a text is nobody's own: words of lists behind one another, a day, a time, an id, or nothing."""
    rest = text
    while rest not in words and not _PLAIN.fullmatch(rest):
        word, more, rest = _FIRST.fullmatch(rest).groups()  # type: ignore[union-attr]  # it fits everything
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


def stays(text: str, key: str, words: LastingWords) -> bool:
    """Whether what stands under a key of JSON is counted, not a text: words of lists, a day, an id, a number."""
    return is_listed(text, words.lists) or (key in words.numbers and _is_number(text))


def _is_number(value: object) -> bool:
    return isinstance(value, str) and bool(_NUMBER.fullmatch(value.strip()))


def listed_words(session: Session) -> frozenset[str]:
    """Every word that stands in a list: names, grades, choices, forms, and the references of cases."""
    choices = (each for each in StrEnum.__subclasses__() if each.__module__.startswith(f"{__package__}."))
    found: set[str] = {REMOVED, *(str(word) for each in choices for word in each)}
    for each in holdings():
        if each.holds in LISTS or (each.table, each.column) == ("cases", "reference"):
            column = Base.metadata.tables[each.table].columns[each.column]
            there = select(column).where(column.is_not(None))
            for value in session.scalars(there if isinstance(column.type, JSON) else there.distinct()):
                found.update(_strings(value))
    return frozenset(found)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def of_cycles(table: Table, which: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a row of the table belongs to a cycle of which `which` is true; TypeError if no way leads to cycles."""
    return belonging.belonging(table, _CYCLES, which)


def placed(table: Table) -> bool:
    """Whether a row of the table belongs to a cycle."""
    return belonging.placed(table, _CYCLES)
