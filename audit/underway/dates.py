"""Moving the deadline, or a meeting, of a cycle under way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.calendar import chosen, deadline, in_london, on, summaries_due
from audit.errors import NotFound, Refused
from audit.filled_form import Filled, newest_act
from audit.meeting import summaries_due as summaries_due_rules
from audit.pasted import fingerprint
from audit.row_by_id import existing
from audit.setup.load import require_after_deadline
from audit.setup.places import moment
from audit.underway.change import Follows, follows, under_way
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import IN_FORCE, Judgement, Meeting
from storage.messages import Message, MessageKind
from storage.people import Area
from storage.promises import PromiseKind, promise
from storage.returns import Return, ReturnVersion

DUE, DAY, AT = "due", "day", "at"
"""The forms' fields."""
DEADLINE, MEETING = "deadline.move", "meeting.move"
"""The trail's names for these acts."""


@dataclass(frozen=True)
class DeadlineMove(Filled):
    """A deadline to be moved. `meeting_at`: the next meeting, beyond which it can't be moved; None if none.

    `before`, `after`: the deadline now and as chosen. `late`: the number of returns marked late. `follows`: the
    consequences, once a day was chosen.
    """

    cycle_id: str
    title: str
    now: datetime
    before: date
    meeting_at: datetime | None
    late: int
    after: date | None = None
    follows: Follows | None = None


@dataclass(frozen=True)
class MeetingMove(Filled):
    """A meeting to be moved. `areas`: those that move; `staying`: those that don't, as a case was ratified.

    In a cycle without areas, these hold the placeholder WHOLE. `unposted`: the number of summaries that aren't posted
    yet and will be at `summaries_at`. The rest: see DeadlineMove.
    """

    meeting_id: str
    cycle_id: str
    title: str
    now: datetime
    due_on: date
    areas: tuple[str, ...]
    staying: tuple[str, ...]
    before: datetime
    after: datetime | None = None
    summaries_at: datetime | None = None
    unposted: int = 0
    follows: Follows | None = None


def open_deadline(session: Session, who: Actor, cycle_id: str) -> DeadlineMove:
    """The deadline's form, for a coordinator, while the cycle is under way."""
    return _deadline(session, under_way(session, who, DEADLINE, cycle_id))


def move_deadline(session: Session, who: Actor, cycle_id: str, due: str, seen: str = "") -> DeadlineMove:
    """Move the deadline to the end of the day `due` (ISO), once `seen` proves that the consequences were displayed.

    If it is there already, nothing changes (`done`). Refused at DUE if that is in the past or after the next meeting.
    """
    cycle = under_way(session, who, DEADLINE, cycle_id, locked=True)
    move = _deadline(session, cycle)
    day = chosen(due)
    if day is None:
        raise Refused("Please choose a day.", DUE)
    if day == cycle.due_on:
        if not seen:
            raise Refused("That is the deadline already. Please choose another day.", DUE)
        return replace(move, after=day, done=True)
    _check_deadline(move, day)
    following = follows(session, cycle)
    acts = newest_act(session, [cycle.id], DEADLINE)
    mark = fingerprint(DEADLINE, cycle.id, cycle.due_on, day, following, acts)
    move = replace(move, after=day, follows=following, mark=mark)
    if seen != mark:
        return replace(move, again=bool(seen))
    cycle.due_on = day
    detail = f"{move.before} to {day}"
    trail.record(session, who, DEADLINE, subject_id=cycle.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(move, done=True)


def _check_deadline(found: DeadlineMove, day: date) -> None:
    if deadline(day) <= found.now:
        raise Refused("That day has passed. Please choose a later one.", DUE)
    if found.meeting_at is None:
        raise Refused("Every meeting of this audit has begun, so returns can't be sent any more.", DUE)
    meeting = in_london(found.meeting_at).date()
    if day > meeting:
        raise Refused(
            f"The next meeting is on {on(meeting)}. Please choose that day or an earlier one, or move the meeting"
            " first.",
            DUE,
        )


def _deadline(session: Session, cycle: Cycle) -> DeadlineMove:
    held = select(func.min(Meeting.starts_at)).join(CycleArea, CycleArea.meeting_id == Meeting.id)
    late = (
        select(func.count())
        .select_from(Return)
        .join(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle.id, ReturnVersion.late)
    )
    return DeadlineMove(
        cycle_id=cycle.id,
        title=cycle.name,
        now=now(session),
        before=cycle.due_on,
        meeting_at=session.scalar(held.where(CycleArea.cycle_id == cycle.id, Meeting.starts_at > now(session))),
        late=session.scalar(late) or 0,
    )


def open_meeting(session: Session, who: Actor, meeting_id: str) -> MeetingMove:
    """A meeting's form, for a coordinator, while the cycle is under way."""
    return _meeting(session, *_found(session, who, meeting_id))


def move_meeting(
    session: Session, who: Actor, meeting_id: str, answers: Mapping[str, str], seen: str = ""
) -> MeetingMove:
    """Move a meeting to `day` at `at`, once `seen` proves that the consequences were displayed.

    Areas with a ratified case stay, and the others then get a meeting of their own. If it is there already, nothing
    changes (`done`). Refused at DAY if that is in the past or before the deadline.
    """
    meeting, cycle = _found(session, who, meeting_id, locked=True)
    move = _meeting(session, meeting, cycle)
    starts_at = moment(answers)
    if starts_at == move.before or (seen and not move.areas and _meets(session, cycle, starts_at)):
        if not seen:
            raise Refused("The meeting is at that time already. Please choose another.", DAY)
        return replace(move, after=starts_at, done=True)
    if not move.areas:
        raise Refused("Its cases have been ratified at this meeting, so it can't be moved any more.")
    if starts_at <= move.now:
        raise Refused("That meeting would be in the past. Please choose a later day.", DAY)
    require_after_deadline(cycle.due_on, starts_at, DAY)
    following, acts = follows(session, cycle), newest_act(session, [meeting.id], MEETING)
    move = replace(
        move,
        after=starts_at,
        summaries_at=summaries_due(starts_at, cycle.summary_days),
        follows=following,
        mark=fingerprint(MEETING, meeting.id, move.before, starts_at, move.areas, move.unposted, following, acts),
    )
    if seen != move.mark:
        return replace(move, again=bool(seen))
    _move(session, cycle, meeting, starts_at)
    detail = f"{utc(move.before)} to {utc(starts_at)}"
    trail.record(session, who, MEETING, subject_id=meeting.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(move, done=True)


def utc(moment: datetime) -> str:
    """A time as the trail has it: "2026-03-26T10:00Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") + "Z"


def _found(session: Session, who: Actor, meeting_id: str, *, locked: bool = False) -> tuple[Meeting, Cycle]:
    meeting = session.get(Meeting, meeting_id)
    cycle = under_way(session, who, MEETING, meeting.cycle_id if meeting else meeting_id, locked=locked)
    if meeting is None:
        raise NotFound("This meeting no longer exists.")
    if locked:  # read again, as it may have been left without cases while the cycle was waited for
        meeting = existing(session, Meeting, meeting_id, locked=True)
    return meeting, cycle


def _meeting(session: Session, meeting: Meeting, cycle: Cycle) -> MeetingMove:
    places = _places(session, meeting)
    moving = [place_id for place_id, (_, ratified) in places.items() if not ratified]
    posted = exists().where(Message.kind == MessageKind.SUMMARY, Message.subject_id == Case.id, Message.ts.is_not(None))
    unposted = select(func.count()).where(Case.place_id.in_(moving), Case.withdrawn_at.is_(None), ~posted)
    return MeetingMove(
        meeting_id=meeting.id,
        cycle_id=cycle.id,
        title=cycle.name,
        now=now(session),
        due_on=cycle.due_on,
        areas=tuple(label for label, ratified in places.values() if not ratified),
        staying=tuple(label for label, ratified in places.values() if ratified),
        before=meeting.starts_at,
        unposted=session.scalar(unposted) or 0,
    )


STAYS = exists().where(
    Judgement.case_id == Case.id, IN_FORCE, Case.place_id == CycleArea.id, Case.withdrawn_at.is_(None)
)
"""A condition on CycleArea: a case of the place has been ratified, so its meeting can't be moved."""


def _places(session: Session, meeting: Meeting) -> dict[str, tuple[str, bool]]:
    """Place id -> (area, whether a case of it has been ratified), sorted by area."""
    rows = session.execute(
        select(CycleArea.id, Area.label, STAYS)
        .join(CycleArea, CycleArea.area_id == Area.id)
        .where(CycleArea.meeting_id == meeting.id)
        .order_by(Area.label)
    )
    return {place_id: (label, bool(has)) for place_id, label, has in rows}


def _meets(session: Session, cycle: Cycle, starts_at: datetime) -> bool:
    return bool(session.scalar(select(exists().where(Meeting.cycle_id == cycle.id, Meeting.starts_at == starts_at))))


def _move(session: Session, cycle: Cycle, meeting: Meeting, starts_at: datetime) -> None:
    """Move the meeting itself if all its areas move; otherwise put those that do into a new meeting."""
    places = _places(session, meeting)
    moving = [place_id for place_id, (_, ratified) in places.items() if not ratified]
    if len(moving) == len(places):
        meeting.starts_at = starts_at
    else:
        new_meeting = Meeting(cycle_id=cycle.id, starts_at=starts_at)
        session.add(new_meeting)
        for row in session.scalars(select(CycleArea).where(CycleArea.id.in_(moving))):
            row.meeting_id = new_meeting.id
    session.flush()
    summaries_due_rules.not_yet(session, cycle.id)
