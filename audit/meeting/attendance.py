"""Attendance: who chaired an audit meeting, and which of the agencies involved in its cases attended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.calendar import in_london, on, working_days_before
from audit.cycle import states
from audit.erased_word import ERASED
from audit.errors import Refused
from audit.filled_form import Filled, newest_act
from audit.pasted import Bad, comparable_name, fingerprint, numbered, refuse
from audit.role_in_force import in_force
from audit.row_by_id import existing
from audit.screening import erased, screen
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.crypto import seal_any, unseal_any
from storage.cycles import Cycle, CycleArea
from storage.meetings import Attendance, Meeting
from storage.people import Agency, Area, Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.types import LOCK

VERB = "attendance.record"
"""The trail's name for recording attendance."""
CHAIR, PRESENT, WHO = "chair", "present", "who"
"""The form's fields. A group of checkboxes holds ten agencies, so PRESENT is followed by the group's number."""
_WHO_LIMIT = 150
_CHAIRING = (RoleKind.CHAIR, RoleKind.COORDINATOR)


@dataclass(frozen=True)
class AttendanceView:
    """Whether an agency attended a meeting (None: not recorded), and its representative's role, or ""."""

    agency_id: str
    agency: str
    present: bool | None
    who: str = ""


@dataclass(frozen=True)
class AttendanceAnswers:
    """A filled-in form: the chair's person id or "", the ids of the agencies present, and the roles.

    `lines`: one line for each agency with its representative's role, as in "Police: detective sergeant".
    """

    chair_id: str = ""
    present: frozenset[str] = frozenset()
    lines: str = ""


@dataclass(frozen=True)
class Attending(Filled):
    """A meeting's attendance as its form shows it. `chairs`: (person id, label) of everybody who may have chaired."""

    meeting_id: str
    cycle_id: str
    title: str
    areas: tuple[str, ...]
    starts_at: datetime
    now: datetime
    chairs: tuple[tuple[str, str], ...]
    attendance: tuple[AttendanceView, ...]
    given: AttendanceAnswers

    @property
    def came(self) -> int:
        """The number of agencies ticked as present."""
        return len(self.given.present)


def of_cycle(session: Session, cycle_id: str) -> dict[str, tuple[AttendanceView, ...]]:
    """Meeting id -> its attendance: all agencies involved in its cases, and any other recorded as present."""
    asked = session.execute(
        select(CycleArea.meeting_id, Agency.id, Agency.label)
        .distinct()
        .join(Case, Case.place_id == CycleArea.id)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(CycleArea.cycle_id == cycle_id, *ASKED)
    ).all()
    recorded = session.execute(
        select(Attendance, Agency.label)
        .join(Agency, Agency.id == Attendance.agency_id)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Meeting.cycle_id == cycle_id)
    ).all()
    by_meeting: dict[str, dict[str, AttendanceView]] = {}
    for meeting_id, agency_id, agency in asked:
        by_meeting.setdefault(meeting_id, {})[agency_id] = AttendanceView(agency_id, agency, None)
    for row, agency in recorded:
        of_meeting = by_meeting.setdefault(row.meeting_id, {})
        if row.present or row.agency_id in of_meeting:
            of_meeting[row.agency_id] = AttendanceView(
                row.agency_id, agency, row.present, unseal_any(session, row, "who")
            )
    return {
        meeting_id: tuple(sorted(views.values(), key=lambda each: each.agency))
        for meeting_id, views in by_meeting.items()
    }


def open_form(session: Session, who: Actor, meeting_id: str) -> Attending:
    """The form, for a coordinator; Refused until shortly before the meeting, and once the cycle is over."""
    return _attending(session, *_found(session, who, meeting_id))


def record(session: Session, who: Actor, meeting_id: str, given: AttendanceAnswers, seen: str) -> Attending:
    """Record who chaired and which agencies attended, replacing any earlier record. `seen`: the opened form's mark.

    Returns the form with `again` if the agencies or the recorded attendance changed after it was opened, and with
    `done` if it was stored, now or by the same form sent before. Refused at the field at fault.
    """
    meeting, cycle = _found(session, who, meeting_id, locked=True)
    before = _attending(session, meeting, cycle)
    form = replace(before, given=given)
    roles = _roles(session, who, before, given)
    if given.chair_id and given.chair_id not in dict(before.chairs):
        raise Refused("This person isn't a chair or a coordinator (any more). Please choose another.", CHAIR)
    wanted = {
        each.agency_id: (each.agency_id in given.present, roles.get(each.agency_id, "")) for each in before.attendance
    }
    standing = {each.agency_id: (each.present, each.who) for each in before.attendance}
    if wanted == standing and given.chair_id == before.given.chair_id:
        return replace(form, done=True)
    if seen != before.mark:
        return replace(form, again=True)
    _keep(session, who, meeting, wanted)
    meeting.chair_id = given.chair_id or None
    detail = f"{len(given.present)} of {len(wanted)} agencies present"
    trail.record(session, who, VERB, subject_id=meeting.id, cycle_id=cycle.id, detail=detail)
    states.begin_meeting(session, who, cycle)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    session.flush()
    return replace(form, done=True)


def _keep(session: Session, who: Actor, meeting: Meeting, wanted: Mapping[str, tuple[bool, str]]) -> None:
    recorded = {
        row.agency_id: row for row in session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    for agency_id, (present, role) in wanted.items():
        row = recorded.get(agency_id) or Attendance(meeting_id=meeting.id, agency_id=agency_id)
        row.present, row.by_id, row.at = present, who.person_id, now(session)
        seal_any(session, row, "who", role)
        session.add(row)


def is_open(starts_at: datetime, now: datetime) -> bool:
    """Whether attendance can be recorded yet: from states.EARLY working days before the meeting's date."""
    return _opens_on(starts_at) <= in_london(now).date()


def _opens_on(starts_at: datetime) -> date:
    return working_days_before(in_london(starts_at).date(), states.EARLY)


def _found(session: Session, who: Actor, meeting_id: str, *, locked: bool = False) -> tuple[Meeting, Cycle]:
    require_coordinator(who, VERB, meeting_id)
    meeting = existing(session, Meeting, meeting_id)
    cycle = session.get_one(Cycle, meeting.cycle_id, with_for_update=LOCK if locked else None, populate_existing=locked)
    if locked:  # read again, as it may have been left without cases while the cycle was waited for
        meeting = existing(session, Meeting, meeting_id, locked=True)
    moment.require(cycle, moment.STANDING, "who came to its meetings can't be recorded")
    if not is_open(meeting.starts_at, now(session)):
        opens = _opens_on(meeting.starts_at)
        raise Refused(
            f"The meeting is on {on(in_london(meeting.starts_at).date())}: its attendance can be recorded from"
            f" {on(opens)}. If it was held earlier, move it to its day first."
        )
    return meeting, cycle


def _attending(session: Session, meeting: Meeting, cycle: Cycle) -> Attending:
    attendance = of_cycle(session, cycle.id).get(meeting.id, ())
    areas = session.scalars(
        select(Area.label)
        .join(CycleArea, CycleArea.area_id == Area.id)
        .where(CycleArea.meeting_id == meeting.id)
        .order_by(Area.label)
    )
    given = AttendanceAnswers(
        meeting.chair_id or "",
        frozenset(each.agency_id for each in attendance if each.present),
        "\n".join(f"{each.agency}: {each.who}" for each in attendance if each.who not in {"", ERASED}),
    )
    return Attending(
        meeting_id=meeting.id,
        cycle_id=cycle.id,
        title=cycle.name,
        areas=tuple(areas),
        starts_at=meeting.starts_at,
        now=now(session),
        chairs=_chairs(session, meeting.chair_id),
        attendance=attendance,
        given=given,
        mark=fingerprint(VERB, meeting.chair_id, attendance, newest_act(session, [meeting.id], VERB)),
    )


def _chairs(session: Session, chosen: str | None) -> tuple[tuple[str, str], ...]:
    """(person id, label) of who may have chaired: the chair recorded before, then chairs, then coordinators."""
    rows = session.execute(
        select(Person.id, Person.label, Role.kind)
        .outerjoin(Role, (Role.person_id == Person.id) & Role.kind.in_(_CHAIRING) & in_force(now(session)))
        .where(or_(Person.id == chosen, Role.id.is_not(None) & Person.active))
        .order_by(Person.id != (chosen or ""), Role.kind != RoleKind.CHAIR, Person.label)
    )
    return tuple({person_id: label for person_id, label, _ in rows}.items())


def _roles(session: Session, who: Actor, found: Attending, given: AttendanceAnswers) -> dict[str, str]:
    """Agency id -> its representative's role, read from the typed lines; Refused names each line at fault."""
    screen.screen(session, who, {WHO: given.lines})
    names = {comparable_name(each.agency): each.agency_id for each in found.attendance}
    roles: dict[str, str] = {}
    faulty: list[Bad] = []
    for number, line in numbered(given.lines):
        name, _, role = (part.strip() for part in line.partition(":"))
        agency_id = names.get(comparable_name(name))
        if reason := _unfit(agency_id, role, roles, given.present):
            faulty.append(Bad(number, reason))
        elif agency_id:
            roles[agency_id] = role
    refuse(faulty, WHO)
    if erased.faults(session, roles):
        raise Refused(erased.AGAIN, field=WHO)
    return roles


def _unfit(agency_id: str | None, role: str, roles: Mapping[str, str], present: frozenset[str]) -> str | None:
    """Why a typed line can't be stored, or None if it can."""
    if agency_id is None:
        return "it doesn't begin with an agency of this meeting and a colon, as in “Police: detective sergeant”"
    if not role:
        return "it doesn't say who came"
    if len(role) > _WHO_LIMIT:
        return f"at most {_WHO_LIMIT} characters fit"
    if agency_id in roles:
        return "this agency has a line already"
    return None if agency_id in present else "this agency isn't ticked above"
