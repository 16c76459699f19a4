"""Texts about something else of an audit that name a case: what they say may be about its child, too."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from audit.governance import export_rows
from audit.governance.export_rows import ExportedText, Words
from audit.report import name_check
from storage import text_removal
from storage.cycles import Cycle
from storage.holds import Holding, Kept
from storage.publications import Publication
from storage.reports import Report
from storage.types import Base

_OF_ALL = (Report.__tablename__, Publication.__tablename__)
"""What names every case of an audit: an export says who got which."""


def texts(
    session: Session, words: Words, reference: str, cycle_id: str, own: Collection[str]
) -> tuple[ExportedText, ...]:
    """The audit's texts that name the case, also nearly, or can't be opened; `own`: ids of rows about the case."""
    found = (
        text
        for each in text_removal.texts(Kept.TEXT, Kept.DRAFT)
        if each.table not in _OF_ALL and text_removal.placed(Base.metadata.tables[each.table])
        for text in _texts(session, words, each, cycle_id, own)
    )
    return tuple(each for each in found if not each.opened or name_check.cases(each.text, [reference]))


def _texts(session: Session, words: Words, of: Holding, cycle_id: str, own: Collection[str]) -> Iterator[ExportedText]:
    """Each with the case that it is about, if it is about one."""
    which = text_removal.of_cycles(Base.metadata.tables[of.table], Cycle.id == cycle_id)
    for row in export_rows.read(session, (of,), which, beside=True):
        if row["_key"] not in own:
            about = f" (of {row['case']})" if row["case"] else ""
            yield from (
                replace(each, part=f"{each.part}{about}", reference="" if about else each.reference)
                for each in export_rows.list_rows(words, (of,), [row]).texts
            )
