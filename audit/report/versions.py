"""The list of a cycle's report versions, their approval, and who was sent which."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import moment
from audit.access import CHAIRING, Actor, require_coordinator, require_overseeing
from audit.report import contents, published, sign_off_status
from audit.report.issue import READ
from audit.report.recipients import RECORD, Sent, edition_of, register
from audit.report.sign_off_status import DRAFT, VersionStanding
from audit.retention import due
from audit.row_by_id import existing
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Person, RoleKind
from storage.reports import Edition, Report
from storage.types import new_id

MOST_SHOWN = 20
"""The most versions to choose from, newest first."""


@dataclass(frozen=True)
class ListedVersion:
    """A listed version. `draft`: not every case was ratified when it was made. `public`: its public edition is out.

    `asked`: sign-offs were asked for; `standing`: their progress.
    """

    id: str
    version: int
    made_at: datetime
    by: str | None
    draft: bool
    public: bool = False
    asked: bool = False
    standing: VersionStanding = DRAFT


@dataclass(frozen=True)
class ReportVersions:
    """A cycle's versions (newest first, MOST_SHOWN of `made`) and register (newest first), for one reader.

    `chairs`: the reader may write its texts. `makeable`: a version can be made now. `waiting`: editions of the newest
    version that are being sent to the sub-group. `removed`: the cycle's texts were removed, so no version can be made.
    `sendable`: a version can be sent. `line_id`: the id of the line that the register's form adds.
    """

    cycle_id: str
    number: int
    title: str
    state: str
    now: datetime
    made: int
    versions: tuple[ListedVersion, ...]
    register: tuple[Sent, ...]
    coordinates: bool
    makeable: bool
    chairs: bool = False
    waiting: tuple[str, ...] = ()
    removed: bool = False
    sendable: bool = True
    line_id: str = ""


def shelf(session: Session, who: Actor, cycle_id: str) -> ReportVersions:
    """A cycle's versions and register, for those who oversee it; NotFound."""
    require_overseeing(who, READ, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    rows = session.execute(
        select(Report, Person.label)
        .outerjoin(Person, Person.id == Report.by_id)
        .where(Report.cycle_id == cycle_id)
        .order_by(Report.version.desc())
        .limit(MOST_SHOWN)
    ).all()
    versions = tuple(
        ListedVersion(
            row.id, row.version, row.made_at, by, contents.kept(session, row).draft,
            published.shown(session, row.id, Edition.PUBLIC) is not None, row.asked_at is not None,
            sign_off_status.version_standing(session, row.id) if row.asked_at else DRAFT,
        )
        for row, by in rows
    )  # fmt: skip
    removed = due.texts_removed(session, cycle)
    return ReportVersions(
        cycle_id=cycle_id,
        number=cycle.number,
        title=cycle.name,
        state=cycle.state,
        now=now(session),
        made=session.scalar(select(func.count()).select_from(Report).where(Report.cycle_id == cycle_id)) or 0,
        versions=versions,
        register=tuple(reversed(register(session, cycle_id))),
        coordinates=who.has(RoleKind.COORDINATOR),
        makeable=cycle.state in moment.REPORTABLE and not removed,
        chairs=who.has(*CHAIRING),
        waiting=_waiting(session, versions[0].id) if versions and not removed else (),
        removed=removed,
        sendable=not due.silent(session, cycle),
    )


def recording(session: Session, who: Actor, cycle_id: str) -> ReportVersions:
    """The register's form, for a coordinator."""
    require_coordinator(who, RECORD, cycle_id)
    return replace(shelf(session, who, cycle_id), line_id=new_id())


def _waiting(session: Session, report_id: str) -> tuple[str, ...]:
    rows = session.scalars(
        select(Message).where(
            Message.kind == MessageKind.REPORT,
            Message.subject_id == report_id,
            Message.channel.is_not(None),
            Message.ts.is_(None),
        )
    )
    return tuple(sorted(edition_of(row) for row in rows))
