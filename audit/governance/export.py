"""An export of a case, a person's acts or an audit's own texts. storage.holds says what belongs in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.governance.export_rows import ExportedText, ListedRows
from audit.report import recipients
from audit.report.recipients import Sent
from audit.screening import erased
from storage.clock import now
from storage.cycles import Cycle
from storage.holds import Exports, Holding, holdings
from storage.retention import LegalHold, Purge
from storage.trail import TrailEntry

CASE, AUDIT, PERSON, READINGS = "export.case", "export.audit", "export.person", "export.readings"
"""The trail's verbs for exports."""


@dataclass(frozen=True)
class ExportedAudit:
    """An audit that an export is about. `removed`: (kind of content, when its removal began, number of texts).

    `emptied`: entries of its trail of which it is no longer known whose they were. `sent`: its reports, and to whom.
    `erased`: how many of its texts were erased.
    """

    number: int
    title: str
    held: bool
    removed: tuple[tuple[str, datetime, int], ...]
    emptied: int
    sent: tuple[Sent, ...]
    erased: int


@dataclass(frozen=True)
class Export:
    """An export. `subject`: the case's reference, or the name of what it is about. `empty`: tables without rows.

    `elsewhere`: texts about other subjects of the audit that name the case, or that can't be opened, so that nobody can
    tell.
    """

    kind: str
    subject: str
    subject_id: str
    cycle_id: str | None
    at: datetime
    texts: tuple[ExportedText, ...]
    tables: tuple[ListedRows, ...]
    empty: tuple[str, ...]
    audits: tuple[ExportedAudit, ...]
    elsewhere: tuple[ExportedText, ...] = ()

    @property
    def unopened(self) -> tuple[ExportedText, ...]:
        """The texts that can't be opened."""
        return tuple(each for each in (*self.texts, *self.elsewhere) if not each.opened)


def tables(export: Exports) -> Iterator[tuple[Holding, ...]]:
    """The columns that belong in an export, table by table."""
    marked = (each for each in holdings() if export in each.exports)
    for _, columns in groupby(marked, lambda each: each.table):
        yield tuple(columns)


def of_rows(
    session: Session,
    kind: str,
    subject: tuple[str, str, str | None],
    found: Sequence[ListedRows],
    cycles: Iterable[str],
) -> Export:
    """An export of these rows. `subject`: its name, its id, its cycle's id; `cycles`: ids of audits it is about."""
    bare = made_of_texts(session, kind, subject, (text for each in found for text in each.texts), cycles)
    filled = tuple(each for each in found if each.rows)
    return replace(bare, tables=filled, empty=tuple(each.name for each in found if not each.rows))


def made_of_texts(
    session: Session,
    kind: str,
    subject: tuple[str, str, str | None],
    texts: Iterable[ExportedText],
    cycles: Iterable[str],
) -> Export:
    """An export of texts only. The parameters are as in `of_rows`."""
    audits = tuple(_audit(session, session.get_one(Cycle, each)) for each in sorted(cycles))
    return Export(kind, *subject, now(session), tuple(sorted(texts, key=_order)), (), (), audits)


def _order(text: ExportedText) -> tuple[str, str, str]:
    """The sort key of texts: by time, with the texts of one row together."""
    return (text.at.isoformat() if text.at else "", text.table, text.row_id)


def _audit(session: Session, cycle: Cycle) -> ExportedAudit:
    purges = session.scalars(select(Purge).where(Purge.cycle_id == cycle.id).order_by(Purge.begun_at))
    held = select(func.count()).select_from(LegalHold)
    entries = select(func.count()).select_from(TrailEntry).where(TrailEntry.cycle_id == cycle.id)
    return ExportedAudit(
        cycle.number,
        cycle.name,
        bool(session.scalar(held.where(LegalHold.cycle_id == cycle.id, LegalHold.lifted_at.is_(None)))),
        tuple((each.kind, each.begun_at, each.count) for each in purges),
        session.scalar(entries.where(TrailEntry.salt.is_(None))) or 0,
        recipients.register(session, cycle.id),
        erased.count(session, cycle.id),
    )
