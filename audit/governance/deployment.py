"""Facts about a deployment for its controller's documents: settings, audits, roles, sheets; no case and no name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from audit.retention.due import periods
from audit.role_in_force import in_force
from audit.whose_sheet import OF_ALL
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.denied import DeniedName
from storage.mappings import by_first
from storage.people import WHOLE, Agency, Area, Person, Role
from storage.retention import LegalHold, Purge
from storage.sheet_state import SheetState


@dataclass(frozen=True)
class DeploymentSettings:
    """Facts from the settings. `database`: its kind, in words; `google`: whether sheets are drawn; `scopes`: Slack's.

    `real`: whether the app talks to Slack itself, not to a stand-in. `local_ids`: whether local reference numbers are
    configured.
    """

    database: str
    google: bool
    real: bool
    local_ids: bool
    backup_days: int
    small_below: int
    scopes: Mapping[str, str]


@dataclass(frozen=True)
class AuditLine:
    """An audit. `readers`: how many people can open its sheet; None if it has none, or Google wasn't asked yet.

    `lent`: how many other sheets are lent to agencies and areas.
    """

    number: int
    title: str
    theme: str
    state: str
    cases: int
    key_holder: bool
    reflections_in_sheet: bool
    unreleased_in_sheet: bool
    readers: int | None
    lent: int = 0


@dataclass(frozen=True)
class Deployment:
    """A deployment at one moment. `people`: role -> number of people; `keeps`: (what, its setting, days)."""

    at: datetime
    settings: DeploymentSettings
    agencies: tuple[str, ...]
    areas: tuple[str, ...]
    audits: tuple[AuditLine, ...]
    people: Mapping[str, int]
    registered: int
    keeps: tuple[tuple[str, str, int], ...]
    denied_names: int
    holds: int
    purged: int


def deployment(session: Session, settings: DeploymentSettings) -> Deployment:
    """This deployment now: its settings, its retention periods, and how much it holds."""
    kept = periods(session)
    keeps = (
        ("what people wrote about an audit, from its end", "KEEP_TEXTS_DAYS", kept.texts),
        ("what was posted in Slack and written to the sheet, from the audit's end", "KEEP_POSTS_DAYS", kept.posts),
        ("drafts that were never sent, from when they can't be any more", "KEEP_DRAFTS_DAYS", kept.drafts),
        ("who somebody is, from the last thing that they took part in", "KEEP_PEOPLE_DAYS", kept.people),
        ("the record of who did and read what, from each entry", "KEEP_TRAIL_DAYS", kept.trail),
        ("backups, which can't be restored after that", "KEEP_BACKUP_DAYS", settings.backup_days),
    )
    roles = session.execute(select(Role.kind, Role.person_id).distinct().where(in_force(now(session))))
    return Deployment(
        at=now(session),
        settings=settings,
        agencies=tuple(session.scalars(select(Agency.label).order_by(Agency.label))),
        areas=tuple(session.scalars(select(Area.label).where(Area.label != WHOLE).order_by(Area.label))),
        audits=_audits(session),
        people=Counter(kind for kind, _ in roles),
        registered=_count(session, select(func.count()).select_from(Person).where(Person.active)),
        keeps=keeps,
        denied_names=_count(session, select(func.count(func.distinct(DeniedName.mark)))),
        holds=_count(session, select(func.count()).where(LegalHold.lifted_at.is_(None))),
        purged=_count(session, select(func.count(func.distinct(Purge.cycle_id)))),
    )


def _count(session: Session, of: Select[int]) -> int:
    return session.scalar(of) or 0


def _audits(session: Session) -> tuple[AuditLine, ...]:
    cases = by_first(session.execute(select(Case.cycle_id, func.count()).group_by(Case.cycle_id)))
    beside = select(SheetState.cycle_id).where(~OF_ALL, SheetState.spreadsheet_id.is_not(None))
    lent = Counter(session.scalars(beside))
    query = select(Cycle, SheetState.spreadsheet_id, SheetState.readers)
    query = query.outerjoin(SheetState, SheetState.id == Cycle.id)
    return tuple(
        AuditLine(
            cycle.number, cycle.title, cycle.theme, cycle.state, cases.get(cycle.id, 0), bool(cycle.key_holder),
            cycle.reflections_in_sheet, cycle.unreleased_in_sheet,
            len(readers) if spreadsheet_id and readers is not None else None, lent[cycle.id],
        )
        for cycle, spreadsheet_id, readers in session.execute(query.order_by(Cycle.number))
    )  # fmt: skip
