"""Rows for an export: the columns that belong in it, with ids in words, and sealed texts opened and split up."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from audit import question_names
from audit.erased_word import ERASED
from audit.report import words_that_stay
from audit.retention import purge
from audit.returns.history import WHY
from audit.tools import Section, Tool
from storage import belonging
from storage.cases import Case, Involvement
from storage.crypto import Vault, WrongKey, bound_to, vault_of
from storage.cycles import AuditTool, Cycle, LearningTheme, audit_name
from storage.holds import Holding, Holds
from storage.people import Agency, Area, Channel, Person, Workspace
from storage.returns import ReturnVersion
from storage.text_removal import REMOVED, LastingWords, is_kept_value
from storage.types import Base

TEXTS = (Holds.SEALED, Holds.WRITTEN)
_PURPOSE = "text.reference"
"""The purpose of the keyed hash from which references are made."""
Place = tuple[str, str]
"""A row: its table and its id."""
Questions = Mapping[str, tuple[str, Section]]
"""Question's key -> its name, and the question."""
StoredRow = Mapping[str, Any]
"""A row as stored, with its primary key as `_key`."""


@dataclass(frozen=True)
class ExportedText:
    """A text that somebody wrote. `part`: the question that it answers, or which part of its column it is.

    `by`: "" if nobody is recorded. `version`: None if its row has none. `opened`: False if it can't be opened.
    `wording`: the text as written, where `text` is as shown. `key`: its key in the column's JSON, or the column's name.
    `reference`: names the text to `roundtable erase`; "" if it can't be erased. `case`: reference of the case it is
    about, in an export that isn't that case's.
    """

    table: str
    row_id: str
    column: str
    part: str
    at: datetime | None
    by: str
    agency: str
    version: int | None
    text: str
    opened: bool = True
    wording: str = ""
    key: str = ""
    reference: str = ""
    case: str = ""


@dataclass(frozen=True)
class _Part:
    """A text of a column: its name, as shown, as written, its key, and its path in the column's JSON."""

    called: str
    shown: str
    wording: str
    key: str
    path: tuple[str, ...] = ()


Value = str | int | float | bool | date | datetime | Place | tuple[ExportedText, ...] | None
"""What a cell shows. A Place names a row of the same export; texts are shown in the list of texts."""


@dataclass(frozen=True)
class ListedRows:
    """The rows of a table that belong in an export. `about`: what a row is. `ids`: the rows' primary keys."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    ids: tuple[str, ...]

    @property
    def texts(self) -> Iterator[ExportedText]:
        """The texts of its rows, in order."""
        for row in self.rows:
            for value in row:
                if isinstance(value, tuple):
                    yield from (each for each in value if isinstance(each, ExportedText))


@dataclass
class Words:
    """Names of ids, the questions of each audit tool, and (return id, version) -> who sent it."""

    names: dict[str, str]
    questions: dict[str, Questions]
    authors: dict[tuple[str, int], str]
    vault: Vault
    lasting: LastingWords
    rows: dict[str, str] = field(default_factory=dict)
    """Id of a row in the export -> its table."""


def words(session: Session) -> Words:
    """All names, questions and authors, read at once."""
    columns = (Person.label, Agency.label, Area.label, LearningTheme.label, Workspace.name, Case.reference)
    names: dict[str, str] = {}
    for column in columns:
        table = column.class_.__table__
        names.update((row_id, name) for row_id, name in session.execute(select(table.c.id, column)))
    names.update(
        (channel, f"#{name}") for channel, name in session.execute(select(Channel.channel, Channel.name)) if name
    )
    for cycle in session.execute(select(Cycle.id, Cycle.number, Cycle.title)):
        names[cycle.id] = audit_name(cycle.title, cycle.number)
    questions: dict[str, Questions] = {}
    for row in session.scalars(select(AuditTool)):
        tool = Tool.stored(row)
        names[row.id] = f"{row.title or row.key} {row.version}"
        labels = question_names.names(tool.sections)
        questions[row.id] = {each.key: (labels[each.key], each) for each in tool.sections}
    sent = select(ReturnVersion.return_id, ReturnVersion.number, ReturnVersion.by_id)
    authors = {(each.return_id, each.number): names[each.by_id] for each in session.execute(sent)}
    people = frozenset(session.scalars(select(Person.label)))  # the label of a person who did something isn't a text
    lasting = purge.lasting(session, replace(words_that_stay.LASTING, lists=words_that_stay.LASTING.lists | people))
    return Words(names, questions, authors, vault_of(session), lasting)


def read(
    session: Session, columns: Sequence[Holding], which: ColumnElement[bool], *, beside: bool = False
) -> list[StoredRow]:
    """The rows of the columns' table that fulfil `which`, in order, with what is needed to put them into words.

    `beside`: also the case's reference and the audit's number, as `case` and `audit`.
    """
    table = Base.metadata.tables[columns[0].table]
    named = {each.column for each in columns}
    written = columns[0].written
    wanted = {each.name: each for each in table.columns if each.name in named}
    if written is not None:
        needed = (written.at, written.first, written.by, written.version, "return_id", "tool_id")
        wanted |= {name: table.columns[name] for name in needed if name is not None and name in table.columns}
    key = next(iter(table.primary_key))
    more = [
        key.label("_key"), _of(table, Involvement.agency_id, "agency_id").label("_agency"),
        _of(table, Cycle.tool_id).label("_tool"),
    ]  # fmt: skip
    if beside:
        more += [_of(table, Case.reference).label("case"), _of(table, Cycle.number).label("audit")]
    rows = session.execute(select(*wanted.values(), *more).where(which).order_by(key))
    return [dict(row) for row in rows.mappings()]


def _of(table: Table, wanted: InstrumentedAttribute[Any], own: str = "") -> ColumnElement[Any]:
    """A column of what a row belongs to, or the row's `own` column of that name; null if there is neither."""
    if own in table.columns:
        return table.columns[own]
    column = wanted.class_.__table__.columns[wanted.key]
    return belonging.value_of_owner(table, column) if belonging.placed(table, column.table) else null()


def list_rows(
    words: Words, columns: Sequence[Holding], found: Iterable[StoredRow], beside: Sequence[str] = ()
) -> ListedRows:
    """Rows in words. `beside`: names of additional columns that `read` returned."""
    shown, ids = [], []
    for row in found:
        shown.append((*(row[name] for name in beside), *_row(words, columns, row)))
        ids.append(str(row["_key"]))
    names = (*beside, *(each.column for each in columns))
    return ListedRows(columns[0].table, columns[0].about, names, tuple(shown), tuple(ids))


def _row(words: Words, columns: Sequence[Holding], row: StoredRow) -> Iterator[Value]:
    for holding in columns:
        value = row[holding.column]
        if holding.holds in TEXTS:
            yield tuple(_texts(words, holding, row)) if value is not None else None
        elif holding.holds in (Holds.ROW, Holds.ACCOUNT) and holding.column != "id" and isinstance(value, str):
            yield words.names.get(value) or ((words.rows[value], value) if value in words.rows else value)
        else:
            yield plain(value)


def plain(value: object) -> Value:
    """A value as a cell shows it. Lists and objects are put on one line."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {each}" for key, each in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return value  # type: ignore[return-value]  # the column's other types


def _texts(words: Words, of: Holding, row: StoredRow) -> Iterator[ExportedText]:
    value, opened = row[of.column], True
    if of.holds is Holds.SEALED:
        try:
            value = words.vault.open(value, bound_to(of.table, row["_key"], of.column))
        except WrongKey as wrong:
            value, opened = f"(can't be opened: it {wrong.why})", False
    questions, lasting = words.questions.get(row.get("tool_id") or row["_tool"] or "", {}), words.lasting
    if opened and of.in_parts:
        lasting = lasting.of(of.table, value)
        parts = _parts(words, questions, json.loads(value))
    else:
        parts = iter([_Part(_called(of.column), value, value if opened else "", of.column)])
    at, by, version = _written(words, of, row)
    agency = words.names.get(row["_agency"] or "", "")
    for part in parts:
        counted = bool(part.path) and is_kept_value(part.wording, part.key, lasting)
        reference = "" if counted else _reference(words, of, row, part)
        yield ExportedText(
            of.table, row["_key"], of.column, part.called, at, by, agency, version, part.shown, opened,
            part.wording, part.key, reference,
        )  # fmt: skip


def _reference(words: Words, of: Holding, row: StoredRow, part: _Part) -> str:
    """The reference that names a text to be erased, the same while the text is unchanged; "" if it can't be erased."""
    if part.wording.strip() in ("", REMOVED) or part.wording.startswith(ERASED[:-1]):
        return ""
    identity = "\0".join((of.table, row["_key"], of.column, *part.path, part.wording))
    _, mark = words.vault.marks(_PURPOSE, identity)[0]
    return f"{mark[:5]}-{mark[5:10]}".upper()


def _written(words: Words, of: Holding, row: StoredRow) -> tuple[datetime | None, str, int | None]:
    """When a row's texts were written, by whom, and as which version."""
    if of.written is None:
        return None, "", None
    version = row[of.written.version] if of.written.version else None
    at = row[of.written.at] or (row[of.written.first] if of.written.first else None)
    by = words.names.get(row[of.written.by] or "", "") if of.written.by else ""
    if not by and version is not None and "return_id" in row:  # a return's version was written by its sender
        by = words.authors.get((row["return_id"], version), "")
    return at, by, version


def _parts(words: Words, questions: Questions, value: object, path: tuple[str, ...] = ()) -> Iterator[_Part]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _parts(words, questions, each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _parts(words, questions, each, (*path, str(number)) if len(value) > 1 else path)
    elif isinstance(value, str) and value:
        asked = next((questions[each] for each in reversed(path) if each in questions), None)
        key = next((each for each in reversed(path) if not each.isdecimal()), "")
        if asked is not None:
            yield _Part(asked[0], asked[1].shown(value), value, key, path)
        else:
            yield _Part(_called(*path), words.names.get(value, value), value, key, path)


def _called(*path: str) -> str:
    label = ", ".join(each.replace("_", " ") for each in path if each not in ("sections", "answers"))
    return WHY if label == "why" else label[:1].upper() + label[1:]
