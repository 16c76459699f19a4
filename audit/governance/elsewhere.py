"""The texts about an audit, whether about a case or not, and those of them that name a certain case."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.governance import export_rows
from audit.governance.export_rows import ExportedText, Words
from audit.report import name_check
from audit.screening import erased
from storage import belonging, text_removal
from storage.cases import Case
from storage.cycles import Cycle
from storage.holds import Holding, Kept, holdings
from storage.publications import Publication
from storage.reports import Report
from storage.types import Base

_KEPT = (Kept.TEXT, Kept.DRAFT)
_FROZEN = ((Report.__tablename__, "content"), (Publication.__tablename__, "content"))
"""Columns made up of other texts, which name every case of an audit. An export lists the recipients instead."""
_NO_TEXTS = ("public_places", "trail")
"""Keys of a report version whose values nobody wrote: its places, and the heads of the trail's chains."""


def texts(
    session: Session, words: Words, reference: str, cycle_id: str, own: Collection[str]
) -> tuple[ExportedText, ...]:
    """The audit's texts that name the case, even inexactly, or can't be opened. `own`: ids of rows about the case."""
    others = (each for each in of_audit(session, words, cycle_id) if each.row_id not in own)
    return tuple(each for each in others if not each.opened or name_check.cases(each.text, [reference]))


def of_audit(session: Session, words: Words, cycle_id: str) -> Iterator[ExportedText]:
    """Every text of an audit. A text about a case has that case's reference in `case`, and is erased as that case's."""
    for each in text_removal.texts(*_KEPT):
        if (each.table, each.column) not in _FROZEN and text_removal.placed(Base.metadata.tables[each.table]):
            yield from _texts(session, words, each, cycle_id)


def of_the_whole(of: Holding) -> bool:
    """Whether a column may have texts about an audit but none of its cases, so that it is in the audit's export."""
    cases = Base.metadata.tables[Case.__tablename__]
    about_none = not belonging.always(Base.metadata.tables[of.table], cases)
    return of in text_removal.texts(*_KEPT) and about_none and (of.table, of.column) != _FROZEN[1]


def only_in_reports(
    session: Session, words: Words, cycle_id: str, others: Collection[ExportedText]
) -> Iterator[ExportedText]:
    """Texts in an audit's report versions that aren't among its `others`, for example former titles; each once.

    Former labels of areas and agencies aren't included: numbers are given for them.
    """
    [content] = (each for each in holdings() if (each.table, each.column) == _FROZEN[0])
    seen = {erased.folded(each.wording) for each in others}
    for report in session.scalars(select(Report).where(Report.cycle_id == cycle_id).order_by(Report.version.desc())):
        [row] = export_rows.read(session, (content,), Report.id == report.id)
        report_texts = [
            each for each in export_rows.list_rows(words, (content,), [row]).texts if each.key not in _NO_TEXTS
        ]
        for each in report_texts:
            wording = erased.folded(each.wording)
            if not each.opened or (each.reference and wording not in seen):
                seen.add(wording)
                yield each


def _texts(session: Session, words: Words, of: Holding, cycle_id: str) -> Iterator[ExportedText]:
    which = text_removal.of_cycles(Base.metadata.tables[of.table], Cycle.id == cycle_id)
    for row in export_rows.read(session, (of,), which, beside=True):
        for each in export_rows.list_rows(words, (of,), [row]).texts:
            yield replace(each, case=row["case"], reference="") if row["case"] else each
