"""Everything about one case: the rows that its keys lead to, and the rows that name its reference."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sqlalchemy import ColumnElement, Table, and_, false, or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.errors import NotFound, Refused
from audit.governance import elsewhere, export, export_rows
from audit.governance.export import Export
from audit.governance.export_rows import StoredRow, Words
from storage import belonging
from storage.cases import Case
from storage.cycles import Cycle
from storage.holds import Exports, Holding, Holds
from storage.past import PastCycle, PastResult
from storage.types import Base

_CASES, _CYCLES, _PAST = (Base.metadata.tables[each.__tablename__] for each in (Case, Cycle, PastCycle))


@dataclass(frozen=True)
class _Found:
    """A case or, if `id` is None, its results in an imported audit. `audit`: that audit's number or name."""

    reference: str
    id: str | None
    cycle_id: str
    audit: int | str


def of_case(session: Session, reference: str, audit: int | str | None) -> Export:
    """Everything kept about a case. NotFound; Refused if several audits have this reference and `audit` is None."""
    subject = _find(session, reference, audit)
    words = export_rows.words(session)
    by_table: list[tuple[Sequence[Holding], list[StoredRow]]] = []
    for columns in sorted(export.tables(Exports.CASE), key=lambda each: not _keyed(each)):  # keyed tables first
        which = _which(subject, columns, words)
        rows = export_rows.read(session, columns, which)
        if _keyed(columns):
            words.rows |= {row["_key"]: columns[0].table for row in rows}
        else:
            rows = [row for row in rows if _about(subject, columns, words, row)]
        by_table.append((columns, rows))
    listed = [export_rows.list_rows(words, columns, rows) for columns, rows in by_table]
    cycles = [subject.cycle_id] if subject.id else []
    about = (subject.reference, subject.id or subject.cycle_id, subject.cycle_id if subject.id else None)
    made = export.of_rows(session, export.CASE, about, listed, cycles)
    own = {row["_key"] for _, rows in by_table for row in rows}
    named = (elsewhere.texts(session, words, subject.reference, each, own) for each in cycles)
    return replace(made, elsewhere=tuple(chain.from_iterable(named)))


def note(session: Session, by: str, made: Export) -> None:
    """Record in the register of readings that somebody, given by their role, has this case's export."""
    trail.reading(
        session, by, export.CASE, subject_id=made.subject_id, cycle_id=made.cycle_id, detail=made.subject
    )  # fmt: skip


def _find(session: Session, reference: str, audit: int | str | None) -> _Found:
    cases = select(Case.reference, Case.id, Cycle.id, Cycle.number).join(Cycle, Cycle.id == Case.cycle_id)
    found = [_Found(*row) for row in session.execute(cases.where(Case.reference == reference).order_by(Cycle.number))]
    past = select(PastCycle).where(
        PastCycle.id.in_(select(PastResult.past_cycle_id).where(PastResult.reference == reference))
    )
    found += [_Found(reference, None, each.id, each.called) for each in session.scalars(past.order_by(PastCycle.id))]
    of_audit = [each for each in found if audit in (None, each.audit)]
    if not of_audit:
        of = "" if audit is None else f" of audit {audit}"
        others = f" There is one in audit {_listed(found)}." if found else " Write it as the case list has it."
        raise NotFound(f"There is no case {reference}{of}.{others}")
    if len(of_audit) > 1:
        raise Refused(f"There is a case {reference} in audits {_listed(of_audit)}: say which with --audit.")
    return of_audit[0]


def _listed(found: Iterable[_Found]) -> str:
    return " and ".join(str(each.audit) for each in found)


def _keyed(columns: Sequence[Holding]) -> bool:
    """Whether keys lead from the table's rows to a case."""
    return belonging.placed(Base.metadata.tables[columns[0].table], _CASES)


def _which(subject: _Found, columns: Sequence[Holding], words: Words) -> ColumnElement[bool]:
    """A condition on a table: its row may be about the case."""
    table = Base.metadata.tables[columns[0].table]
    if _keyed(columns):
        return belonging.belonging(table, _CASES, Case.id == subject.id) if subject.id else false()
    root, own = (_CYCLES, Cycle.id) if subject.id else (_PAST, PastCycle.id)
    naming = [table.columns[name].contains(subject.reference, autoescape=True) for name in _naming(columns)]
    in_it = belonging.belonging(table, root, own == subject.cycle_id) if belonging.placed(table, root) else false()
    return or_(and_(in_it, or_(false(), *naming)), *(column.in_(words.rows) for column in _subjects(table)))


def _about(subject: _Found, columns: Sequence[Holding], words: Words, row: StoredRow) -> bool:
    """Whether a row names exactly this reference, not a longer one that contains it, such as T2-EAST-01.2."""
    if any(row[column.name] in words.rows for column in _subjects(Base.metadata.tables[columns[0].table])):
        return True
    alone = re.compile(rf"(?<![\w./-]){re.escape(subject.reference)}(?![./]*[\w-])")
    return any(alone.search(row[name] or "") for name in _naming(columns))


def _naming(columns: Sequence[Holding]) -> list[str]:
    """The names of the columns that hold a case's reference."""
    return [each.column for each in columns if each.holds is Holds.REFERENCE]


def _subjects(table: Table) -> list[ColumnElement[str]]:
    """The column that names a row of any table, if the table has one."""
    return [table.columns["subject_id"]] if "subject_id" in table.columns else []
