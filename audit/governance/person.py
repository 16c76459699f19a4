"""Everything about one person's acts: their record, and each row that names them, without its content."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Column, ColumnElement, or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.errors import NotFound, Refused
from audit.governance import export, export_rows
from audit.governance.export import Export
from audit.governance.export_rows import StoredRow
from storage.cycles import Cycle
from storage.holds import Exports, Holding, Holds, Kept, holdings
from storage.people import Person, Workspace
from storage.trail import TrailEntry
from storage.types import Base

_BESIDE = (Holds.ROW, Holds.WHEN, Holds.NUMBER, Holds.CHOICE, Holds.YES_NO)
"""Columns that distinguish one act from another and don't show its content."""
_MOST_NAMED = 10
_PEOPLE = Base.metadata.tables[Person.__tablename__]


def of_person(session: Session, who: str) -> Export:
    """All of a person's acts. `who`: their label, or T.../U... (workspace/user). NotFound; Refused if several match."""
    person, account = _find(session, who)
    words = export_rows.words(session)
    by_table: list[tuple[Sequence[Holding], list[StoredRow]]] = []
    words.rows[person.id] = _PEOPLE.name
    for marked in sorted(export.tables(Exports.PERSON), key=_order):
        columns, which = _columns(marked), _which(person, account, marked, words.rows)
        rows = list(_theirs(person, columns, export_rows.read(session, columns, which, beside=True)))
        if marked[0].table in _own():  # the trail names whoever acted on these
            words.rows |= {str(row["_key"]): marked[0].table for row in rows}
        by_table.append((columns, rows))
    listed = [export_rows.list_rows(words, columns, rows, ("audit", "case")) for columns, rows in by_table]
    numbers = {row["audit"] for _, rows in by_table for row in rows if row["audit"]}
    cycles = session.scalars(select(Cycle.id).where(Cycle.number.in_(numbers)))
    return export.of_rows(session, export.PERSON, (person.label, person.id, None), listed, cycles)


def note(session: Session, by: str, made: Export) -> None:
    """Record in the register of readings that somebody, given by their role, has this person's export."""
    trail.reading(session, by, export.PERSON, subject_id=made.subject_id)


def _find(session: Session, who: str) -> tuple[Person, str]:
    """The person, and their workspace and user id as T.../U..."""
    people = select(Person, Workspace.team_id + "/" + Person.user_id).join(
        Workspace, Workspace.id == Person.workspace_id
    )
    everybody = session.execute(people.order_by(Person.id)).all()  # not every database folds É to é
    matches = [each for each in everybody if _same(each[0].label, who) or each[1] == who]
    if not matches:
        raise NotFound(
            f"Nobody here is called “{who}”. Write it as Slack shows it, or give the ids of their workspace and of"
            " themselves, such as T0123ABCD/U0456EFGH."
        )
    if len(matches) > 1:
        accounts = ", ".join(each for _, each in matches[:_MOST_NAMED])
        raise Refused(f"{len(matches)} people here are called “{who}”. Say which: {accounts}.")
    return matches[0][0], matches[0][1]


def _same(label: str, who: str) -> bool:
    """Whether both are the same name, regardless of case, spacing and composed characters."""
    one, other = (" ".join(unicodedata.normalize("NFKC", each).casefold().split()) for each in (label, who))
    return one == other


def _columns(marked: Sequence[Holding]) -> tuple[Holding, ...]:
    """The marked columns of a table, and those that distinguish its rows."""
    names = {each.column for each in marked}
    of_table = (each for each in holdings() if each.table == marked[0].table)
    return tuple(each for each in of_table if each.column in names or each.holds in _BESIDE)


def _which(person: Person, account: str, marked: Sequence[Holding], own: Mapping[str, str]) -> ColumnElement[bool]:
    """A condition on a table: its row may name the person. `own`: ids of rows that are only about this person."""
    table = Base.metadata.tables[marked[0].table]
    if table is _PEOPLE:
        return table.columns["id"] == person.id
    if table is TrailEntry.__table__:
        named = (TrailEntry.subject_id.in_(own), TrailEntry.detail.contains(person.id))
        return or_(TrailEntry.person_id == person.id, TrailEntry.actor == account, *named)
    columns = [table.columns[each.column] for each in marked]
    keyed = [column.in_(own) for column in columns if _leads(column)]
    return or_(*keyed) if keyed else or_(*(column.is_not(None) for column in columns if not column.foreign_keys))


def _own() -> frozenset[str]:
    """The tables with rows about exactly one person."""
    return frozenset(each.table for each in holdings() if each.kept is Kept.PEOPLE and each.column == "id")


def _order(marked: Sequence[Holding]) -> tuple[bool, int]:
    """The sort key of tables: a person's own first, each after those it refers to, the trail (which names all) last."""
    name = marked[0].table
    places = [each.name for each in Base.metadata.sorted_tables]
    return (name not in _own(), len(places) if name == TrailEntry.__tablename__ else places.index(name))


def _leads(column: Column[str]) -> bool:
    """Whether a column refers to a person, or to a row that is only about one person."""
    return any(key.column.table.name in _own() for key in column.foreign_keys)


def _theirs(person: Person, columns: Sequence[Holding], found: Sequence[StoredRow]) -> Iterator[StoredRow]:
    """The rows, with lists of people reduced to this person, so that nobody else's name is exported with them."""
    for row in found:
        lists = {each.column: value for each in columns if isinstance(value := row[each.column], list)}
        only = {
            name: [each for each in value if _same(person.label, each.rpartition(" (")[0])]
            for name, value in lists.items()
        }
        if not lists or any(only.values()):
            yield {**row, **only}
