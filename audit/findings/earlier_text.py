"""Earlier wordings of findings, recommendations and paragraphs, with their authors."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.actions import Recommendation
from storage.clock import now
from storage.crypto import seal, unseal
from storage.findings import Finding
from storage.people import Person
from storage.reports import ReportParagraph
from storage.rewordings import EarlierWording

SHOWN = 5
"""How many earlier wordings a form shows."""


@dataclass(frozen=True)
class Earlier:
    """An earlier wording: who wrote it, and when."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Rewordings:
    """The newest earlier wordings, newest first. `kept`: how many there are in all."""

    earlier: tuple[Earlier, ...]
    kept: int
    now: datetime


def keep(session: Session, row: Finding | Recommendation | ReportParagraph) -> None:
    """Store the present text of `row` as an earlier wording, before it is changed and its version raised."""
    at = row.worded_at or row.made_at if isinstance(row, Recommendation) else row.at
    earlier = EarlierWording(subject_id=row.id, version=row.version, by_id=row.by_id, at=at)
    seal(session, earlier, "text", unseal(session, row, "text"))
    session.add(earlier)


def of(session: Session, subject_id: str) -> Rewordings:
    """The earlier wordings of the record `subject_id`. Whether the reader may see them isn't checked here."""
    of_subject = EarlierWording.subject_id == subject_id
    rows = session.execute(
        select(EarlierWording, Person.label)
        .join(Person, Person.id == EarlierWording.by_id)
        .where(of_subject)
        .order_by(EarlierWording.version.desc())
        .limit(SHOWN)
    ).all()
    kept = session.scalar(select(func.count()).where(of_subject)) if rows else 0
    earlier = tuple(Earlier(unseal(session, row, "text"), by, row.at) for row, by in rows)
    return Rewordings(earlier, kept or 0, now(session))
