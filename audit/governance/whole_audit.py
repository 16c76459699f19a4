"""Texts about an audit as a whole and about none of its cases, each with a reference by which it can be erased."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from audit import trail
from audit.governance import elsewhere, export, export_rows
from audit.governance.export import Export
from audit.governance.export_rows import ExportedText
from storage.cycles import Cycle


def of_audit(session: Session, cycle: Cycle) -> Export:
    """The audit's own texts, without those about a case."""
    own = (each for each in texts(session, cycle.id) if not each.case)
    return export.made_of_texts(session, export.AUDIT, (cycle.name, cycle.id, cycle.id), own, [cycle.id])


def texts(session: Session, cycle_id: str) -> Iterator[ExportedText]:
    """All texts of an audit, about a case or not; of its report's versions, only texts that are nowhere else."""
    words = export_rows.words(session)
    found = [*elsewhere.of_audit(session, words, cycle_id)]
    yield from found
    yield from elsewhere.only_in_reports(session, words, cycle_id, found)


def note(session: Session, by: str, made: Export) -> None:
    """Record in the register of readings that somebody, given by their role, has this audit's texts."""
    trail.reading(session, by, export.AUDIT, subject_id=made.subject_id, cycle_id=made.cycle_id)
