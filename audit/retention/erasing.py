"""Erasing texts of a case, or of an audit as a whole, before their time, with all copies of them.

A text is copied into later versions, drafts, earlier wordings and reports, and is quoted. Every copy and every
quotation is erased, but the same words in another text stay: an agency's own answer, for example, that happens to read
alike. All of this is one transaction.
"""

import json
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, null, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.erased_word import ERASED
from audit.screening import erased
from storage import belonging, text_removal
from storage.actions import Action, Recommendation
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import WrongKey, bound_to, vault_of
from storage.cycles import Cycle
from storage.findings import Finding
from storage.holds import Holding, Kept
from storage.immediate import ImmediateAction
from storage.promises import PromiseKind, promise
from storage.publications import Publication
from storage.reports import Report, ReportParagraph
from storage.returns import Return
from storage.rotation import Unopened
from storage.text_removal import OF_THEME, LastingWords
from storage.trail import TrailEntry
from storage.types import LOCK, Base

_CASES = Base.metadata.tables[Case.__tablename__]
_ORIGINS = tuple(
    Base.metadata.tables[each.__tablename__] for each in (Return, Finding, Action, Recommendation, ReportParagraph)
)
"""Rows whose texts are copied: a return's to versions, drafts, immediate actions; others' to earlier wordings."""
_COPIED = ImmediateAction.__tablename__
_FROZEN = (Report.__tablename__, Publication.__tablename__)
"""Tables whose texts are composed of others', without a record of their origin."""


@dataclass(frozen=True)
class WhoseTexts:
    """The case, or the audit as a whole, of which texts are erased.

    `case_id`: None for an audit's texts that are about no case. `called`: its name in the trail.
    """

    cycle_id: str
    case_id: str | None
    called: str

    @classmethod
    def of_case(cls, case: Case) -> "WhoseTexts":
        """A case's texts."""
        return cls(case.cycle_id, case.id, case.reference)

    @classmethod
    def of_audit(cls, cycle: Cycle) -> "WhoseTexts":
        """An audit's texts that are about no case."""
        return cls(cycle.id, None, f"audit {cycle.number}")

    @property
    def id(self) -> str:
        """The case's id, or the cycle's."""
        return self.case_id or self.cycle_id


@dataclass(frozen=True)
class ChosenText:
    """A text to be erased. `key`: its key in the row's JSON, or its column; `reference`: the request's."""

    table: str
    row_id: str
    key: str
    wording: str
    reference: str

    @property
    def left(self) -> str:
        """What replaces the text: ERASED, with the reference if only a report's version has it."""
        return self.named if self.table in _FROZEN else ERASED

    @property
    def named(self) -> str:
        """ERASED with the reference, so that two erased learning themes of a report stay distinct."""
        return f"{ERASED[:-1]}, {self.reference})"


@dataclass
class RowsToErase:
    """The rows with something to erase: (table, id) -> origin.

    `copies`: texts (table, id, key) that are erased whole; `quoting`: those from which only a quotation is erased.
    `left`: texts that can't be unsealed and so weren't searched.
    """

    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    copies: set[tuple[str, str, str]] = field(default_factory=set)
    quoting: set[tuple[str, str, str]] = field(default_factory=set)
    left: list[Unopened] = field(default_factory=list)


def look(session: Session, whose: WhoseTexts, texts: Collection[ChosenText], words: LastingWords) -> RowsToErase:
    """Find what `erase` would change. `words`: the software's own words and those that are counted, which stay."""
    return _passed(session, whose, texts, words, change=False)


def erase(session: Session, whose: WhoseTexts, texts: Collection[ChosenText], words: LastingWords) -> RowsToErase:
    """Replace these texts and their copies with ERASED, and have everything that shows them redrawn.

    All rows are locked before any is read: otherwise a text edited meanwhile could be copied into a table that has
    already been searched.
    """
    cases = Case.id == whose.case_id if whose.case_id else Case.cycle_id == whose.cycle_id
    involved = select(Involvement.id).join(Case, Case.id == Involvement.case_id).where(cases)
    returns = select(Return.id).where(Return.involvement_id.in_(involved)).order_by(Return.id)
    session.scalars(returns.with_for_update(**LOCK)).all()  # a return being sent waits, and then finds its text erased
    deque(rows_of(session, whose, lock=True), maxlen=0)
    done = _passed(session, whose, texts, words, change=True)
    if done.rows:
        session.expire_all()
        promise(session, PromiseKind.CYCLE, whose.cycle_id, now(session))
        promise(session, PromiseKind.ACTION, whose.cycle_id, now(session))
    return done


def note(session: Session, by: str | None, whose: WhoseTexts, text: ChosenText, why: str) -> None:
    """Record in the trail that a text was erased, by whom and why; never the text itself."""
    mark, detail = erased.marked(session, text.wording)[0], f"{_named(whose, text.reference)}{why}"
    trail.record(session, by, erased.VERB, subject_id=mark, cycle_id=whose.cycle_id, detail=detail)


def is_known(session: Session, whose: WhoseTexts, reference: str) -> bool:
    """Whether the trail says that the text with this reference was erased."""
    said = TrailEntry.detail.startswith(_named(whose, reference), autoescape=True)
    here = (TrailEntry.verb == erased.VERB, TrailEntry.cycle_id == whose.cycle_id)
    return session.scalar(select(TrailEntry.number).where(*here, said).limit(1)) is not None


def _named(whose: WhoseTexts, reference: str) -> str:
    return f"{whose.called}, {reference}: "


@dataclass(frozen=True)
class TextRow:
    """A row's column that holds text. `origin`: the id of its row in `_ORIGINS`, or its own id.

    `case_id`: None if it is about the audit as a whole.
    """

    of: Holding
    id: str
    value: bytes | str
    origin: str
    case_id: str | None

    @property
    def place(self) -> str:
        """The row and column to which the sealed text is bound."""
        return bound_to(self.of.table, self.id, self.of.column)

    def opened(self, session: Session) -> str:
        """The column's text, unsealed; WrongKey."""
        return self.value if isinstance(self.value, str) else vault_of(session).open(self.value, self.place)

    def texts(self, session: Session) -> Iterator[tuple[str, str]]:
        """(key, text) of each text in the column; WrongKey."""
        text = self.opened(session)
        yield from _texts(json.loads(text), "") if self.of.in_parts else ((self.of.column, text),)

    def put(self, session: Session, text: str) -> None:
        """Replace the column's text."""
        table = Base.metadata.tables[self.of.table]
        anew = text if isinstance(self.value, str) else vault_of(session).seal(text, self.place)
        session.execute(update(table).where(table.columns["id"] == self.id).values({self.of.column: anew}))


class _Erasing:
    """Removes chosen texts, each with its origin, from other texts, and notes in `found` where it did."""

    def __init__(self, texts: Collection[tuple[str, ChosenText]], words: LastingWords, found: RowsToErase) -> None:
        self._at = {(origin, each.key, erased.folded(each.wording)) for origin, each in texts}
        self._of = {(origin, wording) for origin, _, wording in self._at}
        self._all = {erased.folded(each.wording): each for _, each in texts}
        self._words, self._found = words, found
        own = sorted((each for each in self._all if len(each) >= erased.LONG), key=len, reverse=True)
        said = "|".join(r"\s+".join(map(re.escape, each.split())) for each in own)
        self._quoted = re.compile(rf"(?<!\w)(?:{said})(?!\w)") if own else None

    def left_of(self, row: TextRow, text: str) -> str:
        """What is left of a row's `text`."""
        if not row.of.in_parts:
            return self._left(row, row.of.column, text)
        said = json.loads(text)
        words = self._words.of(row.of.table, text)
        called = self._called(words, words.themes(row.of.table, text))

        def left_in(key: str, value: object) -> object:
            if isinstance(value, str):
                if value in called:
                    self._found.copies.add((row.of.table, row.id, key))
                    return called[value]
                return value if text_removal.is_kept_value(value, key, words) else self._left(row, key, value)
            if isinstance(value, list):
                return [left_in(key, each) for each in value]
            if isinstance(value, dict):
                return {called.get(name, name): left_in(name, each) for name, each in value.items()}
            return value

        left = left_in("", said)
        return text if left == said else json.dumps(left, ensure_ascii=False)

    def _called(self, words: LastingWords, themes: Collection[str]) -> Mapping[str, str]:
        """Name of a learning theme to be erased -> what replaces it, both alone and as a key of JSON."""
        chosen = {each: self._all.get(erased.folded(each)) for each in themes if each not in words.lists}
        return {f"{of}{each}": f"{of}{one.named}" for each, one in chosen.items() if one for of in ("", OF_THEME)}

    def _left(self, row: TextRow, key: str, text: str) -> str:
        said = erased.folded(text)
        if said in self._all and not self._is_copy(row, key, said):
            return text
        if said in self._all:
            self._found.copies.add((row.of.table, row.id, key))
            return self._all[said].left
        left = text
        if self._quoted:
            left = self._quoted.sub(lambda quoted: self._all[erased.folded(quoted[0])].left, text)
        if left != text:
            self._found.quoting.add((row.of.table, row.id, key))
        return left

    def _is_copy(self, row: TextRow, key: str, said: str) -> bool:
        """Whether `said`, a whole text, is a copy of a chosen text, and not another's that reads alike.

        Short answers often do: the same one may be given to several questions of a return.
        """
        if (row.origin, key, said) in self._at:
            return True
        if row.case_id is None:
            return len(said) >= erased.LONG or row.of.table in _FROZEN
        return (len(said) >= erased.LONG or row.of.table == _COPIED) and (row.origin, said) in self._of


def _passed(
    session: Session, whose: WhoseTexts, texts: Collection[ChosenText], words: LastingWords, *, change: bool
) -> RowsToErase:
    """Go once through all texts that may contain these; with `change`, erase them."""
    found, rows = RowsToErase(), [*rows_of(session, whose, lock=change)]
    origins = {(row.of.table, row.id): row.origin for row in rows}
    erasing = _Erasing([(origins.get((each.table, each.row_id), each.row_id), each) for each in texts], words, found)
    for row in rows:
        try:
            text = row.opened(session)
        except WrongKey as wrong:
            found.left.append(Unopened(row.of.table, row.of.column, row.id, wrong.why))
            continue
        left = erasing.left_of(row, text)
        if left != text:
            found.rows[row.of.table, row.id] = row.origin
            if change:
                row.put(session, left)
    return found


def rows_of(session: Session, whose: WhoseTexts, *, lock: bool) -> Iterator[TextRow]:
    """All texts of an audit; with a case id, those about the case or about none."""
    for of in text_removal.texts(Kept.TEXT, Kept.DRAFT):
        table = Base.metadata.tables[of.table]
        key, column = table.columns["id"], table.columns[of.column]
        about = belonging.value_of_owner(table, _CASES.columns["id"]) if belonging.placed(table, _CASES) else null()
        ends = [
            belonging.value_of_owner(table, each.columns["id"]) for each in _ORIGINS if belonging.placed(table, each)
        ]
        origin = (func.coalesce(*ends, key) if ends else key).label("origin")
        rows = select(key, column, origin, about.label("about")).order_by(key)
        rows = rows.where(text_removal.of_cycles(table, Cycle.id == whose.cycle_id), column.is_not(None))
        if whose.case_id:
            rows = rows.where(or_(about.is_(None), about == whose.case_id))
        for row in session.execute(rows.with_for_update(**LOCK) if lock else rows).all():
            yield TextRow(of, *row)


def _texts(value: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, name)
