"""What a planned cycle still lacks, in words: what keeps it from being opened, and what is only worth knowing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cases, channels
from audit.cases import CaseView
from audit.schedule import day_off, deadline, in_london, on
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Agency, Area, Person, Role, RoleKind

_MOST_NAMED = 6
_UNHELD = "nobody is named who holds the key to the references, so leads are told to ask the coordinator"


@dataclass(frozen=True)
class Checklist:
    """`missing` keeps the cycle from being opened, `warnings` don't: clauses, without capital and full stop."""

    missing: tuple[str, ...]
    warnings: tuple[str, ...]


def checklist(session: Session, cycle_id: str) -> Checklist:
    """What a cycle lacks before it can be opened, and what its coordinator should know."""
    cycle = session.get_one(Cycle, cycle_id)
    of_cycle = cases.of_cycle(session, cycle_id)
    return Checklist(
        tuple(_missing(session, cycle, of_cycle)),
        (
            *days_off(session, cycle),
            *_short_of(session, cycle_id, of_cycle),
            *_leaderless(session, cycle_id),
            *_channels(session, cycle_id),
            *(() if cycle.key_holder else (_UNHELD,)),
            *(() if cycle.spreadsheet_id else ("no Google Sheet is set, so none will be drawn",)),
        ),
    )


def _missing(session: Session, cycle: Cycle, of_cycle: tuple[CaseView, ...]) -> list[str]:
    placed = select(CycleArea.area_id).where(CycleArea.cycle_id == cycle.id)
    if session.scalars(placed).first() is None:
        return ["no area has a channel and a meeting yet"]
    missing = [] if of_cycle else ["it has no cases"]
    homeless = session.scalars(select(Case.reference).where(Case.cycle_id == cycle.id, Case.area_id.not_in(placed)))
    if found := homeless.all():
        missing.append(f"no channel and meeting is set for the area of {named(found)}")
    alone = [case.reference for case in of_cycle if not case.lines]
    if alone:
        missing.append(f"no agency is involved in {named(alone)}")
    if deadline(cycle.due_on) <= now(session):
        missing.append("the deadline for returns has passed")
    passed = [case.reference for case in of_cycle if case.meeting_at <= now(session)]
    if passed:
        missing.append(f"the meeting about {passed[0]} has passed")
    return missing


def days_off(session: Session, cycle: Cycle) -> list[str]:
    """A deadline or meetings on days on which nobody works: asked about in forms, but not in a cycle file."""
    held = select(Meeting.starts_at).join(CycleArea).where(CycleArea.cycle_id == cycle.id).distinct()
    days = [("the deadline", cycle.due_on)]
    days += [
        ("a meeting", in_london(starts_at).date()) for starts_at in session.scalars(held.order_by(Meeting.starts_at))
    ]
    return [f"{what} is on {on(day)}, {off}" for what, day in dict.fromkeys(days) if (off := day_off(day))]


def _short_of(session: Session, cycle_id: str, of_cycle: tuple[CaseView, ...]) -> list[str]:
    """Areas with fewer cases than were to be sampled."""
    rows = session.execute(
        select(Area.label, CycleArea.quota)
        .join(CycleArea, CycleArea.area_id == Area.id)
        .where(CycleArea.cycle_id == cycle_id)
        .order_by(Area.label)
    )
    counts = [(area, sum(case.area == area for case in of_cycle), quota) for area, quota in rows]
    short = [f"{area} has {count} of {quota} cases" for area, count, quota in counts if quota and count < quota]
    empty = [f"{area} has no cases" for area, count, quota in counts if not quota and not count]
    return short + empty


def _leaderless(session: Session, cycle_id: str) -> list[str]:
    """Agencies that nobody leads in an area in which they are asked: nobody gets their request."""
    moment = now(session)
    asked = session.execute(
        select(Agency.id, Agency.label, Area.id, Area.label)
        .distinct()
        .select_from(Case)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Area, Area.id == Case.area_id)
        .where(Case.cycle_id == cycle_id, Case.withdrawn_at.is_(None), Involvement.withdrawn_at.is_(None))
        .order_by(Agency.label, Area.label)
    )
    leads = {
        (agency_id, area_id)
        for agency_id, area_id, until in session.execute(
            select(Role.agency_id, Role.area_id, Role.until)
            .join(Person, Person.id == Role.person_id)
            .where(Role.kind == RoleKind.AGENCY_LEAD, Person.active)
        )
        if until is None or until > moment
    }
    without = [
        f"{agency} ({area})"
        for agency_id, agency, area_id, area in asked
        if not leads & {(agency_id, None), (agency_id, area_id)}
    ]
    said = f"nobody leads {named(without)}: a coordinator can enter their returns"
    return [said] if without else []


def _channels(session: Session, cycle_id: str) -> list[str]:
    """What is wrong with the channels, as far as anybody has looked."""
    return [
        f"the channel of {named(found.uses)}: {found.error.rstrip('.')}"
        for found in channels.findings(session, cycle_id)
        if found.error
    ]


def named(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    left = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {left} more" if left > 0 else "")
