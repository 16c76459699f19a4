"""Since: what was written for a report after its newest version was made, which that version doesn't say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from storage.actions import Recommendation
from storage.reports import Report, ReportParagraph

Moment = datetime | ScalarSelect[datetime]


@dataclass(frozen=True)
class Since:
    """How many recommendations, made or worded anew, and how many texts are newer than the newest version."""

    recommendations: int = 0
    texts: int = 0

    @property
    def total(self) -> int:
        """How many of both."""
        return self.recommendations + self.texts


NOTHING = Since()


def recommended(made_at: Moment) -> ColumnElement[bool]:
    """That a recommendation was made, or worded anew, after that."""
    return func.coalesce(Recommendation.worded_at, Recommendation.made_at) > made_at


def written(made_at: Moment) -> ColumnElement[bool]:
    """That a text was written after that."""
    return ReportParagraph.at > made_at


def since(session: Session, version: Report) -> Since:
    """What is newer than a version, of the same audit."""
    recommendations, texts = (
        select(func.count()).where(table.cycle_id == version.cycle_id, *those).scalar_subquery()
        for table, those in (
            (Recommendation, (Recommendation.withdrawn_at.is_(None), recommended(version.made_at))),
            (ReportParagraph, (written(version.made_at),)),
        )
    )
    return Since(*session.execute(select(recommendations, texts)).one())
