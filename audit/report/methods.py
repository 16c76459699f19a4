"""How an audit was carried out, as its report describes it: its opening, samples, meetings and attendance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.calendar import in_london
from audit.meeting import attendance
from storage.cycles import Cycle, CycleArea, Sample
from storage.meetings import Meeting
from storage.people import Area, Person


@dataclass(frozen=True)
class HeldMeeting:
    """A meeting: its areas, its date in London, its chair, and the agencies that attended."""

    areas: tuple[str, ...]
    on: date
    chair: str | None
    came: tuple[str, ...]


@dataclass(frozen=True)
class DrawnSample:
    """A sample by which cases were chosen. `strata`: area -> (number listed, number drawn)."""

    seed: str
    list_hash: str
    strata: Mapping[str, tuple[int, int]]
    on: date


@dataclass(frozen=True)
class Method:
    """The date in London on which the cycle opened, its meetings by date, and its samples, oldest first."""

    opened_on: date | None
    meetings: tuple[HeldMeeting, ...]
    samples: tuple[DrawnSample, ...]


def method(session: Session, cycle_id: str) -> Method:
    """How a cycle's audit was carried out."""
    return Method(_opened(session, cycle_id), _meetings(session, cycle_id), _samples(session, cycle_id))


def _opened(session: Session, cycle_id: str) -> date | None:
    opened_at = session.get_one(Cycle, cycle_id).opened_at
    return in_london(opened_at).date() if opened_at else None


def _meetings(session: Session, cycle_id: str) -> tuple[HeldMeeting, ...]:
    """The cycle's meetings by date."""
    rows = session.execute(
        select(Meeting, Area.label, Person.label)
        .join(CycleArea, CycleArea.meeting_id == Meeting.id)
        .join(Area, Area.id == CycleArea.area_id)
        .outerjoin(Person, Person.id == Meeting.chair_id)
        .where(CycleArea.cycle_id == cycle_id)
        .order_by(Meeting.starts_at, Meeting.id, Area.label)
    ).all()
    came = attendance.of_cycle(session, cycle_id)
    by_meeting: dict[str, tuple[datetime, str | None, list[str]]] = {}
    for meeting, area, chair in rows:
        by_meeting.setdefault(meeting.id, (meeting.starts_at, chair, []))[2].append(area)
    return tuple(
        HeldMeeting(
            tuple(areas), in_london(starts_at).date(), chair,
            tuple(each.agency for each in came.get(meeting_id, ()) if each.present),
        )
        for meeting_id, (starts_at, chair, areas) in by_meeting.items()
    )  # fmt: skip


def _samples(session: Session, cycle_id: str) -> tuple[DrawnSample, ...]:
    rows = session.scalars(select(Sample).where(Sample.cycle_id == cycle_id).order_by(Sample.drawn_at))
    return tuple(
        DrawnSample(
            row.seed, row.list_hash,
            {area: (each["listed"], each["drawn"]) for area, each in sorted(row.strata.items())},
            in_london(row.drawn_at).date(),
        )
        for row in rows
    )  # fmt: skip
