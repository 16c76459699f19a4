"""Taking over the settings of the previous audit into a new cycle: its own settings, then its places and meetings.

Agencies, people and their roles belong to the partnership and stay as they are; cases and sheets belong to one cycle.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import days_off
from audit.access import Actor, require_coordinator
from audit.calendar import in_london, working_days_after, working_days_between
from audit.delivery import channels
from audit.errors import Refused
from audit.labels import SLACK_ID
from audit.library import tools
from audit.setup import opening, places, plan, previous_audit
from audit.setup.load import first_places
from audit.setup.opening import named
from audit.setup.places import Places
from audit.setup.plan import Plan, Taken
from storage.cycles import Cycle, CycleArea
from storage.mappings import grouped
from storage.meetings import Meeting
from storage.people import Area

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DATED = re.compile(rf"\b(?:19|20)\d\d\b|\d[/.-]\d|\b{_MONTH}\b")
"""Matches a period with dates or months, which applies to one audit only: not "the six months before the audit"."""
_NONE = "There is no earlier audit whose set-up could be taken over."


@dataclass(frozen=True)
class TakenPlace:
    """A place of the previous audit. `trouble`: a sentence why its channel can't be used, or ""."""

    id: str
    area: str
    channel: str
    quota: int | None
    trouble: str = ""


@dataclass(frozen=True)
class TakenMeeting:
    """Places that met together, with a proposed day and time. `mark` identifies them in the names of answers."""

    mark: str
    day: date
    at: time
    places: tuple[TakenPlace, ...]


@dataclass(frozen=True)
class TakenPlaces:
    """The form for taking over the places of cycle `earlier` into cycle `number`."""

    cycle_id: str
    number: int
    earlier: int
    meetings: tuple[TakenMeeting, ...]


def facts(session: Session, who: Actor, cycle_id: str, answers: Mapping[str, str]) -> Plan:
    """A new cycle's form as filled in so far, with the previous audit's settings, except what is that audit's own."""
    typed = plan.typed(session, who, cycle_id, answers)
    before = previous_audit.newest(session, but=cycle_id)
    if before is None:
        raise Refused(_NONE)
    taken, lost = plan.set_up_as(session, typed, before), []
    if taken.tool not in tools.offered(session):
        lost.append("Its audit tool is no longer offered: choose another.")
        taken = replace(taken, tool=typed.tool, brought=typed.brought)
    if trouble := _troubles(session, before).get(before.sub_group_channel):
        lost.append(f"The sub-group's channel: {trouble}")
        taken = replace(taken, channel="")
    dated = bool(_DATED.search(before.period))
    if dated:
        lost.append(f"The period looked at was “{before.period}”: say this audit's.")
        taken = replace(taken, period=typed.period)
    leaderless = opening.openings(session, [before.id])[before.id].leaderless
    if leaderless:
        lost.append(f"Nobody leads {named(leaderless)} any more: choose a lead under People.")
    taken_texts = bool(before.period) and not dated, bool(before.key_holder)
    return replace(taken, taken=Taken(before.number, tuple(lost), *taken_texts))


def _troubles(session: Session, cycle: Cycle) -> dict[str, str]:
    """Channel -> why nothing can be posted there, as far as is known."""
    return {each.channel: each.error for each in channels.findings(session, cycle.id) if each.error}


def begin(session: Session, who: Actor, cycle_id: str) -> TakenPlaces:
    """The form for taking over the previous audit's places; Refused without such an audit, or if this has places."""
    require_coordinator(who, places.VERB, cycle_id)
    cycle = plan.planned(session, cycle_id)
    before = previous_audit.newest(session, but=cycle_id)
    if before is None:
        raise Refused(_NONE)
    if first_places(session, cycle_id):
        raise Refused("This audit has its meetings already: change those.")
    return TakenPlaces(cycle_id, cycle.number, before.number, _meetings(session, cycle, before))


def _meetings(session: Session, cycle: Cycle, before: Cycle) -> tuple[TakenMeeting, ...]:
    """The previous audit's meetings by time, each proposed as many working days after the deadline as then."""
    first, troubles = {each.id for each in first_places(session, before.id).values()}, _troubles(session, before)
    rows = session.execute(
        select(CycleArea, Area.label, Meeting.starts_at)
        .join(Area, Area.id == CycleArea.area_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.id.in_(first))
        .order_by(Meeting.starts_at, Area.label)
    )
    found = grouped(
        (starts_at, TakenPlace(row.id, area, row.channel, row.quota, troubles.get(row.channel, "")))
        for row, area, starts_at in rows
    )
    return tuple(
        TakenMeeting(_mark(there), _as_then(cycle, before, met), in_london(met).time(), tuple(there))
        for met, there in found.items()
    )


def _mark(there: list[TakenPlace]) -> str:
    return hashlib.sha256("".join(sorted(each.id for each in there)).encode()).hexdigest()[:16]


def _as_then(cycle: Cycle, before: Cycle, met: datetime) -> date:
    return working_days_after(cycle.due_on, working_days_between(before.due_on, in_london(met).date()))


def take(session: Session, who: Actor, cycle_id: str, answers: Mapping[str, str]) -> Places:
    """Take over the places. Answers: each meeting's `day_MARK` and `at_MARK`.

    `channel_ID`: another channel for the place with that id. Refused at the field at fault.
    """
    require_coordinator(who, places.VERB, cycle_id)
    cycle = plan.planned(session, cycle_id, locked=True)  # lock first: another person may be taking them over now
    form = begin(session, who, cycle_id)
    if any(f"day_{each.mark}" not in answers for each in form.meetings):
        raise Refused(f"Who meets with whom in audit {form.earlier} was changed meanwhile: close this and begin again.")
    moments = {each.mark: _moment(session, cycle, each.mark, answers) for each in form.meetings}
    days = {f"day_{mark}": in_london(met).date() for mark, met in moments.items()}
    proposed = {f"day_{each.mark}": each.day for each in form.meetings}
    days_off.require_meant(who, days_off.questions(days, proposed))
    chosen = {each.id: _channel(each, answers) for meeting in form.meetings for each in meeting.places}
    for meeting in form.meetings:
        for each in meeting.places:
            area_id = session.get_one(CycleArea, each.id).area_id
            row = CycleArea(cycle_id=cycle_id, area_id=area_id, channel=chosen[each.id], quota=each.quota)
            places.put(session, who, cycle, row, moments[meeting.mark])
    return places.show(session, who, cycle_id)


def _moment(session: Session, cycle: Cycle, mark: str, answers: Mapping[str, str]) -> datetime:
    """A meeting's chosen time; Refused at its fields."""
    try:
        met = places.moment({name: answers.get(f"{name}_{mark}", "") for name in ("day", "at")})
    except Refused as refusal:
        fields = {f"{field}_{mark}": sentence for field, sentence in refusal.fields.items()}
        raise Refused(refusal.sentence, fields=fields) from None
    places.require_possible(session, cycle, met, f"day_{mark}")
    return met


def _channel(place: TakenPlace, answers: Mapping[str, str]) -> str:
    field = f"channel_{place.id}"
    chosen = answers.get(field, "") if place.trouble else place.channel
    if not SLACK_ID.fullmatch(chosen):
        raise Refused("Please choose a private channel.", field=field)
    return chosen
