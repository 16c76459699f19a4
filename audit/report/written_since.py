"""What was written after a report's newest version was made, and so isn't in that version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.report import contents
from audit.report.contents import Contents
from audit.retention import due
from audit.underway import description_change
from storage.actions import Recommendation
from storage.cycles import Cycle
from storage.reports import Report, ReportParagraph
from storage.trail import TrailEntry

Moment = datetime | ScalarSelect[datetime]


@dataclass(frozen=True)
class NewerThanVersion:
    """The numbers of recommendations (new or reworded) and of texts that are newer than a version.

    `described`: which of title, theme, origin and period differ from it.
    """

    recommendations: int = 0
    texts: int = 0
    described: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """The number of all of these."""
        return self.recommendations + self.texts + len(self.described)


NOTHING = NewerThanVersion()


def recommended(made_at: Moment) -> ColumnElement[bool]:
    """A condition on Recommendation: it was made or reworded after that time."""
    return func.coalesce(Recommendation.worded_at, Recommendation.made_at) > made_at


def written(made_at: Moment) -> ColumnElement[bool]:
    """A condition on ReportParagraph: it was written after that time."""
    return ReportParagraph.at > made_at


_NEWER = aliased(Report)
_CHANGED = exists().where(
    TrailEntry.cycle_id == Cycle.id, TrailEntry.verb == description_change.VERB, TrailEntry.at >= Report.made_at
)
_DESCRIBED_ANEW = (
    select(Cycle, Report)
    .join(Report, Report.cycle_id == Cycle.id)
    .where(
        Cycle.id.in_(bindparam("cycle_ids")),
        ~exists().where(_NEWER.cycle_id == Report.cycle_id, _NEWER.version > Report.version),
        _CHANGED,
    )
)


def described(session: Session, cycle_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Cycle id -> the fields of its description that differ from its newest version, if they were changed.

    A version is unsealed only if the trail says that something was changed since.
    """
    rows = session.execute(_DESCRIBED_ANEW, {"cycle_ids": [*cycle_ids]})
    return {cycle.id: _otherwise(session, cycle, contents.kept(session, version)) for cycle, version in rows}


def _otherwise(session: Session, cycle: Cycle, said: Contents) -> tuple[str, ...]:
    if due.texts_removed(session, cycle):
        return ()
    return tuple(each for each in description_change.REPORTED if getattr(cycle, each) != getattr(said, each))


def since(session: Session, version: Report, said: Contents) -> NewerThanVersion:
    """What is newer than a version, whose contents are `said`."""
    recommendations, texts = (
        select(func.count()).where(table.cycle_id == version.cycle_id, *those).scalar_subquery()
        for table, those in (
            (Recommendation, (Recommendation.withdrawn_at.is_(None), recommended(version.made_at))),
            (ReportParagraph, (written(version.made_at),)),
        )
    )
    counts = session.execute(select(recommendations, texts)).one()
    return NewerThanVersion(*counts, _otherwise(session, session.get_one(Cycle, version.cycle_id), said))
