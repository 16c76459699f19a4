"""The places of a planned cycle, one for each area or one for all: the channel, the meeting and the number of cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from audit import days_off, trail
from audit.access import Actor, require_coordinator
from audit.calendar import at, chosen, in_london, stamp
from audit.errors import NotFound, Refused
from audit.filled_form import newest_act, require_as_filled, require_no_other
from audit.labels import SLACK_ID
from audit.people.agencies import AreaLine, everything, whole_territory
from audit.setup import previous_audit
from audit.setup.load import first_places, require_after_deadline
from audit.setup.plan import planned
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import WHOLE, Area
from storage.promises import PromiseKind, promise
from storage.types import new_id

VERB = "places.edit"
_ACTS = _SET, _REMOVE = "place.set", "place.remove"
"""The trail's names for what changes a place."""
_MOST_CASES = 100
"""The largest quota, for an area or for all."""
ALL = "all"
"""The choice, instead of an area, for a cycle without areas."""


@dataclass(frozen=True)
class Place:
    """A place of a cycle. `area`: a label or WHOLE; `quota`: the number of cases to sample there, or None."""

    id: str
    area: str
    channel: str
    meeting_at: datetime
    quota: int | None
    cases: int


@dataclass(frozen=True)
class Places:
    """A planned cycle's places by area. `left`: the areas that can be added.

    `earlier`: the number of the audit whose places it can take over while it has none, or None.
    """

    cycle_id: str
    name: str
    now: datetime
    places: tuple[Place, ...]
    left: tuple[AreaLine, ...]
    earlier: int | None = None

    @property
    def whole(self) -> bool:
        """Whether a place for all cases can be added, because there are no places yet."""
        return not self.places


@dataclass(frozen=True)
class PlaceForm:
    """A place's form. `record_id`: the place's id, or the cycle's for a new place (`area` is then None).

    `choices`: the areas that a new one may have; `whole`: it may be for all cases. `mark`: of what it was filled from;
    a new one's is the id that it will have.
    """

    record_id: str
    area: str | None
    choices: tuple[AreaLine, ...] = ()
    channel: str = ""
    day: date | None = None
    at: time | None = None
    quota: int | None = None
    cases: int = 0
    whole: bool = False
    mark: str = ""


def show(session: Session, who: Actor, cycle_id: str) -> Places:
    """A planned cycle's places, for a coordinator."""
    require_coordinator(who, VERB, cycle_id)
    return _places(session, planned(session, cycle_id))


def _places(session: Session, cycle: Cycle) -> Places:
    number = select(func.count()).where(Case.place_id == CycleArea.id).scalar_subquery()
    rows = session.execute(
        select(CycleArea, Area.label, Meeting.starts_at, number)
        .join(Area, Area.id == CycleArea.area_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id == cycle.id)
        .order_by(Area.label, Meeting.starts_at)
    ).all()
    taken = {row.area_id for row, *_ in rows}
    undivided = any(area == WHOLE for _, area, *_ in rows)
    before = None if rows else previous_audit.newest(session, but=cycle.id)
    return Places(
        cycle.id,
        cycle.name,
        now(session),
        tuple(Place(row.id, area, row.channel, starts_at, row.quota, cases) for row, area, starts_at, cases in rows),
        () if undivided else tuple(area for area in everything(session).areas if area.id not in taken),
        before.number if before and first_places(session, before.id) else None,
    )


def fresh(session: Session, who: Actor, cycle_id: str) -> PlaceForm:
    """The form for a new place, with the meeting of the place added last. Refused if all areas have places."""
    shown = show(session, who, cycle_id)
    if not (shown.left or shown.whole):
        raise Refused("Nothing can be added: everything in this audit has its meeting already.")
    last = max(shown.places, key=lambda each: each.id, default=None)
    meeting = in_london(last.meeting_at) if last else None
    day, hour = (meeting.date(), meeting.time()) if meeting else (None, time(10))
    quota = last.quota if last else None
    return PlaceForm(cycle_id, None, shown.left, whole=shown.whole, day=day, at=hour, quota=quota, mark=new_id())


def form(session: Session, who: Actor, place_id: str) -> PlaceForm:
    """A place's form; NotFound, or Refused once the cycle is open."""
    row, cycle = _found(session, who, place_id)
    place = next(each for each in _places(session, cycle).places if each.id == row.id)
    meeting = in_london(place.meeting_at)
    return PlaceForm(
        row.id, place.area, channel=place.channel, day=meeting.date(), at=meeting.time(),
        quota=place.quota, cases=place.cases, mark=str(newest_act(session, [row.id], *_ACTS)),
    )  # fmt: skip


def _found(session: Session, who: Actor, place_id: str, *, locked: bool = False) -> tuple[CycleArea, Cycle]:
    require_coordinator(who, VERB, place_id)
    row = session.get(CycleArea, place_id)
    cycle = planned(session, row.cycle_id, locked=locked) if row else None
    row = session.get(CycleArea, place_id, populate_existing=True)  # it may have been removed meanwhile
    if row is None or cycle is None:
        raise NotFound("This meeting isn't in the audit any more.")
    return row, cycle


def add(session: Session, who: Actor, cycle_id: str, answers: Mapping[str, str], seen: str = "") -> Places:
    """Add a place to a planned cycle, for an area (`area`: its id) or for all cases (ALL).

    `seen`: the mark of the form, which sent again changes the place that it made. Refused at `area` if another form
    has made one for it, or if somebody else has changed or removed the one that this form made.
    """
    require_coordinator(who, VERB, cycle_id)
    cycle = planned(session, cycle_id, locked=True)
    chosen_area = answers.get("area", ALL)
    area = session.get(Area, whole_territory(session) if chosen_area == ALL else chosen_area)
    if area is None:
        raise Refused("Please choose an area.", field="area")
    if any((each.area == WHOLE) != (area.label == WHOLE) for each in _places(session, cycle).places):
        raise Refused("An audit has either areas or none. Take out what is in it first.", field="area")
    row = first_places(session, cycle_id).get(area.id) or session.get(CycleArea, seen)
    if row is None:
        row = CycleArea(id=seen or new_id(), cycle_id=cycle_id, area_id=area.id)
    elif row.cycle_id != cycle_id:
        raise NotFound("This form no longer works. Please open it again.")
    elif row.area_id != area.id:  # the form was sent before, with another area
        _require_no_cases(session, row)
        row.area_id = area.id
    return _save(session, who, cycle, row, answers, seen, "area" if "area" in answers else "day")


def save(session: Session, who: Actor, place_id: str, answers: Mapping[str, str], seen: str = "") -> Places:
    """Change a place: `channel`, `day`, `at` and `quota`. Refused at the field at fault.

    `seen`: the form's mark; Refused if somebody else has changed it since, unless it has these values already.
    """
    row, cycle = _found(session, who, place_id, locked=True)
    return _save(session, who, cycle, row, answers, seen, "day")


def _save(  # noqa: PLR0917  # a form, and where it says what is wrong with all of it
    session: Session, who: Actor, cycle: Cycle, row: CycleArea, answers: Mapping[str, str], seen: str, field: str
) -> Places:
    starts_at = moment(answers)
    require_possible(session, cycle, starts_at, "day")
    _require_meant(session, who, row, starts_at)
    if not SLACK_ID.fullmatch(answers.get("channel", "")):
        raise Refused("Please choose a private channel.", field="channel")
    channel, quota = answers["channel"], _quota(answers.get("quota", ""))
    held = session.get(Meeting, row.meeting_id) if row.meeting_id else None
    if held and (channel, quota, starts_at) == (row.channel, row.quota, held.starts_at) and row not in session.dirty:
        return _places(session, cycle)
    _require_unchanged(session, who, row, seen, field)
    row.channel, row.quota = channel, quota
    return put(session, who, cycle, row, starts_at)


def _require_unchanged(session: Session, who: Actor, row: CycleArea, seen: str, field: str) -> None:
    """Refuse a form with the mark `seen`, at `field`, if somebody else has changed its place since it was opened."""
    held = session.get(Meeting, row.meeting_id) if row.meeting_id else None
    stands = f"it meets on {stamp(held.starts_at, now(session))}" if held else "it was taken out"
    if not seen.isdecimal():
        require_as_filled(seen, row.id, stands, field)
    require_no_other(session, who, row.id, _ACTS, seen, stands, field)


def require_possible(session: Session, cycle: Cycle, starts_at: datetime, field: str) -> None:
    """Refuse, at `field`, a meeting in the past or before the cycle's deadline."""
    if starts_at <= now(session):
        raise Refused("That meeting would be in the past. Please choose a later day.", field=field)
    require_after_deadline(cycle.due_on, starts_at, field=field)


def put(session: Session, who: Actor, cycle: Cycle, row: CycleArea, starts_at: datetime) -> Places:
    """Store a place of a planned cycle, whose channel and quota are set, with a meeting at this time."""
    row.meeting_id = _free(session, row, meeting_at(session, cycle.id, starts_at))
    session.add(row)
    return _changed(session, who, cycle, row, _SET)


def _free(session: Session, row: CycleArea, meeting_id: str) -> str:
    """The meeting's id; Refused if another place of the same area has that meeting, so that both stay distinct."""
    same = exists().where(
        CycleArea.cycle_id == row.cycle_id, CycleArea.area_id == row.area_id, CycleArea.meeting_id == meeting_id,
        CycleArea.id != row.id,
    )  # fmt: skip
    if session.scalar(select(same)):
        raise Refused("That meeting exists already: move the cases to it under “Cases' meetings”.", field="day")
    return meeting_id


def _require_meant(session: Session, who: Actor, row: CycleArea, starts_at: datetime) -> None:
    """NeedsConfirmation if the meeting is moved to a non-working day."""
    held = session.get(Meeting, row.meeting_id) if row.meeting_id else None
    before = in_london(held.starts_at).date() if held else None
    days_off.require_meant(who, days_off.questions({"day": in_london(starts_at).date()}, {"day": before}))


def moment(answers: Mapping[str, str]) -> datetime:
    """The time given by `day` and `at`, in London; Refused at the one that is missing."""
    day = chosen(answers.get("day", ""))
    if day is None:
        raise Refused("Please choose a day.", field="day")
    try:
        hour = time.fromisoformat(answers.get("at", ""))
    except ValueError:
        raise Refused("Please choose a time.", field="at") from None
    return at(day, hour.replace(tzinfo=None))


def _quota(text: str) -> int | None:
    if not text.strip():
        return None
    number = int(text) if text.strip().isascii() and text.strip().isdecimal() else 0
    if not 1 <= number <= _MOST_CASES:
        raise Refused(f"Please write a whole number from 1 to {_MOST_CASES}, or nothing.", field="quota")
    return number


def meeting_at(session: Session, cycle_id: str, starts_at: datetime) -> str:
    """The id of the cycle's meeting at this time, added if need be: places with the same time meet together."""
    meeting = session.scalar(select(Meeting).where(Meeting.cycle_id == cycle_id, Meeting.starts_at == starts_at))
    if meeting is None:
        meeting = Meeting(cycle_id=cycle_id, starts_at=starts_at)
        session.add(meeting)
    return meeting.id


def leave_no_idle(session: Session, cycle_id: str) -> None:
    """Delete the cycle's meetings that have no place any more."""
    session.flush()
    used = select(CycleArea.meeting_id).where(CycleArea.cycle_id == cycle_id)
    for idle in session.scalars(select(Meeting).where(Meeting.cycle_id == cycle_id, Meeting.id.not_in(used))):
        session.delete(idle)


def remove(session: Session, who: Actor, place_id: str, seen: str = "") -> Places:
    """Remove a place; Refused while it has cases, or if somebody else has changed it since (`seen`: as for `save`)."""
    row, cycle = _found(session, who, place_id, locked=True)
    _require_no_cases(session, row)
    _require_unchanged(session, who, row, seen, "day")
    session.delete(row)
    return _changed(session, who, cycle, row, _REMOVE)


def _require_no_cases(session: Session, row: CycleArea) -> None:
    if session.scalar(select(exists().where(Case.place_id == row.id))):
        raise Refused("There are cases to be discussed at this meeting, so it can't be taken out.")


def _changed(session: Session, who: Actor, cycle: Cycle, row: CycleArea, verb: str) -> Places:
    """Record a change of a place, and delete meetings without places."""
    leave_no_idle(session, cycle.id)
    trail.record(session, who, verb, subject_id=row.id, cycle_id=cycle.id, detail=row.area_id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    session.flush()
    return _places(session, cycle)
